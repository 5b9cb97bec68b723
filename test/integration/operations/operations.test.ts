/** docs/operations.md: each state of it is brought about, ends with the exit code of its row, and is mended by what was printed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CURSORS } from './cursors.ts';
import { HISTORY } from './history.ts';
import { RECEIVERS } from './receivers.ts';
import { told } from './scenario.ts';

interface Row {
  readonly state: string;
  readonly exitCode: number;
  readonly concerns: string;
}

const PAGE = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

/** The rows of the tables whose second column is an exit code. */
const ROWS: readonly Row[] = PAGE.split('\n').flatMap((line) => {
  const [, state = '', code = '', concerns = ''] = line.split(/ *(?<!\\)\| */);
  return /^\d+$/.test(code) ? [{ state, exitCode: Number(code), concerns }] : [];
});

const SCENARIOS = { ...RECEIVERS, ...HISTORY, ...CURSORS };

it('has a scenario for each of its states, and no other', () => {
  expect(ROWS.map(({ state }) => state).sort()).toEqual(Object.keys(SCENARIOS).sort());
  expect(PAGE).toContain('`TEAM_EVENTS_');
});

/** What the line of the client, or the message, says of whom it concerns. */
const WHOM = { owner: '[#one]', operator: '[operator]' } as const;

describe('a state', () => {
  it.each(ROWS)(
    '$state: ends with $exitCode, and what it prints mends it',
    async ({ state, exitCode, concerns }) => {
      const scenario = SCENARIOS[state];
      if (scenario === undefined) throw new Error(`no scenario for ${state}`);
      const { red, mend, again } = await scenario();
      const text = told(red);
      expect([state, red.code, red.code === exitCode ? '' : text]).toEqual([state, exitCode, '']);
      expect(text).toContain(`exit code ${exitCode}`); // said in so many words, also where the run never began
      for (const [who, mark] of Object.entries(WHOM)) {
        const isNamed = text.includes(mark);
        expect([who, isNamed && !concerns.includes(who) ? text : '']).toEqual([who, '']);
      }
      await mend();
      const after = await again();
      expect([after.code, after.code === 0 ? '' : told(after)]).toEqual([0, '']);
    },
  );
});

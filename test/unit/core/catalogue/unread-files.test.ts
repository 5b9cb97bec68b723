/** What no step concerns may stay unread: nobody can tell by what is told. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseConfiguration,
  type Configuration,
} from '../../../../src/core/catalogue/configuration/configuration.ts';
import type { Step } from '../../../../src/core/catalogue/history.ts';
import { CatalogueWalk } from '../../../../src/core/catalogue/walk.ts';
import { eventsOfStep } from '../../../../src/core/events/cloud-event.ts';
import { arbitraryCommits } from '../../../support/arbitrary-history.ts';
import { createSampleHistory, historyOfEdits, type SampleHistory } from '../../../support/sample-history.ts';
import { SOURCE } from '../../../support/sample-teams.ts';

function configuration(id: string): Configuration {
  const parsed = parseConfiguration(`catalogue: { id: "${id}", files: ["**/*.yml", "!team-events.yml"] }`);
  if (!parsed.ok) throw new Error(id);
  return parsed.value;
}

async function* inTurn(windows: readonly (readonly Step[])[]): AsyncGenerator<readonly Step[]> {
  yield* windows;
}

async function told(
  history: SampleHistory,
  from: number,
  windows: readonly (readonly Step[])[],
  id: string,
  lazily: boolean,
) {
  const walk = new CatalogueWalk(history, configuration(id));
  await walk.start(history.id(from), lazily);
  const events: string[] = [];
  for await (const step of walk.through(inTurn(windows))) {
    events.push(...eventsOfStep(step, SOURCE).map(({ text }) => text));
  }
  return {
    events,
    problems: await walk.problems(),
    warnings: walk.warnings,
    matched: walk.matched,
    read: walk.catalogue.files.size,
  };
}

describe('a walk that leaves files unread', () => {
  it('tells what one tells that reads them all', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryCommits(true),
        fc.array(fc.nat(), { minLength: 2, maxLength: 4 }),
        fc.constantFrom('{file}', '{dir}', '{path[0]}', '{path}-{id}'),
        async (commits, numbers, id) => {
          const history = createSampleHistory(commits);
          const [first = 0, ...others] = numbers.map((number) => number % commits.length);
          const path = [first, ...others].filter((at, index, all) => at !== all[index - 1]);
          const windows = path.slice(1).map((to, index) => [history.step(path[index] ?? first, to)]);
          const { read: unused, ...lazily } = await told(history, first, windows, id, true);
          const { read: all, ...eagerly } = await told(history, first, windows, id, false);
          expect(lazily).toEqual(eagerly);
          expect(unused).toBeLessThanOrEqual(all);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads what a step changes, and what gives the same id', async () => {
    const history = historyOfEdits([
      { 'a/core.yml': 'name: A', 'b/core.yml': 'name: B', 'b/other.yml': 'name: O', 'c/more.yml': 'name: M' },
      { 'b/core.yml': undefined },
      { 'a/core.yml': undefined, 'd/other.yml': 'name: D' },
    ]);
    const windows = [history.steps(0, 1), history.steps(1, 2)];
    const { events, read } = await told(history, 0, windows, '{file}', true);
    expect(events.map((event) => (JSON.parse(event) as { type: string; subject: string }).type)).toEqual([
      'team.deleted',
    ]);
    expect(read).toBe(2); // b/other.yml and d/other.yml, of which the first counts
    expect((await told(history, 0, windows, '{id}', true)).read).toBe(3);
  });

  it('reads all where a step goes past what a broken file may have held on the way', async () => {
    const history = historyOfEdits([
      { 'a/core.yml': 'name: A' },
      { 'a/core.yml': 'broken: [' },
      { 'a/core.yml': 'name: Anew' },
      { 'a/core.yml': 'broken: [', 'b/other.yml': 'name: O' },
    ]);
    const { events } = await told(history, 1, [[history.step(1, 3)]], '{file}', true);
    expect(events.map((event) => (JSON.parse(event) as { type: string; subject: string }).subject)).toEqual([
      'other',
      'core',
    ]);
  });
});

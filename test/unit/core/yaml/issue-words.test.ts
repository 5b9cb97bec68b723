/** Wherever a file that people write is wrong: the words are ours, and hold nothing of the file but its keys. */
import { readFileSync } from 'node:fs';
import { safeParse, type GenericSchema } from 'valibot';
import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../../src/adapters/files/policy-file.ts';
import { configurationSchema } from '../../../../src/core/catalogue/configuration/configuration.ts';
import { clientSchema } from '../../../../src/core/clients/file/client-schema.ts';
import { cursorSchema } from '../../../../src/core/cursor/cursor-schema.ts';
import { describeIssues } from '../../../../src/core/yaml/checked-file.ts';
import { parseYaml } from '../../../../src/core/yaml/yaml-text.ts';

describe('wherever in a file a mistake is', () => {
  type Json = Readonly<Record<string, unknown>>;
  const example = (path: string): Json => {
    const yaml = parseYaml(readFileSync(new URL(`../../../../examples/${path}`, import.meta.url), 'utf8'));
    if (!yaml.ok) throw new Error(yaml.wrong.message);
    return yaml.value.documents[0] as Json;
  };
  const WRONG: readonly unknown[] = [
    null,
    5,
    1.5,
    true,
    'Y2F0',
    '',
    [],
    {},
    [5],
    [null],
    [[]],
    { secret: 'Y2F0' },
    undefined,
  ];

  /** The value, each time with another part of it replaced, removed or added. */
  function* mistakesIn(node: unknown, replaced: (value: unknown) => unknown): Generator {
    for (const wrong of WRONG) yield replaced(wrong);
    if (Array.isArray(node))
      for (const [index, item] of node.entries())
        yield* mistakesIn(item, (value) => replaced(node.with(index, value)));
    else if (typeof node === 'object' && node !== null) {
      yield replaced({ ...node, Y2F0: 'Y2F0' });
      for (const [key, item] of Object.entries(node))
        yield* mistakesIn(item, (value) => {
          const others = Object.fromEntries(Object.entries(node).filter(([name]) => name !== key));
          return replaced(value === undefined ? others : { ...others, [key]: value });
        });
    }
  }

  const at = '2026-01-05T09:00:00Z';
  const commit = '8c1f'.repeat(10);
  const step = {
    from: commit,
    to: commit,
    root: true,
    sequence: '000000001234.000003',
    sent: [],
    unsent: [[2, 7]],
    replay: true,
  };
  const cursor = {
    commit,
    step,
    lastEvent: 'evt_1',
    blocked: { event: 'evt_1', status: '500', since: at },
    claim: { run: '7', until: at },
    run: '7',
  };

  it.each<[string, GenericSchema, unknown]>([
    ['team-events.yml', configurationSchema, example('teams-repo/team-events.yml')],
    ['a client', clientSchema, (example('clients.yml')['clients'] as readonly unknown[])[0]],
    ['policy.yml', policySchema, example('policy.yml')],
    ['a cursor', cursorSchema, cursor],
  ])('%s: the words are ours, and hold nothing of the file but keys', (_, schema, whole) => {
    const told = new Set<string>();
    for (const mistake of mistakesIn(whole, (value) => value)) {
      const { issues = [] } = safeParse(schema, mistake);
      for (const { message } of describeIssues(issues, () => ({ line: 1, column: 1 }))) told.add(message);
    }
    expect(told.size).toBeGreaterThan(50);
    const foreign = /\b(?:Invalid|Expected|received|undefined|Array|Object|NaN)\b/;
    const badly = [...told].filter(
      (message) => foreign.test(message) || message.replace(/^\S*Y2F0: /, '').includes('Y2F0'),
    );
    expect(badly).toEqual([]);
    const bare = [...told].filter(
      (message) =>
        !/expected|is it|this is|empty|comes from|more than|a glob|header|belongs to|it stands at/.test(
          message,
        ),
    );
    expect(bare).toEqual([]);
  });
});

/** The same history gives the same bytes, however its files are written. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryChange } from '../../../support/arbitrary-teams.ts';
import { createSampleHistory, walkThrough } from '../../../support/sample-history.ts';
import { eventsBetween, SOURCE } from '../../../support/sample-teams.ts';
import { eventsOfStep } from '../../../../src/core/events/cloud-event.ts';

type Written = Readonly<Record<string, unknown>>;

const value = fc.constantFrom<unknown>('', 'x', 1, true, ['b', 'a'], { z: 1, y: { b: 2, a: 1 } });
const arbitraryTeam: fc.Arbitrary<Written> = fc.record(
  {
    name: fc.constantFrom('Core', 'Pay'),
    members: fc.uniqueArray(
      fc.record(
        { id: fc.constantFrom('alice', 'bob', 'carol'), role: value, team: value },
        { requiredKeys: ['id'] },
      ),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    perimeter: value,
    contact: value,
    notes: value,
  },
  { requiredKeys: [] },
);
const arbitraryTree = fc.dictionary(
  fc.constantFrom('teams/a.yml', 'teams/b.yml', 'teams/é.yml'),
  arbitraryTeam,
);

/** The same data with all keys, members and tags the other way round. */
function turned(team: Written): Written {
  const item = (data: unknown): unknown =>
    typeof data === 'object' && data !== null && !Array.isArray(data) ? turned(data as Written) : data;
  return Object.fromEntries(
    Object.entries(team)
      .reverse()
      .map(([key, data]) => {
        const isSet = key === 'members' || key === 'tags';
        return [key, isSet ? (data as unknown[]).map(item).reverse() : item(data)];
      }),
  );
}

/** The events of a history of two commits, line by line; what a team is written like is up to `write`. */
async function lines(
  trees: readonly Readonly<Record<string, Written>>[],
  write: (team: Written) => string,
  inOrder: (paths: readonly string[]) => readonly string[],
): Promise<string[]> {
  const commits = trees.map((tree) => ({
    tree: Object.fromEntries(inOrder(Object.keys(tree)).map((path) => [path, write(tree[path] ?? {})])),
  }));
  const history = createSampleHistory(commits, inOrder);
  const { walked } = await walkThrough(history, null, [history.steps(null, commits.length - 1)]);
  return walked.flatMap((step) => eventsOfStep(step, SOURCE).map(({ text }) => text));
}

describe('the bytes of the events', () => {
  it('do not depend on the order of files, keys, members and tags, nor on indentation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryTree, { minLength: 1, maxLength: 3 }), async (trees) => {
        const one = await lines(
          trees,
          (team) => JSON.stringify(team),
          (paths) => paths,
        );
        const other = await lines(
          trees,
          (team) => JSON.stringify(turned(team), null, 2),
          (paths) => [...paths].reverse(),
        );
        expect(other).toEqual(one);
      }),
      { numRuns: 200 },
    );
  });

  it('are JSON, each on one line', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        for (const { text, event } of eventsBetween(before, after)) {
          expect(text).toBe(JSON.stringify(event));
          expect(text).not.toContain('\n');
        }
      }),
    );
  });
});

/** Commit dates decide nothing: whatever clocks said, history leads where its parents say. */
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEventStream } from '../../../../src/run/event-log/event-stream.ts';
import { resolveRange } from '../../../../src/run/event-log/range.ts';
import { HistoryError } from '../../../../src/errors.ts';
import { firstParents } from '../../../../src/adapters/git/history/first-parents.ts';
import { commitsOf, routeLanes } from '../../../../src/run/event-log/lane-routes.ts';
import { countBetween, countReachable, planRange } from '../../../../src/run/event-log/plan-steps.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import { isAncestor } from '../../../../src/adapters/git/history/resolve-commit.ts';
import { importRepo, type ImportedRepo, type PlacedCommit } from '../../../support/imported-repo.ts';
import { gitEnvironment, team } from '../../../support/sample-repo.ts';

/** A commit: how far back its parents are (the first is `back`), and what its clock said. */
interface Drawn {
  readonly back: number;
  readonly others: readonly number[];
  readonly date: number;
}

const YEAR = 365 * 86_400;
const NOW = 1_770_000_000;
/** What git's limits stumble over are rows of commits that are older than those before them. */
const date = fc.oneof(fc.constantFrom(0, NOW, NOW + 50 * YEAR), fc.integer({ min: 0, max: NOW }));
const run = (commits: fc.Arbitrary<readonly number[]>) =>
  fc.record({
    length: fc.integer({ min: 1, max: 12 }),
    date,
    back: fc.constantFrom(1, 1, 1, 2, 5, 9),
    others: commits,
  });
const history = fc
  .array(run(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 2 })), { minLength: 2, maxLength: 6 })
  .map((runs) =>
    runs.flatMap(({ length, date: from, back, others }) =>
      Array.from({ length }, (_, index): Drawn => ({
        back: index === 0 ? back : 1,
        others: index === length - 1 ? others : [],
        date: from + index,
      })),
    ),
  );

const parentsOf = (drawn: readonly Drawn[]): readonly (readonly number[])[] =>
  drawn.map(({ back, others }, index) =>
    index === 0 ? [] : [...new Set([back, ...others].map((far) => Math.max(0, index - far)))],
  );

const imported = (drawn: readonly Drawn[], skewed: boolean): ImportedRepo =>
  importRepo(
    parentsOf(drawn).map((parents, index): PlacedCommit => {
      const name = `t${index % 3}`;
      const edits = { [`teams/${name}.yml`]: team(name, [`m${index}`]) };
      const clock = drawn[index]?.date;
      return { parents, edits, ...(skewed && clock !== undefined && { date: clock }) };
    }),
  );

/** The steps of a range by parents alone: the first parents of `to` that contain `from`. Commits by index; -1 is before the first. */
function expectedSteps(parents: readonly (readonly number[])[], from: number, to: number) {
  const reached = reachOf(parents);
  if (from === to || (from >= 0 && reached(from).has(to))) return [];
  if (from >= 0 && !reached(to).has(from)) return 'rewritten';
  const line: number[] = [];
  for (let at: number | undefined = to; at !== undefined; at = parents[at]?.[0]) line.unshift(at);
  const steps = line.filter((commit) => from < 0 || (commit !== from && reached(commit).has(from)));
  return steps.map((commit, index) => {
    const before = steps[index - 1] ?? from;
    const consecutive = (parents[commit]?.[0] ?? -1) === before;
    return { from: before, to: commit, reachable: reached(commit).size, consecutive };
  });
}

function reachOf(parents: readonly (readonly number[])[]): (commit: number) => ReadonlySet<number> {
  const all: Set<number>[] = [];
  for (const [index, ones] of parents.entries()) {
    all.push(new Set([index, ...ones.flatMap((parent) => [...(all[parent] ?? [])])]));
  }
  return (commit) => all[commit] ?? new Set();
}

const STEP_BY_STEP = { squash: false, onRewrite: 'fail' } as const;

describe('skewed dates', () => {
  it('steps, their sequence, and what is older, newer or rewritten follow parents alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        async (drawn, drawnPairs, withCommitGraph) => {
          const parents = parentsOf(drawn);
          const { directory, ids } = imported(drawn, true);
          if (withCommitGraph) writeCommitGraph(directory);
          const repository = await openRepository(directory);
          const last = ids.length - 1;
          const pairs = [
            [last, 0],
            [-1, last],
            ...drawnPairs.map(([a, b]) => [a % ids.length, b % ids.length]),
          ];
          const reached = reachOf(parents);
          const id = (commit: number): string => ids[commit] ?? '';
          for (const [from = 0, to = 0] of pairs) {
            const expected = expectedSteps(parents, from, to);
            const planned = await planRange(
              repository,
              from < 0 ? null : id(from),
              id(to),
              STEP_BY_STEP,
            ).catch((error: unknown) =>
              error instanceof HistoryError ? 'rewritten' : Promise.reject(error),
            );
            expect(
              typeof planned === 'string'
                ? planned
                : planned.map((step) => ({
                    ...step,
                    from: step.from === null ? -1 : ids.indexOf(step.from),
                    to: ids.indexOf(step.to),
                  })),
            ).toEqual(expected);
            if (from < 0) continue;
            expect(await isAncestor(repository, id(from), id(to))).toBe(reached(to).has(from));
            expect(await countReachable(repository, id(to))).toBe(reached(to).size);
            const newer = [...reached(to)].filter((commit) => !reached(from).has(commit));
            expect(await countBetween(repository, id(from), id(to))).toBe(newer.length);
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  it('the events of a range are those that honest clocks give', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async (drawn, drawnFrom) => {
        const told = async ({ directory, ids }: ImportedRepo) => {
          const repository = await openRepository(directory);
          const from = ids[drawnFrom % (ids.length - 1)] ?? '';
          const range = await resolveRange(
            repository,
            { from, to: 'main' },
            { squash: false, onRewrite: 'squash' },
          );
          const stream = openEventStream(repository, range, undefined, new AbortController().signal);
          const events = [];
          for await (const step of stream.steps()) events.push(...step.events);
          return events.map(({ type, subject, sequence, commit, people }) => ({
            type,
            subject,
            sequence,
            people,
            commit: ids.indexOf(commit),
          }));
        };
        expect(await told(imported(drawn, true))).toEqual(await told(imported(drawn, false)));
      }),
      { numRuns: 6 },
    );
  });

  it.each(['fail', 'squash'] as const)(
    'an older build does nothing, with --on-rewrite %s, and as one step',
    async (onRewrite) => {
      const drawn = [NOW, ...Array.from({ length: 9 }, (_, index) => index), NOW + 1].map((clock) => ({
        back: 1,
        others: [],
        date: clock,
      }));
      const { directory, ids } = imported(drawn, true);
      const repository = await openRepository(directory);
      const newest = ids.at(-1) ?? '';
      for (const squash of [false, true]) {
        const origin = { commit: newest, partial: undefined };
        const to = ids[0] ?? '';
        const line = await firstParents(repository, to, commitsOf([origin]));
        const routes = await routeLanes(repository, [origin], to, line, { squash, onRewrite });
        expect(routes).toEqual([{ ok: true, value: { own: [], join: undefined, older: true } }]);
      }
    },
  );
});

const writeCommitGraph = (directory: string): void => {
  execFileSync('git', ['commit-graph', 'write', '--reachable'], {
    cwd: directory,
    env: gitEnvironment(),
    stdio: 'ignore',
  });
};

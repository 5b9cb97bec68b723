/**
 * The catalogue is a function of history alone: whatever way the walk takes, at each commit it holds what
 * anyone can work out from that commit and its first parents.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONFIGURATION_FILE } from '../../../../src/core/catalogue/configuration/configuration.ts';
import { teamOf, type TeamEntry } from '../../../../src/core/catalogue/team.ts';
import { eventsOfStep } from '../../../../src/core/events/cloud-event.ts';
import type { History } from '../../../oracle/history.ts';
import { createOracle, type Oracle } from '../../../oracle/oracle.ts';
import { arbitraryCommits } from '../../../support/arbitrary-history.ts';
import { arbitraryMoves } from '../../../support/arbitrary-moves.ts';
import {
  createSampleHistory,
  walkThrough,
  type SampleCommit,
  type WalkedStep,
} from '../../../support/sample-history.ts';
import { SOURCE } from '../../../support/sample-teams.ts';

/** These commits as the oracle asks for them: it knows of nothing else. */
function oracleOf(commits: readonly SampleCommit[], remember = false): Oracle {
  const named = (commit: number | null | undefined): string | undefined =>
    commit === null || commit === undefined ? undefined : String(commit);
  const contents = new Map<string, Uint8Array>();
  const history: History = {
    firstParent: async (revision) => named(commits[Number(revision)]?.parent),
    async files(revision) {
      const files = new Map<string, { path: string; blob: string }>();
      for (const [path, file] of Object.entries(commits[Number(revision)]?.tree ?? {})) {
        if (typeof file === 'object' && !(file instanceof Uint8Array)) continue; // a link
        const content = Buffer.from(file);
        const blob = content.toString('hex');
        contents.set(blob, content);
        files.set(path, { path, blob });
      }
      return files;
    },
    content: async (blob) => contents.get(blob) ?? new Uint8Array(),
  };
  return createOracle(history, undefined, remember);
}

const byId = <Found extends { readonly team: { readonly id: string } }>(teams: Found[]): Found[] =>
  teams.sort((a, b) => (a.team.id < b.team.id ? -1 : 1));

/** What walk and oracle must agree on, as both give it. */
const foundAt = async (oracle: Oracle, commit: number) =>
  byId([...(await oracle.catalogueAt(String(commit))).teams.values()]);
const held = (teams: ReadonlyMap<string, TeamEntry>) =>
  byId(
    [...teams.values()].map((entry) => ({
      team: teamOf(entry),
      file: entry.file,
      previously: entry.previously,
    })),
  );

const sorted = (teams: ReadonlyMap<string, TeamEntry>) =>
  [...teams.values()].sort((a, b) => (a.id < b.id ? -1 : 1));

/** The lines of a range's events. */
const lines = (walked: readonly WalkedStep[]): string[] =>
  walked.flatMap((step) => eventsOfStep(step, SOURCE).map(({ text }) => text));

/** Cuts a list into pieces at these places. */
function cut<Item>(items: readonly Item[], places: readonly number[]): Item[][] {
  const cuts = [...new Set(places.map((place) => place % (items.length + 1)))].sort((a, b) => a - b);
  return [...cuts, items.length].map((end, index) => items.slice(cuts[index - 1] ?? 0, end));
}

/** Of any content; or of a few teams that are moved and broken much. */
const anyHistory = (branching = false): fc.Arbitrary<SampleCommit[]> =>
  fc.oneof(arbitraryCommits(branching), arbitraryMoves(1, 10, branching));

const places = fc.array(fc.nat(), { maxLength: 3 });

/** A configuration that comes one step before the file that it is about. */
const CONFIGURED_BEFORE: SampleCommit[] = [
  { tree: {}, parent: null },
  { tree: { [CONFIGURATION_FILE]: 'catalogue: {id: "{file}"}' }, parent: 0 },
  { tree: { [CONFIGURATION_FILE]: 'catalogue: {id: "{file}"}', 'teams/a.yml': 'id: b' }, parent: 1 },
];

describe('the oracle', () => {
  it('that remembers says what one says that looks at everything anew', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), async (commits) => {
        const [plain, remembering] = [oracleOf(commits), oracleOf(commits, true)];
        for (const revision of commits.keys()) {
          const expected = await plain.catalogueAt(String(revision));
          expect(await remembering.catalogueAt(String(revision))).toEqual(expected);
        }
      }),
    );
  });
});

describe('the walk', () => {
  // src/core/catalogue/walk.ts, #advance: files of a window that was opened under an earlier configuration are read with it.
  it('holds at every commit what history says of that commit alone, in windows of any size', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), places, async (commits, windows) => {
        const history = createSampleHistory(commits);
        const oracle = oracleOf(commits);
        const { walked } = await walkThrough(
          history,
          null,
          cut(history.steps(null, commits.length - 1), windows),
        );
        expect(walked).toHaveLength(commits.length);
        for (const [commit, { teams }] of walked.entries()) {
          expect(held(teams)).toEqual(await foundAt(oracle, commit));
        }
      }),
      { numRuns: 100, examples: [[CONFIGURED_BEFORE, [2]]] },
    );
  });

  // src/core/catalogue/walk.ts, #advance: files of a window that was opened under an earlier configuration are read with it.
  it('may begin at any commit, on any branch, and take any other as its next step', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory(true),
        fc.array(fc.nat(), { minLength: 2, maxLength: 4 }),
        async (commits, numbers) => {
          const history = createSampleHistory(commits);
          const oracle = oracleOf(commits);
          const visited = numbers
            .map((number) => number % commits.length)
            .filter((at, index, all) => at !== all[index - 1]);
          const [first = 0, ...others] = visited;
          const steps = others.map((to, index) => [history.step(visited[index] ?? first, to)]);
          const { start, walked } = await walkThrough(history, first, steps);
          expect(held(start)).toEqual(await foundAt(oracle, first));
          for (const [index, { teams }] of walked.entries()) {
            expect(held(teams)).toEqual(await foundAt(oracle, others[index] ?? 0));
          }
        },
      ),
      { numRuns: 100, examples: [[CONFIGURED_BEFORE, [0, 1, 2]]] },
    );
  });

  it('tells before and after of every team that a step touched, and leaves the others alone', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), async (commits) => {
        const history = createSampleHistory(commits);
        const { walked } = await walkThrough(history, null, [history.steps(null, commits.length - 1)]);
        let known: ReadonlyMap<string, TeamEntry> = new Map();
        for (const { before, after, teams } of walked) {
          for (const [id, entry] of before) expect(entry).toBe(known.get(id));
          const untouched = [...known].filter(([id]) => !before.has(id));
          expect(sorted(new Map([...untouched, ...after]))).toEqual(sorted(teams));
          known = teams;
        }
      }),
    );
  });

  it('split anywhere gives the same events', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), places, async (commits, splits) => {
        const history = createSampleHistory(commits);
        const steps = history.steps(null, commits.length - 1);
        const { walked } = await walkThrough(history, null, [steps]);
        const pieces: string[] = [];
        let from: number | null = null;
        for (const piece of cut(steps, splits)) {
          pieces.push(...lines((await walkThrough(history, from, [piece])).walked));
          from = (from ?? -1) + piece.length;
          if (from < 0) from = null;
        }
        expect(pieces).toEqual(lines(walked));
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order in which a tree lists its files', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), fc.nat(), async (commits, number) => {
        const last = commits.length - 1;
        const first = number % commits.length;
        const walk = async (inOrder?: Parameters<typeof createSampleHistory>[1]) => {
          const history = createSampleHistory(commits, inOrder);
          return lines((await walkThrough(history, first, [history.steps(first, last)])).walked);
        };
        expect(await walk((paths) => [...paths].reverse())).toEqual(await walk());
      }),
    );
  });
});

/**
 * The catalogue is a function of history alone (contract §2): whatever way the walk takes, at each commit it holds
 * what anyone can work out from that commit and its first parents.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  parseConfiguration,
  type Configuration,
} from '../../../src/catalogue/configuration.ts';
import { decode, readTeamFile } from '../../../src/catalogue/team-file.ts';
import type { TeamEntry } from '../../../src/catalogue/team.ts';
import { eventsOfStep } from '../../../src/events/cloud-event.ts';
import { arbitraryCommits } from '../../support/arbitrary-history.ts';
import {
  createSampleHistory,
  walkThrough,
  type SampleCommit,
  type WalkedStep,
} from '../../support/sample-history.ts';
import { SOURCE } from '../../support/sample-teams.ts';

/** The rules of the contract, written down once more as plainly as can be. */
function createOracle(commits: readonly SampleCommit[]) {
  const bytesAt = (commit: number, path: string): Buffer | undefined => {
    const file = commits[commit]?.tree[path];
    return typeof file === 'string' || file instanceof Uint8Array ? Buffer.from(file) : undefined;
  };
  const parentOf = (commit: number): number | null => commits[commit]?.parent ?? null;

  function configurationAt(commit: number | null): Configuration {
    const bytes = commit === null ? undefined : bytesAt(commit, CONFIGURATION_FILE);
    if (commit === null || bytes === undefined) return DEFAULT_CONFIGURATION;
    const decoded = decode({ size: bytes.length, bytes });
    const parsed = decoded.ok && parseConfiguration(decoded.text);
    return parsed && parsed.ok ? parsed.value : configurationAt(parentOf(commit));
  }

  function entriesAt(commit: number | null, path: string): readonly TeamEntry[] {
    if (commit === null) return [];
    const bytes = bytesAt(commit, path);
    const configuration = configurationAt(commit);
    if (bytes === undefined || !configuration.matches(path)) return [];
    const { entries, problems } = readTeamFile(path, { size: bytes.length, bytes }, configuration);
    return problems.length === 0 ? entries : entriesAt(parentOf(commit), path);
  }

  return {
    teamsAt(commit: number | null): Map<string, TeamEntry> {
      const teams = new Map<string, TeamEntry>();
      const paths = commit === null ? [] : Object.keys(commits[commit]?.tree ?? {}).sort();
      for (const entry of paths.flatMap((path) => entriesAt(commit, path))) {
        if (!teams.has(entry.id)) teams.set(entry.id, entry);
      }
      return teams;
    },
  };
}

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

const places = fc.array(fc.nat(), { maxLength: 3 });

/** A configuration that comes one step before the file that it is about. */
const CONFIGURED_BEFORE: SampleCommit[] = [
  { tree: {}, parent: null },
  { tree: { [CONFIGURATION_FILE]: 'catalogue: {id: "{file}"}' }, parent: 0 },
  { tree: { [CONFIGURATION_FILE]: 'catalogue: {id: "{file}"}', 'teams/a.yml': 'id: b' }, parent: 1 },
];

describe('the walk', () => {
  // src/catalogue/walk.ts, #advance: files of a window that was opened under an earlier configuration are read with it.
  it('holds at every commit what history says of that commit alone, in windows of any size', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCommits(), places, async (commits, windows) => {
        const history = createSampleHistory(commits);
        const oracle = createOracle(commits);
        const { walked } = await walkThrough(
          history,
          null,
          cut(history.steps(null, commits.length - 1), windows),
        );
        expect(walked).toHaveLength(commits.length);
        for (const [commit, { teams }] of walked.entries()) {
          expect(sorted(teams)).toEqual(sorted(oracle.teamsAt(commit)));
        }
      }),
      { numRuns: 300, examples: [[CONFIGURED_BEFORE, [2]]] },
    );
  });

  // src/catalogue/walk.ts, #advance: files of a window that was opened under an earlier configuration are read with it.
  it('may begin at any commit, on any branch, and take any other as its next step', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryCommits(true),
        fc.array(fc.nat(), { minLength: 2, maxLength: 4 }),
        async (commits, numbers) => {
          const history = createSampleHistory(commits);
          const oracle = createOracle(commits);
          const visited = numbers
            .map((number) => number % commits.length)
            .filter((at, index, all) => at !== all[index - 1]);
          const [first = 0, ...others] = visited;
          const steps = others.map((to, index) => [history.step(visited[index] ?? first, to)]);
          const { start, walked } = await walkThrough(history, first, steps);
          expect(sorted(start)).toEqual(sorted(oracle.teamsAt(first)));
          for (const [index, { teams }] of walked.entries()) {
            expect(sorted(teams)).toEqual(sorted(oracle.teamsAt(others[index] ?? 0)));
          }
        },
      ),
      { numRuns: 300, examples: [[CONFIGURED_BEFORE, [0, 1, 2]]] },
    );
  });

  it('tells before and after of every team that a step touched, and leaves the others alone', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCommits(), async (commits) => {
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
      fc.asyncProperty(arbitraryCommits(), places, async (commits, splits) => {
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
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in which a tree lists its files', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCommits(), fc.nat(), async (commits, number) => {
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

/** The built program beside the oracle (test/oracle), at every commit of real repositories. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beforeFirst } from '../../src/core/cursor/cursor.ts';
import { EMPTY_TREE } from '../../src/core/events/log/step-event.ts';
import { type TeamEvent } from '../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../src/core/events/event-type.ts';
import { compareHistory } from '../oracle/comparison.ts';
import { git, lines, plainHistory } from '../oracle/history.ts';
import { createOracle } from '../oracle/oracle.ts';
import { rememberedHistory } from '../oracle/remembered-history.ts';
import { toldEvents } from '../oracle/told-events.ts';
import { arbitraryCommits } from '../support/arbitrary-history.ts';
import { arbitraryMoves } from '../support/arbitrary-moves.ts';
import { eventsOf, printedEvents, teamEvents } from '../support/program.ts';
import { clientOf } from '../support/receiver.ts';
import { team, tempFolder } from '../support/sample-repo.ts';
import { importRepo, type Edits, type ImportedCommit } from '../support/imported-repo.ts';
import type { SampleCommit, SampleTree } from '../support/sample-history.ts';
import { tell } from '../support/ugly-story.ts';

const RUN_TOOL = fileURLToPath(new URL('../../scripts/run-tool.mjs', import.meta.url));

/** A line of commits, some of them merges of what was changed beside it. */
const withMerges = (history: fc.Arbitrary<SampleCommit[]>): fc.Arbitrary<ImportedCommit[]> =>
  fc
    .tuple(history, fc.uniqueArray(fc.integer({ min: 2, max: 9 }), { maxLength: 3 }))
    .map(([commits, merges]) => asImported(commits, merges));

const arbitraryRepo = withMerges(arbitraryCommits());

function asImported(commits: readonly SampleCommit[], merges: readonly number[]): ImportedCommit[] {
  const imported: ImportedCommit[] = [];
  const places: number[] = [];
  for (const [index, { tree }] of commits.entries()) {
    const [grandparent, parent] = [places[index - 2], places[index - 1]];
    const parents = parent === undefined ? [] : [parent];
    if (grandparent !== undefined && merges.includes(index)) {
      const beside = { 'teams/beside.yml': 'id: a\nmembers: [eve]' };
      parents.push(imported.push({ parents: [grandparent], edits: beside }) - 1);
    }
    const edits = editsBetween(commits[index - 1]?.tree ?? {}, tree);
    places.push(imported.push({ parents, edits }) - 1);
  }
  return imported;
}

function editsBetween(before: SampleTree, after: SampleTree): Edits {
  const gone = Object.keys(before).filter((path) => !Object.hasOwn(after, path));
  return [...gone.map((path) => [path, null] as const), ...Object.entries(after)].map(
    ([path, file]) => [Buffer.from(path, 'latin1'), file] as const,
  );
}

async function* inTurn<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

const lineOf = (repo: string): string[] =>
  lines(git(repo, 'rev-list', '--first-parent', '--reverse', 'main'));

async function pendingOf(repo: string, ...args: string[]) {
  const options = ['-C', repo, '--print-events', '--format', 'ndjson', ...args];
  const { code, stdout } = await teamEvents(options);
  return { code, events: eventsOf(stdout) };
}

describe('beside the oracle', () => {
  it('the program says the same of every commit of a generated history', async () => {
    let rounds = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryRepo, async (commits) => {
        const { directory } = importRepo(commits);
        const { events, ended } = toldEvents(directory, 'main');
        // The plain one starts a git for each file; that the other says the same, test/unit/core/catalogue/walk-laws.test.ts holds.
        const remembered = rounds++ < 2 ? undefined : rememberedHistory(directory);
        const oracle = remembered
          ? createOracle(remembered, undefined, true)
          : createOracle(plainHistory(directory));
        const { differences, exitCode } = await compareHistory(lineOf(directory), events, oracle);
        remembered?.close();
        const { code, stderr } = await ended;
        expect({ differences, code, stderr }).toEqual({ differences: [], code: exitCode, stderr });
      }),
      { numRuns: 6 },
    );
  });

  it('the program says the same of moves, renames and typos under names of any bytes, and from later commits on', async () => {
    await fc.assert(
      fc.asyncProperty(withMerges(arbitraryMoves(20, 30)), async (commits) => {
        const { directory, events, code } = await tell(commits, 8);
        const history = rememberedHistory(directory);
        const oracle = createOracle(history, undefined, true);
        const found = await compareHistory(lineOf(directory), inTurn(events), oracle);
        history.close();
        expect(found.differences).toEqual([]);
        expect(code).toBe(found.exitCode);
      }),
      { numRuns: 2, interruptAfterTimeLimit: 40_000 },
    );
  });

  it('a lane that begins before the first commit, or goes on in it, is sent what the program says of all of history', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRepo, fc.nat(), async (commits, settled) => {
        const { directory } = importRepo(commits);
        const printed = await pendingOf(directory, '--from', 'root', '--to', 'main');
        const [first = ''] = lineOf(directory);
        const due = printed.events.filter(({ data }) => data.impliedBy === undefined);
        const ofFirst = due.filter(({ data }) => data.commit.id === first);
        const sequence = ofFirst[settled % Math.max(ofFirst.length, 1)]?.sequence;
        const sent = sequence === undefined ? [] : [...new Set(ofFirst.map(({ type }) => type))];
        const { commit, step } = beforeFirst(first);
        const within = {
          commit,
          step: { ...step, from: EMPTY_TREE, sequence: sequence ?? step?.sequence, sent },
        };
        const before = { commit, step: { ...step, from: EMPTY_TREE } };
        for (const [cursors, left] of [
          [{}, due],
          [{ all: before }, due],
          [{ all: within }, due.filter((event) => event.sequence > (sequence ?? ''))],
        ] as const) {
          const folder = tempFolder();
          const at = (name: string): string => join(folder, name);
          writeFileSync(at('cursors.json'), JSON.stringify({ version: 1, clients: cursors }));
          writeFileSync(
            at('clients.yml'),
            `clients:\n${clientOf('all', 'http://127.0.0.1:1/', '    start: root\n')}`,
          );
          const store = ['--cursor', `file:${at('cursors.json')}`, '--clients', at('clients.yml'), '--init'];
          const { events, code } = await pendingOf(
            directory,
            ...store,
            '--to',
            'main',
            '--allow-removals',
            'main',
          );
          expect({ events, code }).toEqual({ events: left, code: printed.code });
        }
      }),
      { numRuns: 5 },
    );
  });

  it('an event left out is noticed, whichever it is', async () => {
    const { directory } = importRepo([
      { 'teams/a.yml': team('a', ['alice']), 'teams/b.yml': team('b', []) },
      { 'teams/a.yml': team('a', ['bob'], 'tags: [x]'), 'teams/b.yml': null },
      { 'teams/a.yml': team('c', ['bob'], 'tags: [x]\npreviously: a') },
      { 'teams/b.yml': team('b', ['alice']), 'teams/a.yml': 'members: 3' },
      { 'teams/b.yml': null },
    ]);
    const told = await printedEvents(directory, '--from', 'root', '--to', 'main');
    const compare = async (events: readonly TeamEvent[]): Promise<readonly string[]> => {
      const history = rememberedHistory(directory);
      const oracle = createOracle(history, undefined, true);
      const { differences } = await compareHistory(lineOf(directory), inTurn(events), oracle);
      history.close();
      return differences;
    };
    expect(await compare(told)).toEqual([]);
    expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining([...EVENT_TYPES]));
    for (const left of told) {
      const differences = await compare(told.filter((event) => event !== left));
      expect(differences, `${left.type} ${left.subject}`).not.toEqual([]);
    }
  });

  it('a clone is compared by one command', () => {
    const { directory } = importRepo([
      { 'squads/a.yml': team('a', ['alice']) },
      { 'squads/b.yml': 'members: 3' },
    ]);
    writeFileSync(join(directory, 'config.yml'), 'catalogue: { files: squads/*.yml }');
    const args = [RUN_TOOL, 'oracle', directory, '--to', 'main', '--config', join(directory, 'config.yml')];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toMatch(
      /^2 commits, 2 files and 1 teams at the newest, 2 events, 1 problems met, 0 differences, \d+ s\n$/,
    );
  });

  it('a repository reads the same in one process as command by command', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRepo, async (commits) => {
        const { directory } = importRepo(commits);
        const [plain, remembered] = [plainHistory(directory), rememberedHistory(directory)];
        for (const commit of lineOf(directory)) {
          expect(await remembered.firstParent(commit)).toBe(await plain.firstParent(commit));
          const files = await plain.files(commit);
          expect(await remembered.files(commit)).toEqual(files);
          for (const { blob } of [...files.values()].slice(0, 1)) {
            expect(await remembered.content(blob)).toEqual(await plain.content(blob));
          }
        }
        remembered.close();
      }),
      { numRuns: 3 },
    );
  });
});

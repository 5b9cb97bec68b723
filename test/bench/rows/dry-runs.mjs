// Dry runs, each held against what git alone needs for the same work.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../make-repo.mjs';
import { comparePairs, dryRun, NODE, number, output, ourProgram } from '../measure.mjs';

const LOG = [
  'log',
  '--first-parent',
  '--raw',
  '-z',
  '--no-renames',
  '--no-abbrev',
  '--diff-merges=first-parent',
];

export function dryRuns({ size, work, runs, repos }) {
  const idsFromPath = join(work, 'ids-from-path.yml');
  writeFileSync(idsFromPath, 'catalogue: { id: "{file}", ignore: id }\n');
  const dry = (label, atMost, repoName, floorOf, ...args) => ({
    work: label,
    async run() {
      const repo = await repos.get(repoName);
      const asked = dryRun(repo, ...args);
      const printed = createHash('sha256').update(output(asked)).digest('hex');
      const compared = comparePairs(runs, floorOf(repo, work), ourProgram(asked));
      return { ...compared, printed, unit: 'ms', valueUnit: '×', atMost };
    },
  });
  const all = ['--from', 'root', '--to', 'main'];
  const newCommit = ['--from', 'main~1', '--to', 'main'];
  const fromPath = [...newCommit, '--config', idsFromPath];
  const { commits, teams } = { commits: number(size.commits), teams: number(size.teams) };
  const flat = 'all files in one folder';
  return {
    events: dry(`events of ${commits} commits`, 2, 'folders', wholeHistory, ...all),
    snapshot: dry(`snapshot of ${teams} teams`, 2.5, 'folders', snapshot, ...all, '--squash'),
    'one-path': dry('one new commit, ids from the path', 1.8, 'folders', oneCommit, ...fromPath),
    'one-content': dry('one new commit, ids in the content', 2.5, 'folders', oneCommitAndAll, ...newCommit),
    nothing: dry('nothing new', 1.6, 'folders', nothingNew, '--from', 'main', '--to', 'main'),
    'flat-events': dry(`events of ${commits} commits, ${flat}`, 2, 'flat', wholeHistory, ...all),
    'flat-path': dry(`one new commit, ids from the path, ${flat}`, 1.8, 'flat', oneCommit, ...fromPath),
    'flat-content': dry(
      `one new commit, ids in the content, ${flat}`,
      2.5,
      'flat',
      oneCommitAndAll,
      ...newCommit,
    ),
  };
}

function wholeHistory(repo, work) {
  return [{ command: NODE }, log(repo, 'main'), blobs(repo, work, changedBlobs(repo, 'main'))];
}
function snapshot(repo, work) {
  return [{ command: NODE }, tree(repo, 'main'), blobs(repo, work, allBlobs(repo, 'main'))];
}
function oneCommit(repo, work) {
  const range = 'main~1..main';
  return [{ command: NODE }, log(repo, range), blobs(repo, work, changedBlobs(repo, range))];
}
function oneCommitAndAll(repo, work) {
  const ids = [...allBlobs(repo, 'main~1'), ...changedBlobs(repo, 'main~1..main')];
  return [{ command: NODE }, log(repo, 'main~1..main'), tree(repo, 'main~1'), blobs(repo, work, ids)];
}
function nothingNew(repo) {
  return [{ command: NODE }, { command: ['git', 'rev-parse', 'main'], cwd: repo }];
}

const log = (repo, range) => ({ command: ['git', ...LOG, '--reverse', range], cwd: repo });
const tree = (repo, revision) => ({ command: ['git', 'ls-tree', '-r', '--full-tree', revision], cwd: repo });

function blobs(repo, work, ids) {
  const input = join(work, `blobs-${createHash('sha256').update(ids.join()).digest('hex').slice(0, 8)}`);
  writeFileSync(input, `${ids.join('\n')}\n`);
  return { command: ['git', 'cat-file', '--batch'], cwd: repo, input };
}

function changedBlobs(repo, range) {
  const raw = git(repo, ...LOG, '--format=', range);
  return [...new Set([...raw.matchAll(/:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [AM]/g)].map(([, id]) => id))];
}

const allBlobs = (repo, revision) =>
  [...git(repo, 'ls-tree', '-r', '--full-tree', revision).matchAll(/ blob ([0-9a-f]+)\t/g)].map(
    ([, id]) => id,
  );

// npm run bench [-- --runs N]: what the program needs beside what git itself needs for the same work, in pairs.
//
// The floor of a range is `node -e ''` + `git log --raw` of it + `git cat-file --batch` of its blobs. Program and
// floor are run in turn, so that a machine whose speed drifts does not change the ratio.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { git, makeRepo } from './make-repo.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);
const program = new URL('../../bin/team-events.js', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'team-events-bench-'));
const nowhere = openSync('/dev/null', 'w');

/** Wall milliseconds. */
function time(command, args, options = {}) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(command, args, { stdio: ['ignore', nowhere, 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const LOG = [
  'log',
  '--first-parent',
  '--raw',
  '-z',
  '--no-renames',
  '--no-abbrev',
  '--reverse',
  '--diff-merges=first-parent',
];

function blobsOf(repo, range) {
  const raw = git(repo, ...LOG, '--format=', ...range);
  const ids = new Set([...raw.matchAll(/:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [AM]/g)].map((match) => match[1]));
  return Buffer.from(`${[...ids].join('\n')}\n`);
}

/** The peak memory of a run, asked of the process itself. */
function peakMegabytes(args) {
  const tell = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))`;
  const { output } = spawnSync(process.execPath, ['--import', tell, program, ...args], {
    stdio: ['ignore', nowhere, 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  return Number(output[3]) / 1024;
}

async function measure({ name, target, repo, range, args }) {
  const input = blobsOf(repo, range);
  const blobs = join(work, 'blobs');
  writeFileSync(blobs, input);
  const floor = () =>
    time(process.execPath, ['-e', '']) +
    time('git', [...LOG, ...range], { cwd: repo }) +
    time('git', ['cat-file', '--batch'], { cwd: repo, stdio: [openSync(blobs, 'r'), nowhere, 'inherit'] });
  const ours = () => time(process.execPath, [program, '-C', repo, ...args]);
  floor();
  ours();
  const pairs = Array.from({ length: runs }, () => ({ floor: floor(), ours: ours() }));
  return {
    name,
    target,
    floorMs: median(pairs.map((pair) => pair.floor)),
    oursMs: median(pairs.map((pair) => pair.ours)),
    ratio: median(pairs.map((pair) => pair.ours / pair.floor)),
    peakMB: peakMegabytes(['-C', repo, ...args]),
  };
}

try {
  const repo = join(work, 'repo.git');
  mkdirSync(repo);
  await makeRepo(repo, { teams: 10_000, folders: 100, commits: 2000 });
  const all = ['--print-events', '--format', 'ndjson', '--from', 'root', '--to', 'main'];
  const rows = [
    await measure({
      name: 'events of 2,000 commits, 10,000 teams',
      target: 3,
      repo,
      range: ['main'],
      args: all,
    }),
  ];

  console.log(
    `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${git(work, 'version').trim()}`,
  );
  console.log(`medians of ${runs} pairs; floor = node -e '' + git log --raw + git cat-file --batch\n`);
  console.log('| work | floor | team-events | ratio | at most | peak memory |\n|---|---|---|---|---|---|');
  for (const { name, floorMs, oursMs, ratio, target, peakMB } of rows) {
    console.log(
      `| ${name} | ${floorMs.toFixed(0)} ms | ${oursMs.toFixed(0)} ms | ${ratio.toFixed(2)} | ${target.toFixed(1)} | ${peakMB.toFixed(0)} MB |`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

// Round trips to a git server that takes its time for each, and how long they make a run.
import { execFileSync, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SITUATIONS = [
  { name: 'nothingNew', label: 'nothing new', atMost: 1 },
  { name: 'oneCommit', label: 'one new commit', atMost: 4 },
];

/** Each situation's trips, and its time beside that of an older build where one is given. */
export function remote({ size: { tripMs }, runs, before }) {
  const programs = [ROOT, ...(before === undefined ? [] : [resolve(before)])].map((folder) =>
    join(folder, 'bin/team-events.js'),
  );
  const args = ['scripts/run-tool.mjs', 'bench/remote', String(tripMs), String(runs), ...programs];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the round trips could not be measured');
  const [ours, older] = JSON.parse(stdout);
  const rows = SITUATIONS.map(({ name, label, atMost }) => ({
    work: `round trips to the remote, ${label}`,
    baseline: older?.[name].trips ?? null,
    ours: ours[name].trips,
    unit: '',
    value: ours[name].trips,
    valueUnit: '',
    atMost,
  }));
  if (older === undefined) return { rows };
  const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { cwd: before, encoding: 'utf8' });
  const times = SITUATIONS.map(({ name, label }) => ({
    work: `${label}, remote of ${tripMs} ms a round trip, beside commit ${commit.trim()}`,
    baseline: older[name].ms,
    ours: ours[name].ms,
    unit: 'ms',
    value: ours[name].ms / older[name].ms,
    valueUnit: '×',
    atMost: 1,
  }));
  return { rows: [...rows, ...times] };
}

// How time and memory grow with the range. The first commit brings all teams, so what a commit costs is how much more the
// longer range takes.
import { git } from '../make-repo.mjs';
import { dryRun, median, number, observe } from '../measure.mjs';

export async function growth({ size: { growth: points }, repos, runs }) {
  const repo = await repos.get('long');
  const commits = git(repo, 'rev-list', '--reverse', '--first-parent', 'main').trim().split('\n');
  const seen = points.map((count) => ({ commits: count, runs: [] }));
  for (let run = 0; run <= runs; run++) {
    for (const { commits: count, runs: those } of seen) {
      those.push(await observe(dryRun(repo, '--from', 'root', '--to', commits[count - 1])));
    }
  }
  const measured = seen.map(({ commits: count, runs: [, ...those] }) => ({
    commits: count,
    ms: median(those.map(({ wallMs }) => wallMs)),
    peakMB: median(those.map(({ peakMB }) => peakMB)),
  }));
  const [first, second] = measured;
  const last = measured.at(-1);
  const perCommit = (from, to) => (to.ms - from.ms) / (to.commits - from.commits);
  const [early, late] = [perCommit(first, second), perCommit(second, last)];
  const memory = (point) => ({
    work: `peak memory, ${number(point.commits)} commits`,
    baseline: null,
    ours: point.peakMB,
    unit: 'MB',
    value: point.peakMB,
    valueUnit: 'MB',
    atMost: 150,
  });
  const span = `${number(second.commits)} → ${number(last.commits)}`;
  return {
    growth: measured,
    rows: [
      memory(second),
      memory(last),
      {
        work: `peak memory, ${span} commits`,
        baseline: second.peakMB,
        ours: last.peakMB,
        unit: 'MB',
        value: last.peakMB / second.peakMB,
        valueUnit: '×',
        atMost: 1.15,
      },
      {
        work: `a commit's cost, ${number(first.commits)} → ${span} commits`,
        baseline: early,
        ours: late,
        unit: 'ms',
        value: late / early,
        valueUnit: '×',
        atMost: 1.15,
      },
    ],
  };
}

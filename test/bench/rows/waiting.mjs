// What waits for a client whose receiver refuses the first event: the memory of a run that reads all of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { number } from '../measure.mjs';
import { ALL_OF_HISTORY, deliverOnce } from '../sending.mjs';

const ALL = ['created', 'modified', 'members.removed', 'members.added', 'deleted']
  .map((type) => `team.${type}`)
  .join(', ');

export async function waiting({ size, repos, work }) {
  const rows = [];
  for (const shape of size.waiting) {
    const report = join(work, 'report.json');
    const { peakMB } = await deliverOnce({
      repo: await repos.of(shape),
      work,
      range: [...ALL_OF_HISTORY, '--report', report],
      types: ALL,
      behaviour: { refuseFirst: true },
      exit: 3,
    });
    const { events, clients } = JSON.parse(readFileSync(report, 'utf8'));
    const { status, pending, filtered } = clients[0];
    if (status !== 'blocked' || pending + filtered !== events)
      throw new Error(`of ${events} events ${pending} wait, and the lane is ${status}`);
    const { teams, commits } = shape;
    const range = commits === 1 ? 'one commit' : `${number(commits)} commits`;
    rows.push({
      work: `${number(events)} events wait, of ${number(teams)} teams and ${range}: peak memory`,
      baseline: null,
      ours: peakMB,
      unit: 'MB',
      value: peakMB,
      valueUnit: 'MB',
      atMost: 300,
    });
  }
  return { rows };
}

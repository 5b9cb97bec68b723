// One lane to a slow receiver, with `order: team` and with `batch: step`; and what one refused event holds up.
import { number } from '../measure.mjs';
import { ALL_OF_HISTORY, deliverOnce } from '../sending.mjs';

const SNAPSHOT = [...ALL_OF_HISTORY, '--squash'];

/** Held against its requests' own time, so many of them at once, with no pause between them. */
export async function byTeam({ size: { teams, delayMs, parallel }, repos, work }) {
  return snapshotRow({
    label: `order: team, ${parallel} requests at once`,
    expected: teams,
    floorMs: (teams * delayMs) / parallel,
    atMost: 1.15,
    teams,
    run: {
      repo: await repos.get('folders'),
      work,
      behaviour: { delayMs },
      more: ['order: team', `parallel: ${parallel}`],
    },
  });
}

/** Held against its requests' own time, one after the other, with no pause between them. */
export async function batches({ size: { teams, delayMs }, repos, work }) {
  const expected = Math.ceil(teams / 100); // a batch holds 100 events
  return snapshotRow({
    label: `batch: step, ${expected} requests`,
    expected,
    floorMs: expected * delayMs,
    atMost: 1.3,
    teams,
    run: { repo: await repos.get('folders'), work, behaviour: { delayMs }, more: ['batch: step'] },
  });
}

async function snapshotRow({ label, expected, floorMs, atMost, teams, run }) {
  const { wallMs, lanes } = await deliverOnce({ ...run, range: SNAPSHOT });
  const { requests, accepted } = lanes[0];
  if (requests !== expected || accepted !== expected)
    throw new Error(`${requests} requests, of which ${accepted} were accepted, and not ${expected}`);
  return {
    work: `snapshot of ${number(teams)} teams sent: ${label} of ${run.behaviour.delayMs} ms`,
    baseline: floorMs,
    ours: wallMs,
    unit: 'ms',
    value: wallMs / floorMs,
    valueUnit: '×',
    atMost,
  };
}

/** The receiver refuses the event that comes first: what is not delivered at the end. */
export async function refused({ size: { refusedOf: events }, repos, work }) {
  const repo = await repos.ofTeams(events);
  const leftWith = async (order) => {
    const behaviour = { refuseFirst: true };
    const more = [`order: ${order}`];
    const { lanes } = await deliverOnce({ repo, work, behaviour, range: ALL_OF_HISTORY, more, exit: 3 });
    return events - lanes[0].accepted;
  };
  const baseline = await leftWith('all');
  const ours = await leftWith('team');
  return {
    work: `of ${events} events, the first refused: not delivered with order: team, beside order: all`,
    baseline,
    ours,
    unit: '',
    value: ours,
    valueUnit: '',
    atMost: 1,
  };
}

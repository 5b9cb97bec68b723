// Many clients with many events each, at receivers that answer at once: what the machine can do, at two sizes.
import { number } from '../measure.mjs';
import { ALL_OF_HISTORY, deliverOnce } from '../sending.mjs';

export async function crowd({ size, repos, work }) {
  const { clients } = size.crowd;
  const measured = [];
  for (const events of size.crowd.events) {
    const repo = await repos.ofTeams(events);
    const { wallMs, cpuMs, peakMB, lanes } = await deliverOnce({
      repo,
      work,
      range: ALL_OF_HISTORY,
      count: clients,
    });
    const wrong = lanes.filter(
      ({ accepted, requests, gaps }) => accepted !== events || requests !== events || gaps > 0,
    );
    if (lanes.length !== clients || wrong.length > 0)
      throw new Error(`${lanes.length} lanes, of which ${wrong.length} had not all in order, each once`);
    measured.push({ events, deliveries: clients * events, wallMs, cpuMs, peakMB });
  }
  return { rows: growthRows(clients, measured[0], measured.at(-1)) };
}

function growthRows(clients, few, many) {
  const label = `${number(clients)} clients with ${number(many.events)} events each`;
  const perSecond = number(Math.round((many.deliveries / many.wallMs) * 1000));
  const times = many.deliveries / few.deliveries;
  const cpuOf = ({ cpuMs, deliveries }) => cpuMs / deliveries;
  return [
    {
      work: `${label} (${perSecond} a second), beside ${times} × the time of ${number(few.events)} each`,
      baseline: few.wallMs * times,
      ours: many.wallMs,
      unit: 'ms',
      value: many.wallMs / few.wallMs / times,
      valueUnit: '×',
      atMost: 1.15,
    },
    {
      work: `${label}: CPU of a delivery, beside that of ${number(few.events)} each`,
      baseline: cpuOf(few),
      ours: cpuOf(many),
      unit: 'ms',
      value: cpuOf(many) / cpuOf(few),
      valueUnit: '×',
      atMost: 1.15,
    },
    {
      work: `${label}: peak memory, beside that of ${number(few.events)} each`,
      baseline: few.peakMB,
      ours: many.peakMB,
      unit: 'MB',
      value: many.peakMB,
      valueUnit: 'MB',
      atMost: 300,
    },
  ];
}

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
    const all = clients * events;
    measured.push({ events, all, perSecond: (all / wallMs) * 1000, cpuMs: cpuMs / all, peakMB });
  }
  const [few, many] = [measured[0], measured.at(-1)];
  const label = `${number(clients)} clients with ${number(many.events)} events each`;
  const beside = `beside ${number(few.events)} each`;
  return {
    rows: [
      {
        work: `${label}, ${number(Math.round(many.perSecond))} events/s: CPU of each, ${beside}`,
        baseline: few.cpuMs,
        ours: many.cpuMs,
        unit: 'ms',
        value: many.cpuMs / few.cpuMs,
        valueUnit: '×',
        atMost: 1.15,
      },
      {
        work: `${label}: peak memory, ${beside}`,
        baseline: few.peakMB,
        ours: many.peakMB,
        unit: 'MB',
        value: many.peakMB,
        valueUnit: 'MB',
        atMost: 300,
      },
    ],
  };
}

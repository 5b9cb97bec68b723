// Many lanes side by side, held against what the slowest lane's own requests took, one after the other, as their receiver
// saw them.
import { median, number, observe } from '../measure.mjs';
import { ALL_OF_HISTORY, sending, startReceivers } from '../sending.mjs';

export async function deliveries({ size: { clients, eventsPerClient, delayMs }, repos, work, runs }) {
  const repo = await repos.ofTeams(eventsPerClient);
  const receivers = await startReceivers({ delayMs });
  try {
    const args = sending({ repo, work, url: receivers.url, range: ALL_OF_HISTORY, count: clients });
    const seen = [];
    for (let run = 0; run < Math.min(runs, 3); run++) {
      const { wallMs, cpuMs } = await observe(args);
      const lanes = await receivers.report();
      const wrong = lanes.filter(({ requests, gaps }) => requests !== eventsPerClient || gaps > 0);
      if (lanes.length !== clients || wrong.length > 0)
        throw new Error(`${lanes.length} lanes, of which ${wrong.length} had not all in order`);
      const slowest = Math.max(...lanes.map(({ serialMs }) => serialMs));
      seen.push({ slowest, wallMs, ratio: wallMs / slowest, cpuMs: cpuMs / clients / eventsPerClient });
    }
    const cpu = median(seen.map(({ cpuMs }) => cpuMs)).toFixed(2);
    return {
      work: `${number(clients * eventsPerClient)} deliveries, ${clients} clients, receivers that take ${delayMs} ms (${cpu} ms of CPU each)`,
      baseline: median(seen.map(({ slowest }) => slowest)),
      ours: median(seen.map(({ wallMs }) => wallMs)),
      unit: 'ms',
      value: median(seen.map(({ ratio }) => ratio)),
      valueUnit: '×',
      atMost: 1.1,
    };
  } finally {
    receivers.stop();
  }
}

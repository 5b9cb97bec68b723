// A receiver that takes one event a second and answers 429 to what comes sooner.
import { ALL_OF_HISTORY, deliverOnce } from '../sending.mjs';

const EVERY_MS = 1000;

/** What is refused of all requests; held against the time that such a receiver needs at least. */
export async function pace({ size: { paced: events }, repos, work }) {
  const repo = await repos.ofTeams(events);
  const behaviour = { everyMs: EVERY_MS };
  const { wallMs, lanes } = await deliverOnce({ repo, work, behaviour, range: ALL_OF_HISTORY });
  const { requests, accepted, gaps } = lanes[0];
  if (accepted !== events || gaps > 0) throw new Error(`${accepted} of ${events} events accepted`);
  return {
    work: `${events} events to a receiver that takes one a second: requests answered 429`,
    baseline: (events - 1) * EVERY_MS,
    ours: wallMs,
    unit: 'ms',
    value: ((requests - accepted) / requests) * 100,
    valueUnit: '%',
    atMost: 5,
  };
}

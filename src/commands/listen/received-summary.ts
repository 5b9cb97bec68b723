/** The summary that `listen` prints at its end. */
import type { Style } from '../../adapters/process/terminal/style.ts';
import { counted } from '../../core/text/counted.ts';
import type { OrderCheck } from './order-check.ts';
import type { Received } from './received.ts';

/** Counts of requests, and what was found of each of their events. */
export interface Tally {
  readonly requests: number;
  readonly events: number;
  /** Answered with 2xx, whatever else was wrong with them. */
  readonly accepted: number;
  readonly otherBytes: number;
  /** Where signatures are checked: without one that is right. */
  readonly notGenuine: number;
  readonly verdicts: Readonly<Partial<Record<OrderCheck['verdict'], number>>>;
}

export const NOTHING_RECEIVED: Tally = {
  requests: 0,
  events: 0,
  accepted: 0,
  otherBytes: 0,
  notGenuine: 0,
  verdicts: {},
};

/** The counts with one more request. */
export function withRequest(
  tally: Tally,
  { status, signature, check, others = [] }: Pick<Received, 'status' | 'signature' | 'check' | 'others'>,
): Tally {
  const checks = [check, ...others];
  const verdicts = { ...tally.verdicts };
  for (const { verdict } of checks) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    requests: tally.requests + 1,
    events: tally.events + checks.filter(({ verdict }) => verdict !== 'empty').length,
    accepted: tally.accepted + (status < 300 ? 1 : 0),
    otherBytes: tally.otherBytes + checks.filter((one) => 'sameBytes' in one && !one.sameBytes).length,
    notGenuine: tally.notGenuine + (signature === 'valid' || signature === 'unchecked' ? 0 : 1),
    verdicts,
  };
}

/** One line, without a newline. Faults are listed even if there are none, because people look for them. */
export function summaryLine(
  { requests, events, accepted, otherBytes, notGenuine, verdicts }: Tally,
  style: Style,
): string {
  const { retry = 0, again = 0, gap = 0, replay = 0, empty = 0, unchecked = 0 } = verdicts;
  const { 'out of order': late = 0 } = verdicts;
  const fault = (count: number, text: string): string => (count > 0 ? style.red(text) : text);
  return [
    counted(requests, 'request') + (events > requests ? ` with ${events} events` : ''),
    `${accepted} accepted`,
    counted(retry, 'retry', 'retries'),
    counted(again, 'duplicate'),
    fault(gap, counted(gap, 'gap')),
    fault(late, `${late} out of order`),
    ...(replay > 0 ? [counted(replay, 'replay')] : []),
    ...(notGenuine > 0 ? [fault(notGenuine, `${notGenuine} without a signature that is right`)] : []),
    ...(otherBytes > 0 ? [fault(otherBytes, `${otherBytes} with other bytes than before`)] : []),
    ...(empty > 0 ? [fault(empty, counted(empty, 'empty list'))] : []),
    ...(unchecked > 0 ? [`${unchecked} without webhook-id`] : []),
  ].join(', ');
}

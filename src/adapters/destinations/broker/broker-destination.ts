/**
 * The destination of clients whose events go to a broker: one connection per client, opened when it is needed and kept.
 * The parts that speak a broker's protocol are loaded when the first such client is served.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoundClient } from '../../../core/clients/binding/bind-client.ts';
import type { BoundBroker } from '../../../core/clients/binding/broker.ts';
import type { Answer, Destination, Sending } from '../../../core/delivery/destination.ts';
import type { JournalLine } from '../../../core/delivery/journal-line.ts';
import { shorten } from '../../../core/text/shorten.ts';
import { untilAborted, withinDeadline } from '../../network/deadline.ts';
import { unfinished, whereIs, type Progress } from '../../network/progress.ts';
import { BrokerDialError, type BrokerDials } from './broker-dial.ts';
import type { Broker, BrokerAttempt, BrokerOutcome } from './broker.ts';
import { openBroker } from './open-broker.ts';

export interface BrokerSettings {
  readonly dials: BrokerDials;
  /** Aborts attempts in progress. */
  readonly cut: AbortSignal;
  /** Removes secrets from a text; values in `own` are removed from this text only. */
  readonly redact: (text: string, own?: readonly string[]) => string;
  readonly userAgent: string;
  /** The operator's deadline; a client may only shorten it. */
  readonly mostTimeoutMs: number;
  /** Told each attempt when it has ended. */
  readonly attempted?: ((attempt: JournalLine) => void) | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface BrokerDestination extends Destination {
  /** Connects, and asks whether there is what events are sent to; sends nothing. */
  probe(client: BoundClient): Promise<Answer>;
  /** Closes all connections; ends soon, whatever the brokers do. */
  close(): Promise<void>;
}

type Outcome =
  | BrokerOutcome
  | { readonly kind: 'forbidden'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly reason: string };

const VERDICTS = {
  accepted: 'accepted',
  retry: 'retry',
  refused: 'refused',
  misconfigured: 'misconfigured',
  forbidden: 'refused',
  stopped: 'stopped',
} as const;

/** What a quota asks for after a burst; for longer than this the lane waits. */
const MOST_QUIET_MS = 60_000;
/** How much of what a broker says is told. */
const MAX_REASON = 300;

export function brokerDestination(settings: BrokerSettings): BrokerDestination {
  const { dials, cut, redact, userAgent, now } = settings;
  /** By client; the entry may change while a run lasts. */
  const open = new Map<string, { readonly of: BoundBroker; readonly broker: Promise<Broker> }>();

  function brokerOf({ client }: BoundClient, destination: BoundBroker): Promise<Broker> {
    const known = open.get(client.name);
    if (known !== undefined && isSame(known.of, destination)) return known.broker;
    known?.broker.then((one) => one.close()).catch(() => undefined);
    const broker = openBroker(destination, { userAgent });
    open.set(client.name, { of: destination, broker });
    return broker;
  }

  const timeoutOf = ({ timeoutMs = Infinity }: BoundBroker): number =>
    Math.min(timeoutMs, settings.mostTimeoutMs);

  /** `act` with the client's broker, as what it means; within the deadline, whatever the broker does. */
  async function attempt(
    bound: BoundClient,
    destination: BoundBroker,
    act: (broker: Broker, attempt: BrokerAttempt) => Promise<BrokerOutcome>,
  ): Promise<Answer> {
    const timeoutMs = timeoutOf(destination);
    let accepted = 0;
    const outcome = await withinDeadline('', timeoutMs, cut, async ({ signal }): Promise<Outcome> => {
      let waitsFor = (): string => 'it was not connected to';
      const given: BrokerAttempt = {
        signal,
        timeoutMs,
        async dial(address) {
          const host = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
          const progress: Progress = { signal, host, addresses: [], state: 'resolving' };
          waitsFor = () => unfinished(progress);
          return { socket: await dials.dial(address, destination, progress), where: whereIs(progress) };
        },
        waitsFor(what) {
          waitsFor = () => what;
        },
        accepted(count) {
          if (!signal.aborted) accepted = count;
        },
      };
      try {
        return await untilAborted(
          brokerOf(bound, destination).then((broker) => act(broker, given)),
          signal,
        );
      } catch (error) {
        if (cut.aborted) return { kind: 'stopped', reason: 'the run was stopped' };
        if (signal.aborted)
          return { kind: 'retry', reason: `no answer within ${timeoutMs} ms: ${waitsFor()}` };
        const isForbidden = error instanceof BrokerDialError && error.isForbidden;
        return { kind: isForbidden ? 'forbidden' : 'retry', reason: (error as Error).message };
      }
    });
    return answerOf(outcome, accepted, bound, destination);
  }

  function answerOf(
    outcome: Outcome,
    accepted: number,
    { hidden }: BoundClient,
    destination: BoundBroker,
  ): Answer {
    const verdict = VERDICTS[outcome.kind];
    const place = redact(destination.place);
    if (outcome.kind === 'accepted') return { verdict, reason: '', place };
    // Redacted before it is cut: half a secret is not recognised.
    const told = shorten(redact(outcome.reason, hidden.own).trim().replace(/\s+/g, ' '), MAX_REASON);
    return {
      verdict,
      reason: `${place}: ${told}`,
      place,
      ...(accepted > 0 && { accepted }),
      forbidden: outcome.kind === 'forbidden',
      ...(outcome.kind !== 'forbidden' && outcome.kind !== 'stopped' && ofBroker(outcome)),
    };
  }

  return {
    async send(sending: Sending) {
      const { client } = sending;
      const destination = brokerIn(client);
      const publish = () => attempt(client, destination, (broker, given) => broker.publish(sending, given));
      let answer = await publish();
      // A broker with quotas asks for a little time again and again: a lane that takes it for too fast would be too slow.
      while (answer.tooEarly && (answer.retryAfterMs ?? 0) <= MOST_QUIET_MS) {
        await sleep(answer.retryAfterMs, undefined, { signal: cut }).catch(() => undefined);
        answer = cut.aborted ? { ...answer, verdict: 'stopped', tooEarly: false } : await publish();
      }
      for (const line of journalLines(sending, answer, now())) settings.attempted?.(line);
      return answer;
    },
    probe: (client) =>
      attempt(client, brokerIn(client), (broker, given) => broker.probe(given, client.client)),
    async close() {
      await Promise.allSettled([...open.values()].map(async ({ broker }) => (await broker).close()));
      dials.close();
    },
  };
}

/** The file is read again wherever it changed; of a broker that stayed the same the connection is kept. */
const isSame = (one: BoundBroker, other: BoundBroker): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

function brokerIn({ client, destination }: BoundClient): BoundBroker {
  if (destination.kind === 'webhook') throw new Error(`${client.name} has no broker`);
  return destination;
}

const ofBroker = ({ code, retryAfterMs, tooLarge }: Exclude<BrokerOutcome, { kind: 'accepted' }>) => ({
  ...(code !== undefined && { code }),
  ...(retryAfterMs !== undefined && { retryAfterMs, tooEarly: true }),
  ...(tooLarge !== undefined && { tooLarge }),
});

/** One for each event of the attempt. */
function journalLines(
  { events, client, nowMs }: Sending,
  answer: Answer,
  endMs: number,
): readonly JournalLine[] {
  const {
    place,
    reason,
    verdict,
    code = null,
    accepted = verdict === 'accepted' ? events.length : 0,
  } = answer;
  const journalled = verdict === 'misconfigured' ? 'refused' : verdict;
  const attempt = {
    time: new Date(nowMs).toISOString(),
    client: client.client.name,
    place,
    milliseconds: Math.max(0, endMs - nowMs),
  };
  return events.map(({ id }, index) =>
    index < accepted
      ? { ...attempt, event: id, verdict: 'accepted', status: null, answer: 'confirmed by the broker' }
      : {
          ...attempt,
          event: id,
          verdict: journalled,
          status: code,
          answer: reason.slice(`${place}: `.length),
        },
  );
}

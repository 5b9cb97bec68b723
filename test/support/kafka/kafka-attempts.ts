/** Attempts of the Kafka destination, as a lane makes them, without the rest of the program. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type {
  Broker,
  BrokerAttempt,
  BrokerOutcome,
} from '../../../src/adapters/destinations/broker/broker.ts';
import { openKafka } from '../../../src/adapters/destinations/kafka/kafka-broker.ts';
import type { BoundKafka } from '../../../src/core/clients/binding/broker.ts';
import type { Sending } from '../../../src/core/delivery/destination.ts';
import type { LoggedEvent } from '../../../src/core/events/team-event.ts';

export const anEvent = (index: number, team = 'payments', padding = 0): LoggedEvent => {
  const id = `evt_${index}`;
  const data = { team: { id: team }, padding: 'x'.repeat(padding) };
  const envelope = {
    specversion: '1.0',
    id,
    source: 'https://example.com',
    type: 'team.created',
    subject: team,
  };
  return {
    id,
    subject: team,
    type: 'team.created',
    text: JSON.stringify({ ...envelope, data }),
  } as LoggedEvent;
};

export interface KafkaAttempts {
  /** One attempt with these events; what it waited for where the time is up. */
  readonly send: (...events: readonly LoggedEvent[]) => Promise<BrokerOutcome | string>;
  /** How many of the first events of the last attempt were told to be accepted. */
  readonly accepted: () => number;
  /** The time of the attempt under way is up. */
  readonly expire: () => void;
  readonly broker: Broker;
}

export function kafkaAttempts(
  ports: readonly number[],
  { timeoutMs = 60_000, order = 'all', ...given }: Partial<BoundKafka> & { order?: 'all' | 'team' } = {},
): KafkaAttempts {
  const destination: BoundKafka = {
    kind: 'kafka',
    brokers: ports.map((port) => ({ host: '127.0.0.1', port })),
    topic: 'events',
    tls: false,
    sasl: undefined,
    timeoutMs,
    place: 'kafka the-cluster topic events',
    ...given,
  };
  const broker = openKafka(destination, { userAgent: 'team-events/test' });
  let end = new AbortController();
  let accepted = 0;
  return {
    broker,
    accepted: () => accepted,
    expire: () => end.abort(new Error('too late')),
    async send(...events) {
      let waitsFor = '';
      accepted = 0;
      end = new AbortController();
      const { signal } = end;
      const timer = setTimeout(() => end.abort(new Error('too late')), timeoutMs);
      const attempt: BrokerAttempt = {
        signal,
        timeoutMs,
        async dial({ host, port }) {
          const socket = connect(port, host);
          await once(socket, 'connect');
          return { socket, where: `127.0.0.1:${port}` };
        },
        waitsFor: (what) => void (waitsFor = what),
        accepted: (count) => void (accepted = count),
      };
      const sending = { events, replay: false, client: { client: { order } } } as unknown as Sending;
      try {
        return await broker.publish(sending, attempt);
      } catch (error) {
        return signal.aborted ? waitsFor : (error as Error).message;
      } finally {
        clearTimeout(timer);
        end.abort(new Error('it has ended'));
      }
    },
  };
}

/** Attempts of the RabbitMQ destination, several at a time, as a lane with `order: team` makes them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import type { BrokerAttempt, BrokerOutcome } from '../../../src/adapters/destinations/broker/broker.ts';
import { openRabbitmq } from '../../../src/adapters/destinations/rabbitmq/rabbitmq-broker.ts';
import type { Sending } from '../../../src/core/delivery/destination.ts';
import type { LoggedEvent } from '../../../src/core/events/team-event.ts';

export interface AmqpAttempt {
  /** What it waited for, where its time was up. */
  readonly outcome: Promise<BrokerOutcome | string>;
  /** Its time is up. */
  readonly expire: () => void;
}

/** Makes an attempt with an event of this team. The broker ends with the test. */
export function amqpAttempts(port: number): (team: string) => AmqpAttempt {
  const address = { host: '127.0.0.1', port };
  const broker = openRabbitmq(
    {
      kind: 'rabbitmq',
      broker: address,
      vhost: 'v',
      username: 'u',
      password: 'p',
      exchange: 'e',
      tls: false,
      timeoutMs: 60_000,
      place: 'rabbitmq the-broker',
    },
    { userAgent: 'team-events/test' },
  );
  onTestFinished(() => broker.close());
  let count = 0;
  return (team) => {
    const end = new AbortController();
    let waitsFor = '';
    const attempt: BrokerAttempt = {
      signal: end.signal,
      timeoutMs: 60_000,
      async dial() {
        const socket = connect(port, address.host);
        await once(socket, 'connect');
        return { socket, where: `127.0.0.1:${port}` };
      },
      waitsFor: (what) => void (waitsFor = what),
      accepted: () => undefined,
    };
    const event = {
      id: `evt_${++count}`,
      subject: team,
      type: 'team.created',
      text: `{"subject":"${team}"}`,
    };
    const sending = { events: [event as unknown as LoggedEvent], remaining: 0, replay: false, nowMs: 0 };
    const outcome = broker.publish(sending as unknown as Sending, attempt).catch((error: Error) => {
      if (end.signal.aborted) return waitsFor;
      throw error;
    });
    return { outcome, expire: () => end.abort(new Error('too late')) };
  };
}

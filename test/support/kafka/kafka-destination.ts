/** The destination of a client with a broker of Kafka, as a lane has it, without the rest of the program. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { brokerDestination } from '../../../src/adapters/destinations/broker/broker-destination.ts';
import type { BoundClient } from '../../../src/core/clients/binding/bind-client.ts';
import type { Answer } from '../../../src/core/delivery/destination.ts';
import type { JournalLine } from '../../../src/core/delivery/journal-line.ts';
import type { LoggedEvent } from '../../../src/core/events/team-event.ts';

export interface KafkaDestination {
  readonly send: (...events: readonly [LoggedEvent, ...LoggedEvent[]]) => Promise<Answer>;
  readonly journal: readonly JournalLine[];
  /** Stops the run. */
  readonly stop: AbortController;
}

/** It ends with the test. */
export function kafkaDestination(port: number, { mostTimeoutMs = 15_000 } = {}): KafkaDestination {
  const stop = new AbortController();
  const journal: JournalLine[] = [];
  const destination = brokerDestination({
    dials: {
      async dial() {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      },
      close: () => undefined,
    },
    cut: stop.signal,
    redact: (text) => text,
    userAgent: 'team-events/test',
    mostTimeoutMs,
    attempted: (line) => void journal.push(line),
    now: Date.now,
  });
  onTestFinished(() => destination.close());
  const kafka = { kind: 'kafka', brokers: [{ host: '127.0.0.1', port }], topic: 'events', tls: false };
  const client = {
    client: { name: 'one', order: 'all' },
    destination: { ...kafka, sasl: undefined, timeoutMs: undefined, place: 'kafka there' },
    hidden: { own: [] },
  } as unknown as BoundClient;
  const others = { previousId: undefined, remaining: 0, replay: false, part: 0 };
  return {
    journal,
    stop,
    send: (...events) => destination.send({ events, client, ...others, nowMs: Date.now() }),
  };
}

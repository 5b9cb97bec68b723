/** What an attempt at a broker has come to when it is ended in the middle: what was confirmed before stays so. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { brokerDestination } from '../../../../src/adapters/destinations/broker/broker-destination.ts';
import type { BoundClient } from '../../../../src/core/clients/binding/bind-client.ts';
import type { JournalLine } from '../../../../src/core/delivery/journal-line.ts';
import { anEvent } from '../../../support/kafka/kafka-attempts.ts';
import { produced, startScriptedBroker } from '../../../support/kafka/scripted-broker.ts';

it.each([
  ['its time is up', 'retry', 5000],
  ['the run is stopped', 'stopped', 60_000],
])('when %s, what a broker has confirmed of a batch is accepted', async (_, verdict, mostTimeoutMs) => {
  const stop = new AbortController();
  const { port } = await startScriptedBroker({
    reply(api, before) {
      if (api !== 'produce') return undefined;
      // All four are too large for it, the first two are not, and then it is silent.
      if (before < 2) return produced(before === 0 ? 10 : 0);
      return () => verdict === 'stopped' && stop.abort();
    },
  });
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
  const answer = await destination.send({
    events: [anEvent(1), anEvent(2), anEvent(3), anEvent(4)],
    client,
    previousId: undefined,
    remaining: 0,
    replay: false,
    part: 0,
    nowMs: Date.now(),
  });
  expect(answer).toMatchObject({ verdict, accepted: 2 });
  expect(journal.map((line) => line.verdict)).toEqual(['accepted', 'accepted', verdict, verdict]);
});

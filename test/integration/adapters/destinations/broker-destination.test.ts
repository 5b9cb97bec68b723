/** What an attempt at a broker has come to when it is ended in the middle: what was confirmed before stays so. */
import { expect, it } from 'vitest';
import { anEvent } from '../../../support/kafka/kafka-attempts.ts';
import { kafkaDestination } from '../../../support/kafka/kafka-destination.ts';
import { produced, startScriptedBroker } from '../../../support/kafka/scripted-broker.ts';

it.each([
  ['its time is up', 'retry', 5000],
  ['the run is stopped', 'stopped', 60_000],
])('when %s, what a broker has confirmed of a batch is accepted', async (_, verdict, mostTimeoutMs) => {
  let silent = (): void => undefined;
  const { port } = await startScriptedBroker({
    reply(api, before) {
      if (api !== 'produce') return undefined;
      // All four are too large for it, the first two are not, and then it is silent.
      if (before < 2) return produced(before === 0 ? 10 : 0);
      return () => silent();
    },
  });
  const { send, journal, stop } = kafkaDestination(port, { mostTimeoutMs });
  if (verdict === 'stopped') silent = () => stop.abort();
  expect(await send(anEvent(1), anEvent(2), anEvent(3), anEvent(4))).toMatchObject({ verdict, accepted: 2 });
  expect(journal.map((line) => line.verdict)).toEqual(['accepted', 'accepted', verdict, verdict]);
});

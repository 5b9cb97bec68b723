/** Kafka: the events of a client in one topic, the key of each is its team. */
import type { BoundKafka } from '../../../core/clients/binding/broker.ts';
import type { LaneOrder } from '../../../core/clients/file/lane-keys.ts';
import type { BrokerAttempt, BrokerOutcome, OpenBroker } from '../broker/broker.ts';
import { askedToWait, createCluster, type Topic } from './cluster.ts';
import { KafkaError } from './kafka-error.ts';
import { createProducer } from './producer.ts';

export const openKafka: OpenBroker<BoundKafka> = (destination, { userAgent }) => {
  const { topic: name } = destination;
  const cluster = createCluster(destination, userAgent);
  const producer = createProducer(name, cluster);
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: what comes next must not overtake what may still be stored. */
  function inTurn(attempt: BrokerAttempt, act: () => Promise<BrokerOutcome>): Promise<BrokerOutcome> {
    attempt.waitsFor(`an earlier request to ${destination.place} was not answered`);
    const mine = turn.then(async () => {
      attempt.signal.throwIfAborted();
      try {
        return await act();
      } catch (error) {
        return outcomeOf(error);
      }
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function checkedTopic(order: LaneOrder, attempt: BrokerAttempt): Promise<Topic> {
    const topic = await cluster.topic(attempt);
    if (order === 'all' && topic.count !== 1) {
      cluster.forget();
      throw new MisfitError(
        `the topic ${name} has ${topic.count} partitions, between which there is no order: name a topic with one ` +
          `partition, or set order: team, which keeps the events of each team in order`,
      );
    }
    return topic;
  }

  return {
    publish: ({ events, client, replay }, attempt) =>
      inTurn(attempt, async () => {
        const { quietMs: retryAfterMs } = cluster;
        if (retryAfterMs > 0) return { kind: 'retry', reason: askedToWait(retryAfterMs), retryAfterMs };
        await checkedTopic(client.client.order, attempt);
        const failure = await producer.produce(events, replay, attempt);
        return failure === undefined ? { kind: 'accepted' } : outcomeOf(failure);
      }),
    probe: (attempt, { order }) =>
      inTurn(attempt, async () => {
        await checkedTopic(order, attempt);
        return { kind: 'accepted' };
      }),
    close() {
      cluster.close();
      return Promise.resolve();
    },
  };
};

/** The topic and the client do not fit together. */
class MisfitError extends Error {}

/** What an error means; those of `dial`, and what is a mistake here, are thrown. */
function outcomeOf(error: unknown): BrokerOutcome {
  if (error instanceof MisfitError) return { kind: 'misconfigured', reason: error.message };
  if (!(error instanceof KafkaError)) throw error;
  const { code, message: reason, isRetriable } = error;
  return { kind: isRetriable ? 'retry' : 'refused', reason, code };
}

/**
 * Sends events to the partitions of their keys, so that the first sight of each comes in order and nothing is taken for
 * sent that is not stored. Of a partition's events none is sent before those before it are confirmed or go with it, and
 * what goes together is stored together or not at all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '../../../core/events/team-event.ts';
import type { BrokerAttempt } from '../broker/broker.ts';
import type { Cluster, Topic } from './cluster.ts';
import { brokerError, DUPLICATE, isLostProducer, isStarting, isTooLarge, KafkaError } from './kafka-error.ts';
import { keyOf, messageOf } from './message.ts';
import { partitionOf } from './partitioner.ts';
import { INIT_PRODUCER_ID, PRODUCE } from './protocol.ts';
import { createSequences, type Sequences } from './sequences.ts';

/** Between requests to a cluster that has just been started, and is ready in a moment. */
const STARTING_PAUSE_MS = 200;

export interface Producer {
  /**
   * One attempt: why the first event that is not stored is not; undefined if all are. The attempt is told how many of the
   * first are stored, as soon as they are. Never rejects. Not to be called again before it has ended.
   */
  produce(events: readonly LoggedEvent[], replay: boolean, attempt: BrokerAttempt): Promise<unknown>;
}

/** The events of one partition, in order. */
type Lists = Map<number, LoggedEvent[]>;

interface Attempting {
  readonly replay: boolean;
  readonly attempt: BrokerAttempt;
  /** To be called with events that the cluster has confirmed. */
  readonly isStored: (list: readonly LoggedEvent[]) => void;
}

interface Identity {
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly sequences: Sequences;
}

/** How much of an attempt's time a broker may wait for the replicas: it is to say so itself that they are late. */
const REPLICA_SHARE = 0.7;

export function createProducer(topic: string, cluster: Cluster, now: () => number = Date.now): Producer {
  let identity: Identity | undefined;
  /** Ids of events that are stored and were not told to be: what is before them is not. They are not sent again. */
  const stored = new Set<string>();

  async function identityFor(lists: Lists, attempt: BrokerAttempt): Promise<Identity> {
    const isOfUse = [...lists].every(([partition, list]) => identity?.sequences.allows(partition, list));
    if (identity !== undefined && isOfUse) return identity;
    const broker = await cluster.anyBroker(attempt);
    attempt.waitsFor(`${broker.where} gave no producer id`);
    for (;;) {
      const { errorCode, producerId, producerEpoch } = await broker.ask(
        INIT_PRODUCER_ID,
        { transactionalId: null },
        attempt,
      );
      if (errorCode === 0) {
        identity = { producerId, producerEpoch, sequences: createSequences() };
        return identity;
      }
      if (!isStarting(errorCode)) throw brokerError(broker.where, errorCode);
      await sleep(STARTING_PAUSE_MS, undefined, { signal: attempt.signal });
    }
  }

  /** Sends to one broker what it leads, and tells what it confirms. */
  async function sendTo(
    leader: number,
    lists: Lists,
    by: Identity,
    { replay, attempt, isStored }: Attempting,
  ): Promise<ReadonlyMap<number, unknown>> {
    const broker = await cluster.broker(leader, attempt);
    const partitions = [...lists].map(([partition, list]) => {
      const { sequence, sentMs } = by.sequences.begin(partition, list, now());
      return {
        partition,
        firstSequence: sequence,
        messages: list.map((event) => messageOf(event, replay, sentMs)),
      };
    });
    attempt.waitsFor(`${broker.where} did not confirm what was sent`);
    const { topics } = await broker.ask(
      PRODUCE,
      {
        acks: -1,
        timeout: Math.ceil(attempt.timeoutMs * REPLICA_SHARE),
        producerId: by.producerId,
        producerEpoch: by.producerEpoch,
        topicData: [{ topic, partitions }],
      },
      attempt,
    );
    const codes = new Map(
      topics.flatMap((one) => one.partitions.map(({ partition, errorCode }) => [partition, errorCode])),
    );
    const failures = new Map<number, unknown>();
    for (const [partition, list] of lists) {
      const code = codes.get(partition);
      if (code === 0 || code === DUPLICATE) {
        by.sequences.confirmed(partition);
        isStored(list);
        continue;
      }
      if (isLostProducer(code)) identity = undefined;
      failures.set(
        partition,
        code === undefined
          ? new KafkaError(broker.where, 'it did not say what became of what was sent', undefined, true)
          : brokerError(broker.where, code),
      );
    }
    return failures;
  }

  /** Sends all of it; why which partitions have failed. */
  async function sendAll(
    lists: Lists,
    { leaders }: Topic,
    attempting: Attempting,
  ): Promise<ReadonlyMap<number, unknown>> {
    const failures = new Map<number, unknown>();
    const byLeader = new Map<number, Lists>();
    for (const [partition, list] of lists) {
      const leader = leaders.get(partition) ?? -1;
      if (leader < 0) failures.set(partition, brokerError(`partition ${partition}`, 5));
      else
        byLeader.set(leader, (byLeader.get(leader) ?? new Map<number, LoggedEvent[]>()).set(partition, list));
    }
    const by = await identityFor(lists, attempting.attempt);
    await Promise.all(
      [...byLeader].map(async ([leader, its]) => {
        try {
          for (const [partition, error] of await sendTo(leader, its, by, attempting))
            failures.set(partition, error);
        } catch (error) {
          for (const partition of its.keys()) failures.set(partition, error);
        }
      }),
    );
    return failures;
  }

  /** Sends lists one after the other; the halves of one that is too large, so that in the end only one event is. */
  async function sendLists(
    lists: Lists,
    known: Topic,
    attempting: Attempting,
  ): Promise<ReadonlyMap<number, unknown>> {
    const failures = new Map<number, unknown>();
    const waiting = new Map([...lists].map(([partition, list]) => [partition, [list]]));
    while (waiting.size > 0) {
      const round: Lists = new Map(
        [...waiting].map(([partition, parts]) => [partition, parts.shift() ?? []]),
      );
      const failed = await sendAll(round, known, attempting);
      for (const [partition, list] of round) {
        const error = failed.get(partition);
        const parts = waiting.get(partition) ?? [];
        if (error instanceof KafkaError && isTooLarge(error.code) && list.length > 1) {
          const half = Math.ceil(list.length / 2);
          parts.unshift(list.slice(0, half), list.slice(half));
        } else if (error !== undefined) {
          failures.set(partition, error);
          parts.length = 0;
        }
        if (parts.length === 0) waiting.delete(partition);
      }
    }
    return failures;
  }

  return {
    async produce(events, replay, attempt) {
      let next = 0;
      // What the attempt was told is not asked for again. Out of time, it hears no more: then it stays known here.
      function isStored(list: readonly LoggedEvent[]): void {
        for (const { id } of list) stored.add(id);
        if (attempt.signal.aborted) return;
        while (stored.delete(events[next]?.id ?? '')) next++;
        attempt.accepted(next);
      }
      isStored([]);
      let failureOf: (event: LoggedEvent) => unknown;
      try {
        const known = await cluster.topic(attempt);
        const partition = (event: LoggedEvent): number => partitionOf(keyOf(event), known.count);
        const lists: Lists = new Map();
        for (const event of events.slice(next)) {
          if (stored.has(event.id)) continue;
          const list = lists.get(partition(event));
          if (list === undefined) lists.set(partition(event), [event]);
          else list.push(event);
        }
        const failures = await sendLists(lists, known, { replay, attempt, isStored });
        if (failures.size > 0) cluster.forget();
        failureOf = (event) => failures.get(partition(event));
      } catch (error) {
        cluster.forget();
        failureOf = () => error;
      }
      const left = events.slice(next).find(({ id }) => !stored.has(id));
      return left && failureOf(left);
    },
  };
}

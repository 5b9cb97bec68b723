/**
 * A Kafka cluster of one topic in memory, which stores, confirms and forgets as a test says. Like a broker it keeps the last
 * five batches of each producer and partition (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`), confirms those again without
 * storing them, and takes nothing else but the next number (`ProducerAppendInfo.checkSequence`, Kafka 4.1).
 */
import type { BrokerAttempt } from '../../../src/adapters/destinations/broker/broker.ts';
import type { Cluster, ClusterBroker } from '../../../src/adapters/destinations/kafka/cluster.ts';
import { KafkaError } from '../../../src/adapters/destinations/kafka/kafka-error.ts';
import type { ProduceParameters } from '../../../src/adapters/destinations/kafka/protocol.ts';

/** What happens to one request. */
export type Fate =
  | { readonly kind: 'served' }
  /** It never arrives. */
  | { readonly kind: 'lost' }
  /** It is carried out, and the answer is lost. */
  | { readonly kind: 'unanswered' }
  /** The time of the attempt is up before its answer is read. */
  | { readonly kind: 'expired' }
  /** It is carried out when so many others have come after it. */
  | { readonly kind: 'late'; readonly after: number }
  /** This partition, by its place in the request, is refused with a code, before or after it was stored. */
  | { readonly kind: 'refused'; readonly at: number; readonly code: number; readonly isStored: boolean }
  /** What was known of producers is gone; it is served then. */
  | { readonly kind: 'forgotten' };

export interface ModelCluster extends Cluster {
  /** Ids of what is stored, by partition. */
  readonly logs: ReadonlyMap<number, readonly string[]>;
  /** What is late arrives now. */
  settle(): void;
}

interface State {
  next: number;
  readonly batches: { readonly first: number; readonly last: number }[];
}

type Partition = ProduceParameters['topicData'][number]['partitions'][number];

const idOf = (value: Buffer): string => (JSON.parse(value.toString()) as { id: string }).id;

/** `mostBytes`: the largest batch that a partition takes. Each of `brokers` leads every so many partitions. */
export function modelCluster(
  count: number,
  fateOf: () => Fate,
  { brokers = 2, mostBytes = Infinity }: { readonly brokers?: number; readonly mostBytes?: number } = {},
): ModelCluster {
  const logs = new Map(Array.from({ length: count }, (_, partition) => [partition, [] as string[]]));
  const producers = new Map<string, State>();
  const late: { left: number; readonly act: () => void }[] = [];
  let ids = 0;

  function store(producer: string, { partition, firstSequence, messages }: Partition): number {
    const size = messages.reduce((sum, { value }) => sum + value.length, 0);
    if (size > mostBytes) return 10;
    const key = `${producer} ${partition}`;
    const state = producers.get(key) ?? { next: -1, batches: [] };
    const last = firstSequence + messages.length - 1;
    if (state.batches.some((one) => one.first === firstSequence && one.last === last)) return 0;
    if (state.next !== -1 && state.next !== firstSequence) return 45;
    state.batches.push({ first: firstSequence, last });
    if (state.batches.length > 5) state.batches.shift();
    state.next = last + 1;
    producers.set(key, state);
    logs.get(partition)?.push(...messages.map(({ value }) => idOf(value)));
    return 0;
  }

  function produce({ producerId, topicData }: ProduceParameters, attempt: BrokerAttempt): unknown {
    const partitions = topicData.flatMap((one) => one.partitions);
    const fate = fateOf();
    for (const one of late) if (--one.left === 0) one.act();
    const cut = (): never => {
      throw new KafkaError('model', 'the connection broke', undefined, true);
    };
    const serve = (): unknown => ({
      topics: [
        {
          partitions: partitions.map((one, at) => {
            const isHit = fate.kind === 'refused' && fate.at % partitions.length === at;
            if (isHit && !fate.isStored) return { partition: one.partition, errorCode: fate.code };
            const code = store(producerId, one);
            return { partition: one.partition, errorCode: isHit ? fate.code : code };
          }),
        },
      ],
    });
    switch (fate.kind) {
      case 'lost':
        return cut();
      case 'unanswered':
        serve();
        return cut();
      case 'expired':
        (attempt as ModelAttempt).expire();
        return serve();
      case 'late':
        late.push({ left: fate.after, act: () => void serve() });
        return cut();
      case 'forgotten':
        producers.clear();
        return serve();
      case 'served':
      case 'refused':
        return serve();
    }
  }

  const broker: ClusterBroker = {
    where: 'model',
    ask: async ({ name }, parameters, attempt) => {
      await Promise.resolve();
      const answer =
        name === 'InitProducerId'
          ? { errorCode: 0, producerId: String(ids++), producerEpoch: 0 }
          : produce(parameters as unknown as ProduceParameters, attempt);
      return answer as never;
    },
  };
  const found = {
    count,
    leaders: new Map([...logs.keys()].map((partition) => [partition, partition % brokers])),
  };
  return {
    logs,
    quietMs: 0,
    topic: () => Promise.resolve(found),
    broker: () => Promise.resolve(broker),
    anyBroker: () => Promise.resolve(broker),
    forget: () => undefined,
    close: () => undefined,
    settle() {
      for (const { left, act } of late.splice(0)) if (left > 0) act();
    },
  };
}

export interface ModelAttempt extends BrokerAttempt {
  /** How many of the first events it was told to be stored, while it had time. */
  readonly told: () => number;
  readonly expire: () => void;
}

export function modelAttempt(): ModelAttempt {
  const end = new AbortController();
  let told = 0;
  return {
    signal: end.signal,
    timeoutMs: 1000,
    waitsFor: () => undefined,
    dial: () => Promise.reject(new Error('nothing is dialled')),
    accepted: (count) => {
      if (!end.signal.aborted) told = count;
    },
    told: () => told,
    expire: () => end.abort(new Error('too late')),
  };
}

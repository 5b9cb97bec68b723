/** The brokers of a cluster: found through those that the client names, each connected to once and when it is needed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoundKafka } from '../../../core/clients/binding/broker.ts';
import type { BrokerAddress } from '../../../core/clients/file/broker-rules.ts';
import type { BrokerAttempt } from '../broker/broker.ts';
import { authenticate } from './authenticate.ts';
import { CLOSED, createConnection, type Connection } from './connection.ts';
import { firstOf } from './first-of.ts';
import { brokerError, KafkaError } from './kafka-error.ts';
import { askVersions, commonVersion, METADATA, type Api, type Throttled, type Versions } from './protocol.ts';

export interface ClusterBroker {
  /** For messages. */
  readonly where: string;
  /** Ends the connection if the attempt ends first. @throws {KafkaError}, or the reason of the signal */
  ask<Parameters, Response>(
    api: Api<Parameters, Response>,
    parameters: Parameters,
    attempt: BrokerAttempt,
  ): Promise<Response>;
}

export interface Topic {
  /** How many partitions it has. */
  readonly count: number;
  /** By partition, the id of its leader; none if it has none now. */
  readonly leaders: ReadonlyMap<number, number>;
}

export interface Cluster {
  /** What is known of the topic; asked once, and again after `forget`. @throws {KafkaError}, or what `dial` rejects with */
  topic(attempt: BrokerAttempt): Promise<Topic>;
  /** The broker with this id. @throws as `topic` does */
  broker(id: number, attempt: BrokerAttempt): Promise<ClusterBroker>;
  /** Any broker. @throws as `topic` does */
  anyBroker(attempt: BrokerAttempt): Promise<ClusterBroker>;
  /** For how many milliseconds more one of the brokers wants to be sent nothing. */
  readonly quietMs: number;
  /** What is known of the topic may no longer hold. */
  forget(): void;
  close(): void;
}

interface Opened {
  readonly address: BrokerAddress;
  readonly connection: Connection;
  readonly broker: ClusterBroker;
  /** From when on the broker wants to be told again who the client is. */
  readonly staleMs: number;
}

/** A session is renewed well before it ends. */
const SESSION_SHARE = 0.8;
const keyOf = ({ host, port }: BrokerAddress): string => `${host}:${port}`;

/** For people. */
export const askedToWait = (milliseconds: number): string =>
  `it asks to wait ${Math.ceil(milliseconds / 1000)} s, by a quota of this client`;

export function createCluster(
  { brokers: seeds, topic, sasl }: BoundKafka,
  clientId: string,
  now: () => number = Date.now,
): Cluster {
  const opened = new Map<string, Opened>();
  /** Until when a broker wants to be sent nothing, because of a quota; a new connection changes nothing of that. */
  const quietUntilMs = new Map<string, number>();
  let known: ReadonlyMap<number, BrokerAddress> = new Map();
  let found: Topic | undefined;

  function usable(address: BrokerAddress): ClusterBroker | undefined {
    const one = opened.get(keyOf(address));
    if (one?.connection.isOpen && now() < one.staleMs) return one.broker;
    one?.connection.close();
    opened.delete(keyOf(address));
    return undefined;
  }

  /** For what goes on an attempt that has begun; before one, `quietMs` is asked. */
  async function untilWelcome(address: BrokerAddress, where: string, attempt: BrokerAttempt): Promise<void> {
    const leftMs = (quietUntilMs.get(keyOf(address)) ?? 0) - now();
    if (leftMs <= 0) return;
    attempt.waitsFor(`${where}: ${askedToWait(leftMs)}`);
    await sleep(leftMs, undefined, { signal: attempt.signal });
  }

  async function connect(address: BrokerAddress, attempt: BrokerAttempt): Promise<Opened> {
    attempt.waitsFor(`${keyOf(address)} accepted no connection`);
    const { socket, where } = await attempt.dial(address);
    const connection = createConnection(socket, where, clientId);
    try {
      attempt.waitsFor(`${where} did not answer`);
      const versions = await versionsOf(connection, attempt);
      const broker = speak(connection, versions, {
        before: (its) => untilWelcome(address, where, its),
        asksToWait: (milliseconds) => quietUntilMs.set(keyOf(address), now() + milliseconds),
      });
      const lifetimeMs = sasl
        ? await authenticate(sasl, where, (api, parameters) => broker.ask(api, parameters, attempt))
        : 0;
      return {
        address,
        connection,
        broker,
        staleMs: lifetimeMs > 0 ? now() + lifetimeMs * SESSION_SHARE : Infinity,
      };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async function at(address: BrokerAddress, attempt: BrokerAttempt): Promise<ClusterBroker> {
    const ready = usable(address);
    if (ready) return ready;
    const one = await connect(address, attempt);
    opened.set(keyOf(address), one);
    return one.broker;
  }

  async function anyBroker(attempt: BrokerAttempt): Promise<ClusterBroker> {
    const addresses = [...new Map([...seeds, ...known.values()].map((one) => [keyOf(one), one])).values()];
    for (const address of addresses) {
      const ready = usable(address);
      if (ready) return ready;
    }
    const ways = addresses.map((address) => () => connect(address, attempt));
    const isFinal = (error: unknown): boolean => error instanceof KafkaError && !error.isRetriable;
    try {
      const one = await firstOf(ways, ({ connection }) => connection.close(), isFinal);
      opened.set(keyOf(one.address), one);
      return one.broker;
    } catch (error) {
      throw oneOf((error as AggregateError).errors as Error[]);
    }
  }

  async function ask(attempt: BrokerAttempt): Promise<Topic> {
    const broker = await anyBroker(attempt);
    attempt.waitsFor(`${broker.where} said nothing of the topic`);
    const { brokers, topicMetadata } = await broker
      .ask(METADATA, { topics: [topic], allowAutoTopicCreation: false }, attempt)
      .catch((error: Error) => {
        // Without a user, a broker that asks for one answers which versions it speaks, and nothing more.
        if (sasl === undefined && error.message === `${broker.where}: ${CLOSED}`)
          throw new KafkaError(broker.where, `${CLOSED}: does it ask for a user (sasl)?`, undefined, true);
        throw error;
      });
    const its = topicMetadata.find((one) => one.topic === topic);
    if (its !== undefined && its.topicErrorCode !== 0) throw brokerError(broker.where, its.topicErrorCode);
    if (its === undefined || its.partitionMetadata.length === 0)
      throw new KafkaError(broker.where, 'it says nothing of the topic', undefined, true);
    known = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    return {
      count: its.partitionMetadata.length,
      leaders: new Map(its.partitionMetadata.map(({ partitionId, leader }) => [partitionId, leader])),
    };
  }

  return {
    topic: async (attempt) => (found ??= await ask(attempt)),
    broker(id, attempt) {
      const address = known.get(id);
      if (address === undefined)
        throw new KafkaError(`broker ${id}`, 'the cluster names no host for it', 8, true);
      return at(address, attempt);
    },
    anyBroker,
    get quietMs() {
      return Math.max(0, ...[...quietUntilMs.values()].map((untilMs) => untilMs - now()));
    },
    forget() {
      found = undefined;
    },
    close() {
      for (const { connection } of opened.values()) connection.close();
      opened.clear();
    },
  };
}

/** What tells most: what the operator forbids; else all of it, because each broker is one way in. */
function oneOf(errors: readonly Error[]): Error {
  const [first] = errors;
  const forbidden = errors.find((error) => (error as { readonly isForbidden?: boolean }).isForbidden);
  if (forbidden !== undefined) return forbidden;
  if (first !== undefined && errors.length === 1) return first;
  const [said, ...others] = new Set(errors.map(({ message }) => message));
  return new KafkaError([said, ...others].join('; '), '', undefined, true);
}

async function versionsOf(connection: Connection, { signal }: BrokerAttempt): Promise<Versions> {
  const { errorCode, apiVersions } = await connection.exchange(askVersions(), signal);
  if (errorCode !== 0) throw brokerError(connection.where, errorCode);
  return new Map(
    apiVersions.map(({ apiKey, minVersion, maxVersion }) => [
      apiKey,
      { lowest: minVersion, highest: maxVersion },
    ]),
  );
}

interface Welcome {
  readonly before: (attempt: BrokerAttempt) => Promise<void>;
  readonly asksToWait: (milliseconds: number) => void;
}

function speak(connection: Connection, versions: Versions, { before, asksToWait }: Welcome): ClusterBroker {
  const { where } = connection;
  return {
    where,
    async ask(api, parameters, attempt) {
      const version = commonVersion(api, versions);
      if (version === undefined) {
        const what = `it has no ${api.name} request that is known here: Kafka 0.11 or newer is needed`;
        throw new KafkaError(where, what, 35, false);
      }
      await before(attempt);
      const answer = await connection.exchange(api.exchange(parameters, version), attempt.signal);
      const { clientSideThrottleTime: waitMs = 0 } = answer as Throttled;
      if (waitMs > 0) asksToWait(waitMs);
      return answer;
    },
  };
}

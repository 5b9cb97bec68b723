/** What a broker's error codes mean for the events (https://kafka.apache.org/protocol#protocol_error_codes). */
import errors from 'kafkajs/src/protocol/error.js';

/** A broker answered with an error, or with something that is no answer. The message names the broker. */
export class KafkaError extends Error {
  /** The broker's code; undefined if what it said is not Kafka's protocol. */
  readonly code: number | undefined;
  /** Whether it may go away by itself. */
  readonly isRetriable: boolean;

  constructor(where: string, what: string, code: number | undefined, isRetriable: boolean) {
    super(what === '' ? where : `${where}: ${what}`);
    this.code = code;
    this.isRetriable = isRetriable;
  }
}

const TOO_LARGE = 'it is larger than the topic (max.message.bytes) or the broker (message.max.bytes) takes';
const STARTING = 'the cluster is not ready yet';
const LOST_PRODUCER = 'the cluster does not know any more what was sent before';

/** Where its own words do not help. By code. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [3, 'there is no such topic, or the user may not see it: no topic is created here (docs/brokers.md)'],
  [5, 'the partition has no leader now'],
  [6, 'the leader of the partition has moved'],
  [7, 'not all replicas in sync have confirmed it in time'],
  [10, TOO_LARGE],
  [14, STARTING],
  [15, STARTING],
  [16, STARTING],
  [18, TOO_LARGE],
  [19, 'fewer replicas are in sync than the topic asks for (min.insync.replicas)'],
  [20, 'fewer replicas are in sync than the topic asks for (min.insync.replicas)'],
  [29, 'the user may not write to the topic: it needs Write and Describe'],
  [31, 'the user may not send without repetitions: before Kafka 2.8 it needs IdempotentWrite on the cluster'],
  [45, LOST_PRODUCER],
  [47, LOST_PRODUCER],
  [49, LOST_PRODUCER],
  [56, 'its disk has failed'],
  [58, 'it does not accept the username and the password'],
  [59, LOST_PRODUCER],
  [90, LOST_PRODUCER],
]);
/** Newer than kafkajs 2.2.4, or called otherwise since. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [-1, 'UNKNOWN_SERVER_ERROR'],
  [6, 'NOT_LEADER_OR_FOLLOWER'],
  [10, 'MESSAGE_TOO_LARGE'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS'],
  [15, 'COORDINATOR_NOT_AVAILABLE'],
  [16, 'NOT_COORDINATOR'],
  [47, 'INVALID_PRODUCER_EPOCH'],
  [89, 'THROTTLING_QUOTA_EXCEEDED'],
  [90, 'PRODUCER_FENCED'],
]);

/**
 * Not before somebody has changed something. Everything else, and what is not known here, may go away by itself. Too
 * large, a topic's name, rights, a timestamp, SASL, versions, a record or a policy of the broker.
 */
const LASTING: ReadonlySet<number> = new Set([
  10, 17, 18, 29, 31, 32, 33, 34, 35, 42, 43, 44, 54, 58, 76, 87,
]);

/** `said`: the broker's own text. */
export function brokerError(where: string, code: number, said?: string | null): KafkaError {
  const known = errors.errorCodes.find((one) => one.code === code);
  const name = NAMES.get(code) ?? known?.type ?? `error ${code}`;
  const words = WORDS.get(code) ?? (said || undefined) ?? known?.message ?? 'an error of a newer Kafka';
  return new KafkaError(where, `${words} (${name})`, code, !LASTING.has(code));
}

export const isStarting = (code: number): boolean => code === 14 || code === 15 || code === 16;
export const isTooLarge = (code: number | undefined): boolean => code === 10 || code === 18;
/** The cluster has lost what it knew of the producer, or has given its number to something else. */
export const isLostProducer = (code: number | undefined): boolean =>
  code === 45 || code === 47 || code === 49 || code === 59 || code === 90;
/** The broker has had exactly these records before. */
export const DUPLICATE = 46;

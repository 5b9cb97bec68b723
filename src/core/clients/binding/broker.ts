/** A broker with the values of its variables filled in: where all events of a client are sent, and as whom. */
import { fill, variablesOf, type Lookup, type Template } from '../../requests/template.ts';
import type { Result } from '../../result.ts';
import { certificatesProblem } from '../../text/certificates.ts';
import { shorten } from '../../text/shorten.ts';
import type { FileProblem } from '../../yaml/file-problem.ts';
import type { BrokerEntry, KafkaEntry, RabbitmqEntry, SaslMechanism } from '../file/broker-entry.ts';
import {
  exchangeProblem,
  parseAmqpUrl,
  parseBrokers,
  topicProblem,
  type BrokerAddress,
} from '../file/broker-rules.ts';

interface AnyBroker {
  /** For messages: which broker and what of it, with variables shown by name. */
  readonly place: string;
  readonly timeoutMs: number | undefined;
  /** false: without TLS. `ca`: PEM certificates that are trusted besides those of the run. */
  readonly tls: boolean | { readonly ca: string };
}

export interface BoundKafka extends AnyBroker {
  readonly kind: 'kafka';
  readonly brokers: readonly BrokerAddress[];
  readonly topic: string;
  readonly sasl:
    { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string } | undefined;
}

export interface BoundRabbitmq extends AnyBroker {
  readonly kind: 'rabbitmq';
  readonly broker: BrokerAddress;
  readonly vhost: string;
  readonly username: string;
  readonly password: string;
  readonly exchange: string;
}

export type BoundBroker = BoundKafka | BoundRabbitmq;

type Wrong = Pick<FileProblem, 'line' | 'message'>;

/** Returns the broker, or what is wrong with it. */
export function bindBroker(entry: BrokerEntry, lookup: Lookup): Result<BoundBroker, Wrong> {
  const ca = entry.ca && fill(entry.ca, lookup);
  const problem = ca === undefined ? undefined : certificatesProblem(ca);
  if (entry.ca !== undefined && problem !== undefined)
    return wrongAt(entry.ca, `ca ${problem}; expected PEM, with -----BEGIN CERTIFICATE----- before each`);
  return entry.kind === 'kafka' ? boundKafka(entry, lookup, ca) : boundRabbitmq(entry, lookup, ca);
}

function boundKafka(entry: KafkaEntry, lookup: Lookup, ca: string | undefined): Result<BoundKafka, Wrong> {
  const brokers: BrokerAddress[] = [];
  for (const template of entry.brokers) {
    const parsed = parseBrokers(fill(template, lookup));
    if (!parsed.ok) return wrongAt(template, parsed.wrong);
    brokers.push(...parsed.value);
  }
  const topic = fill(entry.topic, lookup);
  const wrong = topicProblem(topic);
  if (wrong !== undefined) return wrongAt(entry.topic, wrong);
  const { sasl } = entry;
  return {
    ok: true,
    value: {
      kind: 'kafka',
      brokers,
      topic,
      tls: entry.tls && (ca === undefined || { ca }),
      sasl: sasl && {
        mechanism: sasl.mechanism,
        username: fill(sasl.username, lookup),
        password: fill(sasl.password, lookup),
      },
      timeoutMs: entry.timeoutMs,
      place: placeOf('kafka', entry.brokers.map(shown).join(','), 'topic', entry.topic),
    },
  };
}

function boundRabbitmq(
  entry: RabbitmqEntry,
  lookup: Lookup,
  ca: string | undefined,
): Result<BoundRabbitmq, Wrong> {
  const parsed = parseAmqpUrl(fill(entry.url, lookup));
  if (!parsed.ok) return wrongAt(entry.url, parsed.wrong);
  const { secure, vhost, ...broker } = parsed.value;
  if (!secure && entry.ca !== undefined)
    return wrongAt(entry.ca, 'ca belongs to TLS, which amqp:// is without');
  const exchange = fill(entry.exchange, lookup);
  const wrong = exchangeProblem(exchange);
  if (wrong !== undefined) return wrongAt(entry.exchange, wrong);
  const [username, password] = [fill(entry.username, lookup), fill(entry.password, lookup)];
  const host = variablesOf(entry.url).length === 0 ? '' : ` (${broker.host})`;
  return {
    ok: true,
    value: {
      kind: 'rabbitmq',
      broker,
      vhost,
      username,
      password,
      exchange,
      tls: secure && (ca === undefined || { ca }),
      timeoutMs: entry.timeoutMs,
      place: placeOf(
        'rabbitmq',
        `${shown(entry.url).replace(/^amqps?:\/\//i, '')}${host}`,
        'exchange',
        entry.exchange,
      ),
    },
  };
}

const wrongAt = ({ line }: Template, message: string): Result<never, Wrong> => ({
  ok: false,
  wrong: { line, message },
});

const MAX_LENGTH = 200;

/** Variables by name. */
const shown = (template: Template): string => fill(template, (variable) => `\${${variable}}`);

const placeOf = (kind: string, where: string, what: string, name: Template): string =>
  shorten(`${kind} ${where} ${what} ${shown(name)}`.replace(/\p{Cc}+/gu, ''), MAX_LENGTH);

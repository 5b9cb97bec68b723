/** What an entry of the clients file says of its broker, without the values of its variables. */
import { variablesOf, type Template } from '../../requests/template.ts';

/** As Kafka names them, in lower case. */
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

interface AnyBrokerEntry {
  /** The client's own deadline for one attempt. */
  readonly timeoutMs: number | undefined;
  /** PEM certificates to trust besides those of the run. */
  readonly ca: Template | undefined;
  readonly line: number;
}

export interface KafkaEntry extends AnyBrokerEntry {
  readonly kind: 'kafka';
  /** `host:port`, or several of these with commas between them. */
  readonly brokers: readonly Template[];
  readonly topic: Template;
  readonly tls: boolean;
  readonly sasl:
    | { readonly mechanism: SaslMechanism; readonly username: Template; readonly password: Template }
    | undefined;
}

export interface RabbitmqEntry extends AnyBrokerEntry {
  readonly kind: 'rabbitmq';
  /** `amqps://host:port/vhost`. */
  readonly url: Template;
  readonly username: Template;
  readonly password: Template;
  readonly exchange: Template;
}

export type BrokerEntry = KafkaEntry | RabbitmqEntry;

/** All texts that may contain variables. */
export function templatesOfBroker(entry: BrokerEntry): readonly Template[] {
  const ca = entry.ca === undefined ? [] : [entry.ca];
  if (entry.kind === 'rabbitmq') return [entry.url, entry.username, entry.password, entry.exchange, ...ca];
  const { sasl } = entry;
  return [...entry.brokers, entry.topic, ...(sasl ? [sasl.username, sasl.password] : []), ...ca];
}

export function passwordOf(entry: BrokerEntry): Template | undefined {
  return entry.kind === 'rabbitmq' ? entry.password : entry.sasl?.password;
}

/** Whether its value is known without the values of variables. */
export const isLiteral = (template: Template): boolean => variablesOf(template).length === 0;

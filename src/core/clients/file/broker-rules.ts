/** The rules for the addresses and names of brokers. Messages never repeat a value, which may be a secret. */
import { parseUrl } from '../../text/parse-url.ts';
import type { Result } from '../../result.ts';

export interface BrokerAddress {
  /** A name in lower case and punycode, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface AmqpAddress extends BrokerAddress {
  /** Whether it is reached by TLS. */
  readonly secure: boolean;
  readonly vhost: string;
}

const ADDRESS = /^(\[[^\s[\]/?#@]+\]|[^\s:[\]/?#@\\]+):([0-9]{1,5})$/;
const wrong = (message: string): Result<never> => ({ ok: false, wrong: message });

/** The brokers of `host:port`, or of several with commas between them. */
export function parseBrokers(text: string): Result<readonly BrokerAddress[]> {
  const found: BrokerAddress[] = [];
  for (const one of text.split(',').map((part) => part.trim())) {
    const [, host = '', port = ''] = ADDRESS.exec(one) ?? [];
    const address = host === '' ? undefined : addressOf(host, Number(port));
    if (address === undefined)
      return wrong(
        'a broker is not host:port, such as kafka-1.example.com:9093, without a scheme and a path',
      );
    found.push(address);
  }
  return { ok: true, value: found };
}

/** Only text of this is parsed as a URL elsewhere: a scheme that URLs know makes the host what is connected to. */
function addressOf(host: string, port: number): BrokerAddress | undefined {
  const url = port >= 1 && port <= 65_535 ? parseUrl(`https://${host}:${port}/`) : undefined;
  return url && { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

const DEFAULT_PORT = { amqp: 5672, amqps: 5671 } as const;
const MAX_NAME_BYTES = 255;

/** What `amqps://host:port/vhost` says, as https://www.rabbitmq.com/docs/uri-spec does, but for users and options. */
export function parseAmqpUrl(text: string): Result<AmqpAddress> {
  const [, scheme, rest = ''] = /^(amqps?):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined) return wrong('the url does not begin with amqps:// (or amqp://)');
  const known = scheme.toLowerCase() === 'amqps' ? 'amqps' : 'amqp';
  const [authority = '', ...segments] = rest.split('/');
  if (rest.includes('@')) return wrong('the url holds credentials; put them under auth (username, password)');
  if (/[?#]/.test(rest))
    return wrong('the url has options or a fragment (? or #); there are none to set here');
  if (segments.length > 1)
    return wrong(
      'the url has more than the name of a virtual host behind the host; a slash in it is written %2F',
    );
  const withPort = /:[0-9]+$/.test(authority) ? authority : `${authority}:${DEFAULT_PORT[known]}`;
  const [, host = '', port = ''] = ADDRESS.exec(withPort) ?? [];
  const address = host === '' ? undefined : addressOf(host, Number(port));
  if (address === undefined) return wrong('the url cannot be parsed; expected amqps://host/vhost');
  const vhost = decoded(segments[0] ?? '');
  if (vhost === undefined || Buffer.byteLength(vhost) > MAX_NAME_BYTES)
    return wrong('the name of the virtual host in the url is too long, or not percent-encoded UTF-8');
  return { ok: true, value: { ...address, secure: known === 'amqps', vhost: vhost === '' ? '/' : vhost } };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** https://github.com/apache/kafka: org.apache.kafka.common.internals.Topic */
export function topicProblem(topic: string): string | undefined {
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(topic) && !/^\.\.?$/.test(topic)) return undefined;
  return 'this is no name of a topic: letters, digits, ".", "_" and "-", at most 249 of them';
}

/** The exchange without a name routes by the names of queues, which the types of events are not. */
export function exchangeProblem(exchange: string): string | undefined {
  if (exchange !== '' && Buffer.byteLength(exchange) <= MAX_NAME_BYTES) return undefined;
  return `this is no name of an exchange: 1 to ${MAX_NAME_BYTES} bytes`;
}

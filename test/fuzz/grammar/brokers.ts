/** Entries of clients with a broker: an ordinary one, in which a few things are not as they should be. */
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import type { Random } from '../../torture/random.ts';
import { duration, text, value } from './pieces.ts';

type Fields = Record<string, unknown>;

/** Puts a broker in place of the urls of an entry; `address` is that of the one of the round. */
export function toBroker(random: Random, entry: Fields, address: string): void {
  const kind = random.pick(['kafka', 'rabbitmq'] as const);
  const destination = kind === 'kafka' ? kafka(random, address) : rabbitmq(random, address);
  if (random.chance(0.3)) destination[random.pick(Object.keys(destination))] = value(random);
  if (random.chance(0.05)) destination[text(random)] = value(random);
  entry[kind] = random.chance(0.97) ? destination : value(random);
  entry['subscriptions'] = [{ events: EVENT_TYPES }];
  if (random.chance(0.9)) delete entry['headers'];
  if (random.chance(0.3)) entry['order'] = 'team';
  if (random.chance(0.1)) entry['timeout'] = duration(random);
  if (random.chance(0.05)) entry[kind === 'kafka' ? 'rabbitmq' : 'kafka'] = value(random);
}

function kafka(random: Random, address: string): Fields {
  const named = random.chance(0.8) ? [address] : [otherAddress(random), address];
  return {
    brokers: named,
    topic: random.chance(0.9) ? 'events' : text(random),
    tls: random.chance(0.1),
    ...(random.chance(0.5) && {
      sasl: {
        mechanism: random.pick(['plain', 'plain', 'scram-sha-256', 'scram-sha-512']),
        username: random.chance(0.9) ? 'u' : text(random),
        password: '${TOKEN}',
      },
    }),
  };
}

function rabbitmq(random: Random, address: string): Fields {
  const at = random.chance(0.9) ? address : otherAddress(random);
  return {
    url: `${random.chance(0.9) ? 'amqp' : 'amqps'}://${at}/${random.chance(0.9) ? 'v' : text(random)}`,
    auth: { username: random.chance(0.9) ? 'u' : text(random), password: '${TOKEN}' },
    exchange: random.chance(0.9) ? 'e' : text(random),
  };
}

/** Loopback, or an address that nothing may be sent to: nothing else is ever dialled. */
const otherAddress = (random: Random): string =>
  random.pick([
    '127.0.0.1:1',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.0.0.1',
    '[::1]:9092',
    '0x7f.1:9092',
    '169.254.169.254:9092',
    '[fd00:ec2::254]:9092',
    'u:p@127.0.0.1:9092',
    '127.0.0.1:1,127.0.0.1:1',
    ':9092',
    ' ',
  ]);

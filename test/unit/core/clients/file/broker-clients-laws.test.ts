/** Whatever an entry says of a broker: it is a client or problems with places, never an exception. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bindClient } from '../../../../../src/core/clients/binding/bind-client.ts';
import { readClients } from '../../../../../src/core/clients/file/clients-file.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '${A}',
    '$${',
    '${',
    '\u0000',
    'amqps://r/v',
    'amqp://u:p@r',
    'k:1',
    'k:1,,',
    '-----BEGIN CERTIFICATE-----',
  ),
);
const value = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() });
const keysOf = (...keys: readonly string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), value, { maxKeys: keys.length });
const auth = keysOf('username', 'password', 'mechanism');
const entry = fc.record(
  {
    name: fc.constant('a'),
    rabbitmq: fc.oneof(
      value,
      fc.record(
        { url: value, auth: fc.oneof(auth, value), exchange: value, ca: value },
        { requiredKeys: [] },
      ),
    ),
    kafka: fc.oneof(
      value,
      fc.record(
        {
          brokers: fc.oneof(fc.array(value), value),
          topic: value,
          sasl: auth,
          tls: fc.oneof(fc.boolean(), value),
          ca: value,
        },
        { requiredKeys: [] },
      ),
    ),
    subscriptions: fc.oneof(
      fc.constant([{ event: 'team.created' }]),
      fc.array(keysOf('event', 'url', 'teams')),
    ),
    secrets: value,
  },
  { requiredKeys: ['name', 'subscriptions'] },
);

it('is read and bound, or told to be wrong at a line', () => {
  fc.assert(
    fc.property(entry, fc.string(), (one, variable) => {
      const { clients, misconfigured, problems } = readClients(JSON.stringify({ clients: [one] }));
      const told = [...problems, ...misconfigured.flatMap((client) => client.problems)];
      const places: string[] = [];
      for (const client of clients) {
        const bound = bindClient(client, () => variable);
        if (!bound.ok) told.push(...bound.wrong);
        else if (bound.value.destination.kind !== 'webhook') places.push(bound.value.destination.place);
      }
      expect(places.filter((place) => !/^(?:kafka|rabbitmq) [^\p{Cc}]*$/u.test(place))).toEqual([]);
      for (const { line, message } of told)
        expect([line, message !== '']).toEqual([expect.any(Number), true]);
      expect(clients.length + told.length).toBeGreaterThan(0);
    }),
  );
});

it.each([
  ['', 'no certificate'],
  ['-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----', 'a broken certificate (number 1)'],
])('of the authority %j is told that it holds %s', (CA, told) => {
  const kafka = { brokers: ['k:1'], topic: 't', ca: '${CA}' };
  const client = { name: 'a', kafka, subscriptions: [{ event: 'team.created' }] };
  const [one] = readClients(JSON.stringify({ clients: [client] })).clients;
  const bound = one && bindClient(one, () => CA);
  expect(bound?.ok === false && bound.wrong.map(({ message }) => message)).toEqual([
    `ca holds ${told}; expected PEM, with -----BEGIN CERTIFICATE----- before each`,
  ]);
});

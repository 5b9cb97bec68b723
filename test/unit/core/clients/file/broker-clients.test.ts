/** Clients whose events go to a broker: what they may say, what is wrong with them and where, and what they become. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindClient, requiredVariables } from '../../../../../src/core/clients/binding/bind-client.ts';
import { parseAmqpUrl, parseBrokers } from '../../../../../src/core/clients/file/broker-rules.ts';
import { adviceOn } from '../../../../../src/core/clients/file/client-advice.ts';
import { parseClientsFile } from '../../../../../src/core/clients/file/clients-file.ts';
import { bound, clientIn, clientText } from '../../../../support/sample-clients.ts';

const RABBITMQ =
  'rabbitmq: { url: "amqps://r.example.com/v", auth: { username: u, password: "${P}" }, exchange: e }';
const KAFKA = 'kafka: { brokers: ["k.example.com:9093"], topic: t }';
const EVENTS = 'subscriptions: [{ events: [team.created, team.deleted] }]';

/** `line:column message` of each problem of the only client. */
function problemsOf(body: string): string[] {
  const [first] = parseClientsFile(clientText(body), 'clients.yml').misconfigured;
  return (first?.problems ?? []).map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('a problem of a client with a broker is', () => {
  it.each([
    [
      'two brokers',
      `name: a\n${RABBITMQ}\n${KAFKA}\n${EVENTS}`,
      /^3:\d+ rabbitmq: a client has one destination/,
    ],
    [
      'a url',
      `name: a\n${KAFKA}\nsubscriptions:\n  - event: team.created\n    url: https://a.example`,
      /^6:\d+ subscriptions\[0\]\.url: url belongs to webhooks/,
    ],
    ...[
      'method: PUT',
      'query: {}',
      'headers: {}',
      'format: json',
      'success: [200]',
      'done: [409]',
      'body: none',
      'contentType: a/b',
      'each: added',
      'find: {}',
      'auth: {}',
    ].map((key): [string, string, RegExp] => [
      `${key} at a subscription`,
      `name: a\n${KAFKA}\nsubscriptions:\n  - event: team.created\n    ${key}`,
      new RegExp(`^6:\\d+ subscriptions\\[0\\]\\.${key.split(':')[0]}: .* belongs to webhooks`),
    ]),
    [
      'a timeout at a subscription',
      `name: a\n${KAFKA}\nsubscriptions:\n  - event: team.created\n    timeout: 1s`,
      /^6:\d+ .*it stands at the client/,
    ],
    ...['secrets: ["${S}"]', 'headers: {}', 'format: json'].map((key): [string, string, RegExp] => [
      `${key} at the client`,
      `name: a\n${RABBITMQ}\n${EVENTS}\n${key}`,
      /^5:\d+ \w+: \w+ belongs to webhooks/,
    ]),
    [
      'auth at the client',
      `name: a\n${RABBITMQ}\n${EVENTS}\nauth: { bearer: x }`,
      /^5:\d+ auth: auth belongs to webhooks; of a broker, rabbitmq has its own auth, and kafka has sasl/,
    ],
    [
      'a broker at a subscription',
      `name: a\nsubscriptions: [{ event: team.created, url: "https://a.example", ${KAFKA} }]`,
      /^3:\d+ subscriptions\[0\]\.kafka: unknown key/,
    ],
    [
      'no subscription',
      `name: a\n${KAFKA}\nsubscriptions: []`,
      /^4:\d+ subscriptions: expected at least one subscription, with its event$/,
    ],
    [
      'no exchange',
      `name: a\nrabbitmq: { url: "amqps://r.example.com", auth: { username: u, password: p } }\n${EVENTS}`,
      /^3:\d+ rabbitmq\.exchange: this key is missing/,
    ],
    [
      'no topic',
      `name: a\nkafka: { brokers: ["k:1"] }\n${EVENTS}`,
      /^3:\d+ kafka\.topic: this key is missing/,
    ],
    [
      'a slip of a key',
      `name: a\nkafka: { broker: ["k:1"], topic: t }\n${EVENTS}`,
      /kafka\.broker: unknown key; is it "brokers"\?/,
    ],
    [
      'a mechanism that is none',
      `name: a\nkafka: { brokers: ["k:1"], topic: t, sasl: { mechanism: gssapi, username: u, password: p } }\n${EVENTS}`,
      /mechanism: expected one of plain, scram-sha-256, scram-sha-512/,
    ],
    [
      'an event twice',
      `name: a\n${KAFKA}\nsubscriptions: [{ event: team.created }, { event: team.created }]`,
      /team\.created appears twice/,
    ],
    [
      'a broker without a port',
      `name: a\nkafka: { brokers: [k.example.com], topic: t }\n${EVENTS}`,
      /^3:\d+ a broker is not host:port/,
    ],
    [
      'a topic that cannot be one',
      `name: a\nkafka: { brokers: ["k:1"], topic: "a b" }\n${EVENTS}`,
      /^3:\d+ this is no name of a topic/,
    ],
    [
      'a url of http',
      `name: a\nrabbitmq: { url: "https://r", auth: { username: u, password: p }, exchange: e }\n${EVENTS}`,
      /^3:\d+ the url does not begin with amqps:\/\//,
    ],
    [
      'a ca without TLS',
      `name: a\nkafka: { brokers: ["k:1"], topic: t, tls: false, ca: x }\n${EVENTS}`,
      /ca belongs to TLS/,
    ],
  ])('%s', (_, body, expected) => {
    expect(problemsOf(body)).toContainEqual(expect.stringMatching(expected));
  });

  it('what a variable turns out to hold, at its line and without its value', () => {
    const client = clientIn(
      clientText(
        `name: a\nrabbitmq:\n  url: "\${URL}"\n  auth: { username: u, password: p }\n  exchange: "\${E}"\n${EVENTS}`,
      ),
    );
    const wrong = (URL: string, E = 'e') => {
      const result = bindClient(client, (name) => ({ URL, E })[name]);
      return result.ok ? [] : result.wrong.map(({ line, message }) => `${line} ${message}`);
    };
    expect(wrong('amqps://u:s3cret@r.example.com')).toEqual([
      '4 the url holds credentials; put them under auth (username, password)',
    ]);
    expect(wrong('amqps://r.example.com', 'x'.repeat(256))).toEqual([
      '6 this is no name of an exchange: 1 to 255 bytes',
    ]);
    expect(wrong('amqps://r.example.com')).toEqual([]);
  });
});

describe('a client with a broker', () => {
  it('needs its own variables, and hides their values and its password', () => {
    const text = clientText(
      `name: a\nrabbitmq: { url: "\${URL}", auth: { username: u, password: "\${P}" }, exchange: e }\n${EVENTS}`,
    );
    expect(requiredVariables(clientIn(text))).toEqual([
      'TEAM_EVENTS_CLIENT_A__P',
      'TEAM_EVENTS_CLIENT_A__URL',
    ]);
    const { destination, hidden } = bound(text, { URL: 'amqps://r.example.com:99/a%2Fb', P: 's3cret' });
    expect(destination).toMatchObject({
      kind: 'rabbitmq',
      broker: { host: 'r.example.com', port: 99 },
      vhost: 'a/b',
      password: 's3cret',
      tls: true,
      place: 'rabbitmq ${URL} (r.example.com) exchange e',
    });
    expect(hidden.everywhere).toContain('s3cret');
    const literal = bound(clientText(`name: a\n${RABBITMQ.replace('${P}', 'as it stands')}\n${EVENTS}`));
    expect(literal.hidden).toMatchObject({ everywhere: [], own: ['as it stands'] });
  });

  it('may name several brokers by one variable, and says where it goes', () => {
    const text = clientText(
      `name: a\ntimeout: 2s\nkafka: { brokers: ["\${B}", "k3:3"], topic: t, sasl: { mechanism: plain, username: u, password: p } }\n${EVENTS}`,
    );
    expect(bound(text, { B: 'k1.example.com:1, [::1]:2' }).destination).toMatchObject({
      kind: 'kafka',
      brokers: [
        { host: 'k1.example.com', port: 1 },
        { host: '::1', port: 2 },
        { host: 'k3', port: 3 },
      ],
      tls: true,
      timeoutMs: 2000,
      place: 'kafka ${B},k3:3 topic t',
    });
  });

  it('is advised of a password that everybody can read, and of a timeout that does not apply', () => {
    const client = clientIn(
      clientText(`name: a\ntimeout: 1m\n${RABBITMQ.replace('${P}', 'plain')}\n${EVENTS}`),
    );
    expect(adviceOn(client, 15_000).map(({ line, message }) => `${line} ${message}`)).toEqual([
      expect.stringMatching(/^4 a secret is written in the file itself/),
      expect.stringMatching(/^4 a timeout of 1m is longer than the operator's of 15s/),
    ]);
  });
});

describe('the url of RabbitMQ', () => {
  it.each([
    ['amqps://r.example.com', { secure: true, host: 'r.example.com', port: 5671, vhost: '/' }],
    ['amqps://R.Example.com/', { secure: true, host: 'r.example.com', port: 5671, vhost: '/' }],
    ['AMQP://r:1/v', { secure: false, host: 'r', port: 1, vhost: 'v' }],
    ['amqps://r:443/%2Fv', { secure: true, host: 'r', port: 443, vhost: '/v' }],
    ['amqp://[::1]:80/é', { secure: false, host: '::1', port: 80, vhost: 'é' }],
    ['amqps://0x7f.1', { secure: true, host: '127.0.0.1', port: 5671, vhost: '/' }],
  ])('%s', (text, value) => {
    expect(parseAmqpUrl(text)).toEqual({ ok: true, value });
  });

  it.each([
    '',
    'amqps://',
    'amqps:r',
    'amqps://r:0',
    'amqps://r:65536',
    'amqps://r/a/b',
    'amqps://r?heartbeat=1',
    'amqps://r#x',
    'amqps://u@r',
    'amqps://r/%ff',
    'amqps://a b',
    `amqps://r/${'v'.repeat(256)}`,
    'amqps://r\\v',
  ])('is not %s', (text) => expect(parseAmqpUrl(text).ok).toBe(false));

  it('and brokers are a host and a port, or nothing, whatever the text is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl().map((url) => url.replace('http', 'amqp')),
          fc.string().map((one) => `amqps://${one}`),
        ),
        (text) => {
          const url = parseAmqpUrl(text);
          const brokers = parseBrokers(text);
          for (const { host, port } of [
            ...(url.ok ? [url.value] : []),
            ...(brokers.ok ? brokers.value : []),
          ]) {
            expect(host).toMatch(/^[^\s/?#@[\]]+$/);
            expect(port).toBeGreaterThan(0);
            expect(port).toBeLessThan(65_536);
          }
        },
      ),
    );
  });
});

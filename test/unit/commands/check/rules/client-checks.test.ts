/** What is told of a clients file by itself. */
import { describe, expect, it } from 'vitest';
import { checkClients } from '../../../../../src/commands/check/rules/client-checks.ts';
import { readClients } from '../../../../../src/core/clients/file/clients-file.ts';

const told = (text: string, allowsHttp = (_host: string): boolean => false): string[] =>
  checkClients({ path: 'clients.yml', allowsHttp, timeoutMs: 15_000, ...readClients(text) }).map(
    ({ check, client, line, column, message }) => `${line}:${column} ${check} ${client}: ${message}`,
  );
const client = (url: string): string =>
  `clients:\n  - name: a\n    subscriptions:\n      - events: [team.created, team.deleted]\n        url: ${url}\n`;

describe('a clients file', () => {
  it('with two clients of one name tells the problems of the others too', () => {
    const twice = 'clients:\n  - name: a\n    subscriptions: []\n  - name: a\n    paused: 3\n';
    expect(told(twice)).toEqual([
      '4:5 clients-file undefined: the client a is already on line 2',
      '3:20 client a: subscriptions: expected at least one subscription, with its event and its url',
      expect.stringContaining('client a: subscriptions: '),
      expect.stringContaining('client a: paused: expected true or false'),
    ]);
  });

  it('tells plain http once for each url, unless the policy allows it', () => {
    const told1 = told(client('http://Hooks.example.com/a'));
    expect(told1).toEqual([
      expect.stringMatching(/^5:1 plain-http a: http:\/\/ to hooks\.example\.com is not encrypted/),
    ]);
    expect(told(client('http://Hooks.example.com/a'), (host) => host === 'hooks.example.com')).toEqual([]);
    expect(told(client('https://hooks.example.com/a'))).toEqual([]);
  });

  it('tells of brokers without TLS, each once', () => {
    const kafka = 'kafka: { brokers: ["k1.example.com:1, k2.example.com:2"], topic: t, tls: false }';
    const rabbitmq =
      'rabbitmq: { url: "amqp://R.example.com", auth: { username: u, password: "${P}" }, exchange: e }';
    const entry = (name: string, broker: string): string =>
      `  - { name: ${name}, ${broker}, subscriptions: [{ event: team.created }] }\n`;
    const text = `clients:\n${entry('a', kafka)}${entry('b', rabbitmq)}${entry('c', rabbitmq.replace('amqp:', 'amqps:'))}`;
    const is = (what: string): RegExp => new RegExp(`${what} is not encrypted: a run refuses it unless`);
    expect(told(text)).toEqual([
      expect.stringMatching(is('2:1 plain-http a: kafka://.* k1.example.com')),
      expect.stringMatching(is('2:1 plain-http a: kafka:// to k2.example.com')),
      expect.stringMatching(is('3:1 plain-http b: amqp:// to r.example.com')),
    ]);
    expect(told(text, (host) => host !== 'k2.example.com')).toHaveLength(1);
    const known = entry('a', kafka.replace('k1.example.com:1', '${K}'));
    expect(told(`clients:\n${known}`)).toEqual([]); // only a run knows them
  });

  it('advises on what is most likely not meant', () => {
    const trigger = 'https://gitlab.example.com/api/v4/projects/1/ref/main/trigger/pipeline';
    expect(told(client(trigger))).toEqual([
      '5:1 client-advice a: the url is a pipeline trigger of GitLab, which wants format: gitlab-pipeline; ' +
        'the format here is json',
    ]);
    expect(told(client(`${trigger}\n        format: gitlab-pipeline`))).toEqual([]);
  });

  it('leaves urls alone that only a run knows', () => {
    expect(told(client('"${BASE}/a"'))).toEqual([]);
    expect(told(client('"http://a.example.com/${X}"'))).toEqual([]);
  });
});

/** TLS and SASL of the real Kafka, right and wrong. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTopic, readTopic } from '../../support/kafka/kafka-topic.ts';
import type { RealKafka } from '../../support/kafka/real-kafka.ts';
import { kafkaClients, toKafka } from '../../support/kafka/runs-to-kafka.ts';
import { teamEvents } from '../../support/program.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

/** Listener, `tls` and `sasl` of the entry, the password, and what is said; undefined if all is sent. */
type Login = readonly [
  what: string,
  listener: string,
  tls: boolean,
  sasl: string | undefined,
  password: string,
  reason: RegExp | undefined,
];

const LOGINS: readonly Login[] = [
  ['TLS', 'SSL', true, undefined, '', undefined],
  ['PLAIN by TLS', 'SASL_SSL', true, 'plain, username: alice', 'plain-secret', undefined],
  ['SCRAM-SHA-256', 'SASL_SSL', true, 'scram-sha-256, username: carol', 'scram-secret', undefined],
  ['SCRAM-SHA-512', 'SASL_SSL', true, 'scram-sha-512, username: carol', 'scram-secret', undefined],
  [
    'a wrong password',
    'SASL_SSL',
    true,
    'plain, username: alice',
    'wrong-secret',
    /does not accept the username and the password \(SASL_AUTHENTICATION_FAILED\)/,
  ],
  [
    'a wrong password of SCRAM',
    'SASL_SSL',
    true,
    'scram-sha-512, username: carol',
    'wrong-secret',
    /does not accept the username and the password/,
  ],
  [
    'a user that is not known',
    'SASL_SSL',
    true,
    'scram-sha-256, username: nobody',
    'scram-secret',
    /does not accept the username and the password/,
  ],
  [
    'a mechanism that is not offered',
    'SASL_PLAINTEXT',
    false,
    'scram-sha-256, username: carol',
    'scram-secret',
    /does not take the mechanism scram-sha-256, only plain/,
  ],
  [
    'a user without rights',
    'SASL_PLAINTEXT',
    false,
    'plain, username: mallory',
    'mallory-secret',
    /it needs Write and Describe \(TOPIC_AUTHORIZATION_FAILED\)/,
  ],
  [
    'no user where one is asked for',
    'SASL_PLAINTEXT',
    false,
    undefined,
    '',
    /does it ask for a user \(sasl\)\?/,
  ],
  ['TLS to a port without', 'PLAINTEXT', true, undefined, '', /does it speak TLS on this port/],
  ['no TLS to a port with it', 'SSL', false, undefined, '', /it speaks TLS on this port: remove tls: false/],
  [
    'a broker that leads elsewhere',
    'ELSEWHERE',
    false,
    undefined,
    '',
    /127\.0\.0\.2 is a loopback address: refused/,
  ],
];

export function describeLogins(kafka: () => Promise<RealKafka>): void {
  describe('TLS and SASL', () => {
    it.each(LOGINS)('%s', async (_what, listener, tls, sasl, password, reason) => {
      const { node, ca } = await kafka();
      const topic = await createTopic(node.address);
      const repo = createRepo();
      repo.commit({ 'teams/a.yml': team('a', []) });
      const login = sasl === undefined ? '' : `, sasl: { mechanism: ${sasl}, password: "\${PASSWORD}" }`;
      const address = node.addresses.get(listener) ?? '';
      const entry = `{ brokers: ["${address}"], topic: ${topic}${tls ? '' : ', tls: false'}${login} }`;
      const authority = join(tempFolder(), 'ca.pem');
      writeFileSync(authority, ca);
      const env = { SSL_CERT_FILE: authority, TEAM_EVENTS_CLIENT_STREAM__PASSWORD: password };
      const args = toKafka(repo.directory, kafkaClients(entry), '--from', 'root', '--attempts', '1');
      const { code, stdout, stderr } = await teamEvents(args, { env });
      const said = stdout + stderr;
      expect(said).toMatch(reason ?? /✓ stream/);
      expect(code).toBe(reason === undefined ? 0 : 3);
      expect(password !== '' && said.includes(password)).toBe(false);
      expect(await readTopic(node.address, topic)).toHaveLength(reason === undefined ? 1 : 0);
    });

    it('the authority may be named in the entry', async () => {
      const { node, ca } = await kafka();
      const topic = await createTopic(node.address);
      const repo = createRepo();
      repo.commit({ 'teams/a.yml': team('a', []) });
      const entry = `{ brokers: ["${node.addresses.get('SSL')}"], topic: ${topic}, ca: "\${CA}" }`;
      const args = toKafka(repo.directory, kafkaClients(entry), '--from', 'root', '--attempts', '1');
      const env = { TEAM_EVENTS_CLIENT_STREAM__CA: ca };
      expect(await teamEvents(args, { env })).toMatchObject({ code: 0 });
      expect(await teamEvents(args, { env: { TEAM_EVENTS_CLIENT_STREAM__CA: OTHER_CA } })).toMatchObject({
        code: 2,
      });
      expect(await readTopic(node.address, topic)).toHaveLength(1);
    });
  });
}

const OTHER_CA = 'no certificate';

/** The one broker of the tests that need a real one: with every way to log in, started when the first of them asks for it. */
import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { createAuthority } from '../certificates.ts';
import { startKafka, type KafkaNode } from './kafka-node.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export interface RealKafka {
  readonly node: KafkaNode;
  /** Of its certificate. */
  readonly ca: string;
  /** Leads to a listener that advertises nothing but the proxy. */
  readonly proxy: TcpProxy;
}

const jaas = (listener: string, mechanism: string, module: string, users = ''): string =>
  `listener.name.${listener}.${mechanism}.sasl.jaas.config=org.apache.kafka.common.security.${module} required ${users};`;

async function start(): Promise<RealKafka> {
  const authority = createAuthority();
  const { key, cert } = authority.issue('127.0.0.1');
  const pem = (text: string): string => text.trim().replaceAll('\n', ' \\\n');
  const proxy = await startTcpProxy();
  const scramUsers = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
    (mechanism) => `${mechanism}=[name=carol,password=scram-secret]`,
  );
  const node = await startKafka({
    listeners: [
      { name: 'SSL', protocol: 'SSL' },
      { name: 'SASL_SSL', protocol: 'SASL_SSL' },
      { name: 'SASL_PLAINTEXT', protocol: 'SASL_PLAINTEXT' },
      { name: 'PROXIED', protocol: 'PLAINTEXT', advertised: `127.0.0.1:${proxy.port}` },
      { name: 'ELSEWHERE', protocol: 'PLAINTEXT', advertised: '127.0.0.2:9092' },
    ],
    properties: [
      'auto.create.topics.enable=true', // and yet none may be created
      'ssl.keystore.type=PEM',
      `ssl.keystore.key=${pem(key)}`,
      `ssl.keystore.certificate.chain=${pem(cert)}`,
      'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN',
      jaas('sasl_plaintext', 'plain', 'plain.PlainLoginModule', `user_mallory="mallory-secret"`),
      jaas('sasl_ssl', 'plain', 'plain.PlainLoginModule', `user_alice="plain-secret"`),
      jaas('sasl_ssl', 'scram-sha-256', 'scram.ScramLoginModule'),
      jaas('sasl_ssl', 'scram-sha-512', 'scram.ScramLoginModule'),
      'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users=User:ANONYMOUS;User:alice;User:carol',
    ],
    scram: scramUsers,
  });
  proxy.target = Number(node.addresses.get('PROXIED')?.split(':')[1]);
  return { node, ca: readFileSync(authority.file, 'utf8'), proxy };
}

/** To be called at the top of a test file; the function gives its broker to each of its tests. */
export function realKafka(): () => Promise<RealKafka> {
  let started: Promise<RealKafka> | undefined;
  afterAll(async () => {
    const { node, proxy } = (await started?.catch(() => undefined)) ?? {};
    proxy?.close();
    await node?.stop();
  });
  return () => (started ??= start());
}

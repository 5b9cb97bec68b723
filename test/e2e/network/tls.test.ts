/** Receivers of https://: each certificate is verified, and there is no way to switch that off. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerOptions } from 'node:https';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { startTeamEvents, type Result } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver, type Receiver } from '../../support/receiver.ts';
import { createRepo, tempFolder } from '../../support/sample-repo.ts';

/** One event to this url, with one attempt. */
async function send(
  url: string,
  env: Readonly<Record<string, string>> = {},
  policy = '{}',
  nodeArgs: readonly string[] = [],
): Promise<Result> {
  const repo = createRepo();
  repo.commit({ 'teams/core.yml': 'id: core\n' });
  const folder = tempFolder();
  writeFileSync(join(folder, 'policy.yml'), policy);
  const args = ['-C', repo.directory, '--from', 'root', '--clients', clientsFile(clientOf('one', url))];
  const options = ['--policy', join(folder, 'policy.yml'), '--allow-host', '127.0.0.1', '--attempts', '1'];
  return startTeamEvents([...args, ...options], { env, nodeArgs });
}

const secure = (tls: ServerOptions): Promise<Receiver> => startReceiver(undefined, tls);

type Named = [env: Readonly<Record<string, string>>, policy: string];

describe('an authority of the operator’s own', () => {
  it.each([
    ['network.ca of the policy file', (file: string): Named => [{}, `network: { ca: ${file} }\n`]],
    ['SSL_CERT_FILE', (file: string): Named => [{ SSL_CERT_FILE: file }, '{}']],
    ['NODE_EXTRA_CA_CERTS', (file: string): Named => [{ NODE_EXTRA_CA_CERTS: file }, '{}']],
  ])('is trusted where it is named by %s, and by nothing else', async (_name, named) => {
    const authority = createAuthority();
    const receiver = await secure(authority.issue('127.0.0.1'));
    expect(await send(receiver.url, ...named(authority.file))).toMatchObject({ code: 0 });
    expect(receiver.accepted.length).toBe(1);

    const unknown = await send(receiver.url);
    expect(unknown.code).toBe(3);
    expect(unknown.stdout).toMatch(
      /127\.0\.0\.1:\d+: its certificate was issued by an authority that is not trusted here/,
    );
    expect(unknown.stdout).toContain('network.ca of the policy file');
    expect((await send(receiver.url, ...named(createAuthority('Another').file))).code).toBe(3);
    expect(receiver.requests.length).toBe(1);
  });

  it('is named relative to the policy file, and beside the others', async () => {
    const [first, second, third] = [createAuthority('One'), createAuthority('Two'), createAuthority('Three')];
    const repo = createRepo();
    repo.commit({ 'teams/core.yml': 'id: core\n' });
    const folder = tempFolder();
    writeFileSync(join(folder, 'ours.pem'), `# ours\n${readFileSync(first.file, 'utf8')}`);
    writeFileSync(join(folder, 'policy.yml'), 'network: { ca: ours.pem, allow: [127.0.0.1] }\n');
    const receivers = await Promise.all([first, second, third].map((one) => secure(one.issue('127.0.0.1'))));
    const clients = clientsFile(receivers.map(({ url }, index) => clientOf(`c${index}`, url)).join(''));
    const result = await startTeamEvents(
      ['-C', repo.directory, '--from', 'root', '--clients', clients, '--policy', join(folder, 'policy.yml')],
      { env: { SSL_CERT_FILE: second.file, NODE_EXTRA_CA_CERTS: third.file } },
    );
    expect(result).toMatchObject({ code: 0 });
    expect(receivers.map(({ accepted }) => accepted.length)).toEqual([1, 1, 1]);
  });

  it.each([
    [
      'is not there',
      undefined,
      /cannot read the certificates of network\.ca .*ca\.pem: there is no such file/,
    ],
    ['holds none', 'hello\n', /ca\.pem \(network\.ca\) holds no certificate/],
    [
      'holds a broken one',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      /ca\.pem \(network\.ca\) holds a broken certificate \(number 1\)/,
    ],
  ])('in a file that %s: exit 2, before anything is sent', async (_name, text, said) => {
    const receiver = await startReceiver();
    const file = join(tempFolder(), 'ca.pem');
    if (text !== undefined) writeFileSync(file, text);
    const result = await send(receiver.url, {}, `network: { ca: ${file} }\n`);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(said);
    expect(receiver.requests).toEqual([]);
  });
});

describe('broken TLS', () => {
  it.each([
    ['an expired certificate', '127.0.0.1', -1, 'its certificate has expired: whoever runs it must renew it'],
    [
      'a certificate of another host',
      'other.example',
      1,
      'its certificate is for another host: is the url right?',
    ],
    [
      'a certificate of another address',
      '127.0.0.2',
      1,
      'its certificate is for another host: is the url right?',
    ],
  ])('%s: nothing is sent, and the message says what to do', async (_name, host, days, said) => {
    const authority = createAuthority();
    const receiver = await secure(authority.issue(host, days));
    const result = await send(receiver.url, {}, `network: { ca: ${authority.file} }\n`);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(said);
    expect(receiver.requests).toEqual([]);
  });

  it('TLS below 1.2, and no TLS at all: nothing is sent', async () => {
    const authority = createAuthority();
    const policy = `network: { ca: ${authority.file} }\n`;
    const old = await secure({
      ...authority.issue('127.0.0.1'),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const refused = await send(old.url, {}, policy, [
      '--tls-min-v1.0',
      '--tls-cipher-list=DEFAULT@SECLEVEL=0',
    ]);
    expect(refused.stdout).toContain('it offers no TLS of version 1.2 or newer');
    const plain = await startReceiver();
    const spoken = await send(plain.url.replace('http:', 'https:'), {}, policy);
    expect(spoken.stdout).toContain('it does not speak TLS on this port: is the url right?');
    expect([refused.code, spoken.code, old.requests.length, plain.requests.length]).toEqual([3, 3, 0, 0]);
  });

  it('is refused whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const receiver = await secure(createAuthority().issue('127.0.0.1'));
    const another = createAuthority('Another').file;
    for (const policy of ['{}', `network: { ca: ${another} }\n`]) {
      const result = await send(receiver.url, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, policy);
      expect(result.code).toBe(3);
      expect(result.stdout).toContain('an authority that is not trusted here');
    }
    expect(receiver.requests).toEqual([]);
  });
});

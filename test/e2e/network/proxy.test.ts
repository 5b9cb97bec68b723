/** Through a proxy: by CONNECT, what the policy refuses not at all, and never an answer of the proxy for the receiver's. */
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { startTeamEvents, type Result } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { startProxy } from '../../support/sample-proxy.ts';
import { createRepo, team } from '../../support/sample-repo.ts';

/** Two events to each of these urls, with one attempt each. */
async function send(
  urls: readonly string[],
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Result> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', []), 'teams/b.yml': team('b', []) });
  const clients = clientsFile(urls.map((url, index) => clientOf(`c${index}`, url)).join(''));
  return startTeamEvents(
    ['-C', repo.directory, '--from', 'root', '--clients', clients, '--attempts', '1', ...args],
    {
      env,
    },
  );
}

describe('a proxy', () => {
  it('leads to names that only it knows, with TLS to the receiver itself', async () => {
    const authority = createAuthority();
    const receiver = await startReceiver(undefined, authority.issue('hooks.corp.invalid'));
    const proxy = await startProxy(receiver.port);
    const result = await send([`https://hooks.corp.invalid:${receiver.port}/in`], {
      https_proxy: `http://robot:p%40ss%20word%25%@${proxy.host}`,
      SSL_CERT_FILE: authority.file,
    });
    expect(result).toMatchObject({ code: 0 });
    expect(receiver.accepted.map(({ path, event }) => `${path} ${event.subject}`)).toEqual([
      '/in a',
      '/in b',
    ]);
    expect(proxy.asked).toEqual([
      {
        target: `hooks.corp.invalid:${receiver.port}`,
        headers: expect.objectContaining({
          'proxy-authorization': `Basic ${Buffer.from('robot:p@ss word%%').toString('base64')}`,
        }) as object,
      },
    ]);
    for (const { headers } of receiver.requests) expect(headers).not.toHaveProperty('proxy-authorization');
  });

  it('may be reached by TLS, and is verified then like a receiver', async () => {
    const authority = createAuthority();
    const receiver = await startReceiver(undefined, authority.issue('hooks.corp.invalid'));
    const proxy = await startProxy(receiver.port, 200, authority.issue('127.0.0.1'));
    const other = await startProxy(receiver.port, 200, createAuthority('Another').issue('127.0.0.1'));
    const sentBy = (host: string): Promise<Result> =>
      send([`https://hooks.corp.invalid:${receiver.port}/`], {
        HTTPS_PROXY: `https://${host}`,
        SSL_CERT_FILE: authority.file,
      });
    expect(await sentBy(proxy.host)).toMatchObject({ code: 0 });
    expect(receiver.accepted.length).toBe(2);
    const refused = await sentBy(other.host);
    expect(refused.stdout).toContain(
      `(through the proxy ${other.host}): the proxy cannot be used: its certificate was issued by an authority`,
    );
    expect([refused.code, other.asked, receiver.requests.length]).toEqual([3, [], 2]);
  });

  it('must lead to who has the certificate', async () => {
    const authority = createAuthority();
    const receiver = await startReceiver(undefined, authority.issue('other.corp.invalid'));
    const proxy = await startProxy(receiver.port);
    const env = { HTTPS_PROXY: proxy.host, SSL_CERT_FILE: authority.file, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const result = await send([`https://hooks.corp.invalid:${receiver.port}/`], env);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('its certificate is for another host');
    expect(receiver.requests).toEqual([]);
  });

  it('takes plain http by CONNECT too, where the operator allows that', async () => {
    const receiver = await startReceiver();
    const proxy = await startProxy(receiver.port);
    const urls = ['http://plain.corp.invalid/', 'http://other.corp.invalid/'];
    const result = await send(urls, { HTTP_PROXY: proxy.host }, '--allow-host', 'plain.corp.invalid');
    expect(proxy.asked.map(({ target }) => target)).toEqual(['plain.corp.invalid:80']);
    expect(receiver.accepted.length).toBe(2);
    expect(result.stdout).toMatch(
      /✗ c1 .*http:\/\/ to other\.corp\.invalid is not encrypted: refused unless/,
    );
    expect(result.code).toBe(3);
  });

  it('is not asked for what the policy refuses, by address or by name', async () => {
    const proxy = await startProxy(9);
    const refused = [
      ['https://169.254.169.254/', 'always refused'],
      ['https://[64:ff9b::a9fe:a9fe]/', 'always refused'],
      ['https://metadata.google.internal/', 'always refused'],
      ['https://instance-data/', 'always refused'],
      ['https://0x7f.1/', 'is a loopback address'],
      ['https://localhost/', 'is a loopback address'],
      ['https://localhost.localdomain/', 'is a loopback address'],
    ];
    const result = await send(
      refused.map(([url = '']) => url),
      { ALL_PROXY: proxy.host },
    );
    expect(result.code).toBe(3);
    for (const [index, [, rule = '']] of refused.entries()) {
      expect(result.stdout).toMatch(new RegExp(`✗ c${index} .*${rule}`));
    }
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    [407, 'asks for a user and a password, or does not accept the given ones'],
    [403, 'answered 403: it refuses to forward this connection'],
    [503, 'answered 503: it refuses to forward this connection'],
    [302, 'answered 302: it refuses to forward this connection'],
  ])('that answers %i has delivered nothing', async (status, said) => {
    const proxy = await startProxy(9, status);
    const env = { HTTPS_PROXY: `http://robot:verysecret@${proxy.host}` };
    const result = await send(['https://hooks.corp.invalid/'], env);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(`(through the proxy ${proxy.host}): the proxy ${said}`);
    expect(result.stdout + result.stderr).not.toContain('verysecret');
  });

  it('that never answers holds nobody beyond the deadline of the attempt', async () => {
    const proxy = await startProxy(9, 0);
    const result = await send(
      ['https://hooks.corp.invalid/'],
      { HTTPS_PROXY: proxy.host },
      '--timeout',
      '3s',
    );
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(
      `no answer within 3000 ms: hooks.corp.invalid (through the proxy ${proxy.host}) accepted no connection`,
    );
  });

  it('that is not there is told by name', async () => {
    const result = await send(['https://hooks.corp.invalid/'], { HTTPS_PROXY: 'http://127.0.0.1:9' });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(
      'hooks.corp.invalid (through the proxy 127.0.0.1:9): the proxy cannot be used: it accepts no connection on this port: is it running, and is the url right? (ECONNREFUSED)',
    );
  });

  it('of SOCKS stops the run before anything is sent, but only where it would be used', async () => {
    const receiver = await startReceiver();
    const url = `http://127.0.0.1:${receiver.port}/`;
    const env = { ALL_PROXY: 'socks5h://robot:verysecret@127.0.0.1:9' };
    const used = await send([url, 'https://hooks.corp.invalid/'], env, '--allow-host', '127.0.0.1');
    expect(used.code).toBe(2);
    expect(used.stderr).toMatch(
      /^error: ALL_PROXY names a SOCKS proxy, which is not supported\nExpected: http:/,
    );
    expect(used.stdout + used.stderr).not.toContain('verysecret');
    expect(receiver.requests).toEqual([]);
    const unused = await send([url], env, '--allow-host', '127.0.0.1');
    expect(unused).toMatchObject({ code: 0, stderr: '' });
    expect(receiver.accepted.length).toBe(2);
  });

  it('is passed by for what NO_PROXY names', async () => {
    const receiver = await startReceiver();
    const proxy = await startProxy(receiver.port);
    const env = { HTTPS_PROXY: proxy.host, NO_PROXY: '.corp.invalid' };
    const result = await send(['https://hooks.corp.invalid/'], env);
    expect(result.stdout).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(proxy.asked).toEqual([]);
  });
});

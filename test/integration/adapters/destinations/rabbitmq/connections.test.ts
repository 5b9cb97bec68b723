/** How a broker is reached: policy, TLS with certificates that are verified, proxies. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAmqpServer } from '../../../../support/brokers/amqp-server.ts';
import { createAuthority } from '../../../../support/certificates.ts';
import { startTeamEvents, teamEvents, type Result } from '../../../../support/program.ts';
import { clientsFile } from '../../../../support/receiver.ts';
import { createRepo, team } from '../../../../support/sample-repo.ts';
import { startProxy } from '../../../../support/sample-proxy.ts';

const repo = createRepo(mkdtempSync(join(tmpdir(), 'team-events-test-')));
beforeAll(() => void repo.commit({ 'teams/a.yml': team('a', ['alice']) }, 'One'));
afterAll(() => rmSync(repo.directory, { recursive: true, force: true }));

/** A run with one client that has this url; `more` are keys of `rabbitmq`, `env` its variables and the run's. */
function send(
  url: string,
  { more = '', args = ['--allow-host', '127.0.0.1'] }: { more?: string; args?: readonly string[] } = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const entry = `{ url: "${url}", auth: { username: u, password: p }, exchange: e${more} }`;
  const clients = clientsFile(
    `  - { name: one, rabbitmq: ${entry}, subscriptions: [{ event: team.created }] }\n`,
  );
  const range = ['-C', repo.directory, '--from', 'root', '--clients', clients];
  return teamEvents([...range, '--attempts', '1', ...args], { env });
}

it('verifies certificates, and trusts the authority that the client names besides those of the run', async () => {
  const authority = createAuthority();
  const { port, published } = await startAmqpServer(undefined, authority.issue('127.0.0.1'));
  const url = `amqps://127.0.0.1:${port}`;
  const refused = await send(url);
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stdout).toContain('its certificate was issued by an authority that is not trusted here');
  const ca = readFileSync(authority.file, 'utf8');
  expect(await send(url, { more: ', ca: "${CA}"' }, { TEAM_EVENTS_CLIENT_ONE__CA: ca })).toMatchObject({
    code: 0,
  });
  expect(await send(url, {}, { SSL_CERT_FILE: authority.file })).toMatchObject({ code: 0 });
  expect(published).toHaveLength(2);
});

it('says which side speaks TLS', async () => {
  const authority = createAuthority();
  const plain = await startAmqpServer();
  const secure = await startAmqpServer(undefined, authority.issue('127.0.0.1'));
  const toPlain = await send(`amqps://127.0.0.1:${plain.port}`);
  expect(toPlain.stdout).toMatch(
    /it does not speak TLS on this port: is it the port of amqps:\/\/ \(5671\)\?|does it speak TLS on this port\?/,
  );
  const toSecure = await send(`amqp://127.0.0.1:${secure.port}`);
  expect(toSecure.stdout).toMatch(
    /it closed the connection in the handshake of AMQP: .* with TLS \(amqps:\/\/\)|is not AMQP/,
  );
  expect([toPlain.code, toSecure.code]).toEqual([3, 3]);
});

it.each<[name: string, url: string, args: readonly string[], told: string]>([
  ['loopback', 'amqps://127.0.0.1', [], '127.0.0.1 is a loopback address: refused unless'],
  ['loopback in another spelling', 'amqps://0x7f.1', [], '127.0.0.1 is a loopback address: refused unless'],
  ['loopback by its name', 'amqps://localhost', [], ') is a loopback address: refused unless'],
  ['no TLS', 'amqp://192.0.2.1', [], 'amqp:// to 192.0.2.1 is not encrypted: refused unless'],
  ['metadata', 'amqp://169.254.169.254', ['--allow-host', '169.254.169.254'], 'always refused'],
])('refuses %s before anything is dialled', async (_, url, args, told) => {
  const { code, stdout } = await send(url, { args });
  expect(code).toBe(3);
  expect(stdout).toContain(told);
});

it('names the host that can be allowed, as a command', async () => {
  const { stdout } = await send('amqp://192.0.2.1/v', { args: [] });
  expect(stdout).toMatch(/team-events .* --allow-host 192\.0\.2\.1 --client one/);
});

it('goes through the proxy of the run by CONNECT, with TLS to the broker itself', async () => {
  const authority = createAuthority();
  const { port, published } = await startAmqpServer(undefined, authority.issue('rabbit.example.com'));
  const proxy = await startProxy(port);
  const env = { HTTPS_PROXY: `http://${proxy.host}`, SSL_CERT_FILE: authority.file };
  expect(await send('amqps://rabbit.example.com/v', {}, env)).toMatchObject({ code: 0 });
  expect(proxy.asked.map(({ target }) => target)).toEqual(['rabbit.example.com:5671']);
  expect(published).toHaveLength(1);
  const plain = await startAmqpServer();
  const other = await startProxy(plain.port);
  const allowed = { args: ['--allow-host', 'rabbit.example.com'] };
  expect(
    await send('amqp://rabbit.example.com', allowed, { HTTP_PROXY: `http://${other.host}` }),
  ).toMatchObject({
    code: 0,
  });
  expect(other.asked.map(({ target }) => target)).toEqual(['rabbit.example.com:5672']);
});

it('ends when it is told to, while a broker says nothing', async () => {
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const { port, open } = await startAmqpServer(() => {
    stop('SIGTERM');
    return true;
  });
  const entry = `{ url: "amqp://127.0.0.1:${port}", auth: { username: u, password: p }, exchange: e }`;
  const clients = clientsFile(
    `  - { name: one, rabbitmq: ${entry}, subscriptions: [{ event: team.created }] }\n`,
  );
  const args = ['-C', repo.directory, '--from', 'root', '--clients', clients, '--allow-host', '127.0.0.1'];
  const result = await startTeamEvents(args, { onStart: (kill) => (stop = kill) });
  expect(result).toMatchObject({ code: 143 });
  expect(result.stdout).toContain('one  0 delivered, 1 pending');
  await expect.poll(() => open.size).toBe(0);
});

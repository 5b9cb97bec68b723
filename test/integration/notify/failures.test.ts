/** What people are told of requests that failed: where they went, what came back, and no secret. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, tempFolder } from '../../support/sample-repo.ts';

function oneEvent(team = 'core'): string {
  const repo = createRepo();
  repo.commit({ [`teams/${team}.yml`]: `id: ${team}\n` });
  return repo.directory;
}

const run = (repo: string, clients: string, env: Record<string, string> = {}, ...args: string[]) =>
  teamEvents(['-C', repo, '--clients', clients, '--allow-host', '127.0.0.1', '--attempts', '1', ...args], {
    env,
  });
const send = (clients: string, env: Record<string, string> = {}, ...args: string[]) =>
  run(oneEvent(), clients, env, '--from', 'root', ...args);

/** Answers each request so. */
const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  startReceiver((_request, response) => void response.writeHead(status, headers).end(body));

describe('a failure', () => {
  it('names method, host and path, the status and the reason, in the result, the report, the cursor and status', async () => {
    const { url } = await answering(422, '{\n  "message": "No ref found for: main",\n  "status": "422"\n}');
    const clients = clientsFile(
      clientOf('gh', `"${url}/repos/o/r/dispatches?a=query"`, '    start: snapshot\n'),
    );
    const repo = oneEvent();
    const folder = tempFolder();
    const cursor = ['--cursor', `file:${join(folder, 'cursors.json')}`];
    const report = join(folder, 'report.json');
    const { stdout } = await run(repo, clients, {}, ...cursor, '--init', '--report', report);
    const endpoint = `POST ${url}/repos/o/r/dispatches`;
    const message = `${endpoint}: status 422: No ref found for: main`;
    expect(stdout).toContain(`): ${message}\n`);
    const { clients: told } = JSON.parse(readFileSync(report, 'utf8')) as { clients: unknown[] };
    expect(told).toMatchObject([{ client: 'gh', problem: { message, endpoint, status: 422 } }]);
    expect(readFileSync(join(folder, 'cursors.json'), 'utf8')).toContain(message);
    const status = await teamEvents(['status', '-C', repo, '--clients', clients, ...cursor]);
    expect(status.stdout).toMatch(
      /blocked since \S+ by team\.created core \(evt_\w+\): POST http:.*: No ref found/,
    );
    expect(stdout + status.stdout + readFileSync(report, 'utf8')).not.toContain('a=query');
  });

  it('says where a redirect leads, and nothing of the query there', async () => {
    const { url } = await answering(302, 'moved', { location: 'https://sso.example.com/start?state=abcdef' });
    const { stdout } = await send(clientsFile(clientOf('one', url)));
    expect(stdout).toContain(
      `POST ${url}/: status 302 to https://sso.example.com/start (redirects are never followed)`,
    );
    expect(stdout).not.toMatch(/abcdef|moved/);
  });

  it('names where it was going also where nobody answers', async () => {
    const { stdout } = await send(clientsFile(clientOf('one', 'https://nobody.invalid/hook')));
    expect(stdout).toMatch(/POST https:\/\/nobody\.invalid\/hook: .*nobody\.invalid/);
  });

  // `success` is for receivers behind something that answers 200: what stands at an address is no reason.
  it('of an answer that is accepted elsewhere tells nothing of its body', async () => {
    const { url } = await answering(200, '{"token":"internal-admin-token-123","message":"internal too"}');
    const subscriptions = `[{ event: team.created, url: "${url}", method: PUT, success: [299] }]`;
    const { stdout, stderr } = await send(
      clientsFile(`  - { name: one, subscriptions: ${subscriptions} }\n`),
    );
    expect(stdout).toContain('status 200 (not listed under success)');
    expect(stdout + stderr).not.toContain('internal');
  });
});

describe('a client', () => {
  // Whoever writes a client could have any word taken out of what is told of the others.
  it('hides what stands in its entry in its own lines only', async () => {
    const repeats = await startReceiver(({ path }, response) => {
      response.writeHead(400).end(`victim-team: no ${path}`);
    });
    const others = `  - { name: other, subscriptions: [{ event: team.created, url: "${repeats.url}/victim-team" }] }\n`;
    const subscription = `event: team.created, url: "${repeats.url}/own?q=literal-secret", query: { a: victim-team }`;
    const literal = `  - { name: literal, headers: { X-A: victim-team }, subscriptions: [{ ${subscription} }] }\n`;
    const { stdout } = await run(
      oneEvent('victim-team'),
      clientsFile(others + literal),
      {},
      '--from',
      'root',
    );
    const [event = '', own = ''] = stdout.split('\n').filter((line) => line.startsWith('✗'));
    expect(event).toContain(`team.created victim-team`);
    expect(event).toContain(`${repeats.url}/victim-team: status 400: victim-team: no /victim-team`);
    expect(own).toContain('team.created victim-team');
    expect(own).toContain('/own: status 400: ***: no /own?***');
  });

  it('with a secret in its host is told of without it, in any case and form', async () => {
    const clients = clientsFile(
      clientOf('a', '"https://${TOKEN}.example.invalid/x"') + clientOf('b', '"https://x-${TOKEN}.invalid/x"'),
    );
    for (const token of ['SecretTokenAbCdEf123456', 'SecretTökenAbCdEf', '%53ecretTokenAbCdEf']) {
      const env = { TEAM_EVENTS_CLIENT_A__TOKEN: token, TEAM_EVENTS_CLIENT_B__TOKEN: token };
      const { stdout, stderr } = await send(clients, env);
      expect(stdout).toContain('POST https://${TOKEN}.example.invalid/x: ');
      expect(stdout + stderr).toContain('***');
      expect(stdout + stderr).not.toMatch(/secret|xn--/i);
    }
  });

  it('whose whole url is a secret is told of without its path', async () => {
    const { url } = await startReceiver(({ path }, response) => {
      response.writeHead(404).end(`<title>no ${path} here</title>`);
    });
    const env = { TEAM_EVENTS_CLIENT_A__URL: `${url}/services/T0ABC/B0DEF/XyZ123?k=abcd` };
    const { stdout, stderr } = await send(clientsFile(clientOf('a', '"${URL}"')), env);
    expect(stdout).toContain(`POST \${URL} (${new URL(url).host}): status 404: no `);
    expect(stdout + stderr).not.toMatch(/T0ABC|B0DEF|XyZ123|abcd/);
  });
});

/** `team-events listen`, with the program itself as its sender. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OrderCheck } from '../../src/delivery/order-check.ts';
import { PROGRAM, teamEvents, type Result } from '../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../support/receiver.ts';
import { createRepo, team, type SampleRepo } from '../support/sample-repo.ts';

const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;

/** Starts a listener on any free port. */
async function startListener(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [PROGRAM, 'listen', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  let stdout = '';
  let summary = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const closed = once(child, 'close');
  const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
  const url = /listening on (http:\S+)/.exec(said)?.[1] ?? '';
  child.stderr.on('data', (text: string) => (summary += text));
  return { url, child, output: async () => ({ code: (await closed)[0] as number, stdout, summary }) };
}

/** Sends the events of a range to the clients of this file. */
function deliver(
  repo: SampleRepo,
  range: readonly string[],
  clients: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const options = ['--clients', clients, '--allow-host', '127.0.0.1', '--retry-delay', '1ms'];
  return teamEvents(['-C', repo.directory, ...range, ...options], { env });
}

/** Sends one event. */
async function send(url: string, env: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  const secrets = Object.keys(env).length > 0 ? '    secrets: ["${SECRET}"]\n' : '';
  const { code } = await deliver(repo, ['--from', 'root'], clientsFile(clientOf('one', url, secrets)), env);
  return code;
}

/** Four commits: teams a and b come, b gets a member, c comes. */
function growingRepo(): SampleRepo {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  repo.commit({ 'teams/b.yml': team('b', ['x']) });
  repo.commit({ 'teams/b.yml': team('b', ['x', 'y']) });
  repo.commit({ 'teams/c.yml': team('c', ['x']) });
  return repo;
}

const checksOf = (ndjson: string): OrderCheck[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly check: OrderCheck }).check);

describe('listen', () => {
  it('prints what arrives, verifies it, and fails as it is told to', async () => {
    const listener = await startListener(['--respond', '503,500,200', '--count', '3'], {
      TEAM_EVENTS_LISTEN_SECRET: SECRET,
    });
    expect(await send(`${listener.url}/hook`, { TEAM_EVENTS_CLIENT_ONE__SECRET: SECRET })).toBe(0);
    const { code, stdout, summary } = await listener.output();
    expect(code).toBe(0);
    expect(stdout.replace(/evt_[0-9a-f]{32}/g, 'evt_ID')).toBe(
      '#1  503  POST /hook  team.created a  evt_ID  signature valid\n' +
        '#2  500  POST /hook  team.created a  evt_ID  retry  signature valid\n' +
        '#3  200  POST /hook  team.created a  evt_ID  retry  signature valid\n',
    );
    expect(summary).toBe('3 requests, 1 accepted, 2 retries, 0 duplicates, 0 gaps, 0 out of order\n');
  });

  it('tells a wrong signature and a missing one', async () => {
    const listener = await startListener(['--count', '2', '--format', 'ndjson'], {
      TEAM_EVENTS_LISTEN_SECRET: SECRET,
    });
    await send(listener.url, {
      TEAM_EVENTS_CLIENT_ONE__SECRET: `whsec_${Buffer.alloc(24, 4).toString('base64')}`,
    });
    await send(listener.url);
    const { stdout } = await listener.output();
    const verdicts = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { signature: string }).signature);
    expect(verdicts).toEqual(['wrong', 'missing']);
  });

  it('tells retries, a run that is repeated, and a range sent too late', async () => {
    const listener = await startListener(['--respond', '503,200', '--count', '9', '--format', 'ndjson']);
    const repo = growingRepo();
    const clients = clientsFile(clientOf('one', `${listener.url}/hook`));
    for (const range of ['main~2..main', 'main~2..main', 'main~3..main~2', 'main~2..main']) {
      expect(await deliver(repo, [range], clients)).toMatchObject({ code: 0 });
    }
    repo.commit({ 'teams/c.yml': null });
    expect(await deliver(repo, ['main~1..main'], clients)).toMatchObject({ code: 0 });
    const { stdout, summary } = await listener.output();
    const again = { verdict: 'again', sameBytes: true };
    expect(checksOf(stdout)).toEqual([
      { verdict: 'first' },
      { verdict: 'retry', sameBytes: true },
      { verdict: 'in order' },
      again,
      again,
      { verdict: 'out of order', overtakenBy: expect.stringMatching(/^evt_/) as string },
      again,
      again,
      { verdict: 'first' },
    ]);
    expect(summary).toBe('9 requests, 8 accepted, 1 retry, 4 duplicates, 0 gaps, 1 out of order\n');
  });

  it('tells a gap where an event of the lane went elsewhere', async () => {
    const listener = await startListener(['--count', '3']);
    const elsewhere = await startReceiver();
    const clients = clientsFile(
      `  - name: one\n    subscriptions:\n      - { event: team.created, url: '${listener.url}' }\n` +
        `      - { event: team.members.added, url: '${elsewhere.url}' }\n`,
    );
    expect(await deliver(growingRepo(), ['--from', 'root'], clients)).toMatchObject({ code: 0 });
    const { stdout, summary } = await listener.output();
    const missing = elsewhere.accepted[0]?.event.id;
    expect(stdout.split('\n').map((line) => /evt_[0-9a-f]{32}(.*)$/.exec(line)?.[1])).toEqual([
      '',
      '',
      `  gap: ${missing} is missing before it`,
      undefined,
    ]);
    expect(summary).toBe('3 requests, 3 accepted, 0 retries, 0 duplicates, 1 gap, 0 out of order\n');
  });

  it('ends with 0 when it is told to stop, and with 2 where the port is taken', async () => {
    const listener = await startListener([]);
    const taken = await teamEvents(['listen', '--port', new URL(listener.url).port]);
    expect(taken).toMatchObject({ code: 2, stdout: '' });
    expect(taken.stderr).toContain('EADDRINUSE');
    listener.child.kill('SIGINT');
    expect(await listener.output()).toEqual({
      code: 0,
      stdout: '',
      summary: '0 requests, 0 accepted, 0 retries, 0 duplicates, 0 gaps, 0 out of order\n',
    });
  });
});

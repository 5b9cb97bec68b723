/** `team-events listen`, with the program itself as its sender. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PROGRAM, teamEvents } from '../support/program.ts';
import { clientOf } from '../support/receiver.ts';
import { createRepo, team, tempFolder } from '../support/sample-repo.ts';

const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;

/** Starts a listener on any free port. */
async function startListener(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [PROGRAM, 'listen', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const closed = once(child, 'close');
  const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
  const url = /listening on (http:\S+)/.exec(said)?.[1] ?? '';
  return { url, child, output: async () => ({ code: (await closed)[0] as number, stdout }) };
}

async function send(url: string, env: Readonly<Record<string, string>> = {}): Promise<number | null> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  const clients = join(tempFolder(), 'clients.yml');
  writeFileSync(
    clients,
    `clients:\n${clientOf('one', url, Object.keys(env).length > 0 ? '    secrets: ["${SECRET}"]\n' : '')}`,
  );
  const { code } = await teamEvents(
    [
      '-C',
      repo.directory,
      '--from',
      'root',
      '--clients',
      clients,
      '--allow-host',
      '127.0.0.1',
      '--retry-delay',
      '1ms',
    ],
    { env },
  );
  return code;
}

describe('listen', () => {
  it('prints what arrives, verifies it, and fails as it is told to', async () => {
    const listener = await startListener(['--respond', '503,500,200', '--count', '3'], {
      TEAM_EVENTS_LISTEN_SECRET: SECRET,
    });
    expect(await send(`${listener.url}/hook`, { TEAM_EVENTS_CLIENT_ONE__SECRET: SECRET })).toBe(0);
    const { code, stdout } = await listener.output();
    expect(code).toBe(0);
    expect(stdout.replace(/evt_[0-9a-f]{32}/g, 'evt_ID')).toBe(
      '#1  503  POST /hook  team.created a  evt_ID  signature valid\n' +
        '#2  500  POST /hook  team.created a  evt_ID  signature valid\n' +
        '#3  200  POST /hook  team.created a  evt_ID  signature valid\n',
    );
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

  it('ends with 0 when it is told to stop, and with 2 where the port is taken', async () => {
    const listener = await startListener([]);
    const taken = await teamEvents(['listen', '--port', new URL(listener.url).port]);
    expect(taken).toMatchObject({ code: 2, stdout: '' });
    expect(taken.stderr).toContain('EADDRINUSE');
    listener.child.kill('SIGINT');
    expect(await listener.output()).toEqual({ code: 0, stdout: '' });
  });
});

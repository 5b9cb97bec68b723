/** `doctor`: each fault is found, and what it says to paste mends it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM, startTeamEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { gitEnvironment, tempFolder } from '../../support/sample-repo.ts';
import { createSite } from '../../support/sample-site.ts';
import { FAULTS, type Planted } from './faults.ts';

interface Step {
  readonly kind: 'advice' | 'command' | 'line';
  readonly text: string;
  readonly path?: string;
  readonly line?: number;
}
interface Report {
  readonly exitCode: number;
  readonly findings: readonly {
    readonly state: string;
    readonly message: string;
    readonly remedy: readonly Step[];
  }[];
}

/** A remedy may lead to the next thing that is wrong: a folder that is made has no cursors yet. */
const MOST_ROUNDS = 3;

describe('doctor', () => {
  it.each(FAULTS)('$name: what it says to paste mends it', async (fault) => {
    const receiver = await startReceiver();
    const site = createSite(fault.store ?? 'tag', clientOf('a', receiver.url));
    if (fault.begun !== false) await site.notify();
    const planted: Planted = await fault.plant(site, receiver.url);
    const directory = planted.directory ?? site.directory;
    const clients = planted.withoutClients ? [] : ['--clients', site.clientsPath];
    const allowed = planted.env === undefined ? ['--allow-host', '127.0.0.1'] : [];
    const more = [...clients, ...allowed, ...(planted.args ?? [])];
    const args = ['-C', directory, 'doctor', '--cursor', site.store, ...more];
    let env = planted.env ?? {};
    const examine = async (): Promise<Report> => {
      const run = fault.ownProcess ? startTeamEvents : teamEvents;
      const { code, stdout, stderr } = await run([...args, '--format', 'json'], { env });
      expect(stderr).not.toContain('bug');
      const report = JSON.parse(stdout) as Report;
      expect(report.exitCode).toBe(code);
      return report;
    };
    const wrong = ({ findings }: Report): Report['findings'] =>
      findings.filter(({ state }) => state === 'failed' || state === 'warning');

    let report = await examine();
    expect(wrong(report).map(({ message }) => message)).toEqual([expect.stringMatching(fault.says)]);
    expect(report.exitCode).toBe(fault.code);
    for (let round = 0; round < MOST_ROUNDS && wrong(report).length > 0; round++) {
      const steps = wrong(report).flatMap(({ remedy }) => remedy);
      expect(steps.some(({ kind }) => kind !== 'advice')).toBe(true);
      const texts = steps.map(({ text }) => text.trim());
      expect(texts).toEqual([...new Set(texts)]);
      expect(texts.filter((text) => /^git .*\bpush\b/.test(text)).length).toBeLessThanOrEqual(1); // one way is enough
      replaceLines(steps);
      const commands = steps.filter(({ kind }) => kind === 'command').map(({ text }) => text);
      env = await paste(commands, env, planted.input);
      report = await examine();
    }
    expect(wrong(report)).toEqual([]);
    expect(report.exitCode).toBe(0);
    const shown = await (fault.ownProcess ? startTeamEvents : teamEvents)(args, { env });
    expect(shown.stdout).toContain('✓ nothing is wrong');
    expect(JSON.stringify([report, shown])).not.toMatch(new RegExp(planted.input ?? 'k-7q'));
  });
});

/** Puts each line in place of the one of its number, from its key on. */
function replaceLines(steps: readonly Step[]): void {
  for (const { kind, text, path = '', line = 0 } of steps) {
    if (kind !== 'line') continue;
    const lines = readFileSync(path, 'utf8').split('\n');
    const before = lines[line - 1] ?? '';
    lines[line - 1] = before.slice(0, before.indexOf('url:')) + text;
    writeFileSync(path, lines.join('\n'));
  }
}

/** Runs the commands in one shell, and gives the variables that it has then; the servers of the test answer meanwhile. */
async function paste(
  commands: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<Readonly<Record<string, string>>> {
  const folder = tempFolder();
  const program = join(folder, 'team-events');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  chmodSync(program, 0o755);
  const script = ['set -e', 'stty() { :; }', ...commands, `env -0 > ${folder}/env`].join('\n'); // no terminal here
  const variables = { ...gitEnvironment(9), ...env, PATH: `${folder}:${process.env['PATH']}` };
  const shell = spawn('sh', ['-c', script], {
    cwd: folder,
    env: variables,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  shell.stdin.on('error', () => undefined).end(`${input}\n`); // it may end without having asked for anything
  let said = '';
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(shell, 'close')) as [number];
  expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
  return Object.fromEntries(
    readFileSync(join(folder, 'env'), 'utf8')
      .split('\0')
      .flatMap((entry) => (/^(?:TEAM_EVENTS|NODE_EXTRA)/.test(entry) ? [entry.split(/=(.*)/s, 2)] : [])),
  ) as Record<string, string>;
}

/** The events of a whole history, as the built program prints them. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { TeamEvent } from '../../src/core/events/team-event.ts';
import { PROGRAM } from '../support/program.ts';

export interface ToldEvents {
  readonly events: AsyncIterable<TeamEvent>;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

export function toldEvents(repository: string, to: string, ...options: readonly string[]): ToldEvents {
  const range = ['--from', 'root', '--to', to];
  const args = ['-C', repository, '--print-events', '--format', 'ndjson', ...range, ...options];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-10_000)));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
  return { events: parsed(createInterface({ input: child.stdout })), ended };
}

async function* parsed(lines: AsyncIterable<string>): AsyncGenerator<TeamEvent> {
  for await (const line of lines) yield JSON.parse(line) as TeamEvent;
}

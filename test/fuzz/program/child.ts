/** The built program as people start it: a process, which says at its end what it has cost. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cost, ProgramEnd } from './program-end.ts';

/** Of one that was killed: its exit code is wrong already. */
const NOT_TOLD: Cost = { cpuMs: 0, peakKilobytes: 0 };
/** A run that takes longer has failed; each of a round is bounded by its own `--max-duration` long before. */
const LIMIT_MS = 110_000;
const TELL_COST = `
  import { writeFileSync } from 'node:fs';
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const cost = { peakKilobytes: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
    writeFileSync(process.env.COST_FILE, JSON.stringify(cost));
  });`;

export function runAsChild(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<ProgramEnd> {
  const file = join(folder, 'cost.json');
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [`--import=data:text/javascript,${encodeURIComponent(TELL_COST)}`, program, ...args],
      { env: { ...env, COST_FILE: file }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      const cost = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Cost) : NOT_TOLD;
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
      resolve({ code, stdout: text(stdout), stderr: text(stderr), cost });
    });
  });
}

// Running commands and telling what they took.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';

// Node 20 reads these certificates at every start, which no run of the bench needs: it would hide what a start costs.
delete process.env.NODE_EXTRA_CA_CERTS;

export const PROGRAM = new URL('../../bin/team-events.js', import.meta.url).pathname;
export const NODE = [process.execPath, '-e', ''];
const NOWHERE = openSync('/dev/null', 'w');

/** The program, as the command of a process. */
export const ourProgram = (args) => ({ command: [process.execPath, PROGRAM, ...args] });
export const dryRun = (repo, ...more) => ['-C', repo, '--print-events', '--format', 'ndjson', ...more];

export const number = (value) => value.toLocaleString('en-US');
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Wall milliseconds of a command, its result thrown away. `input`: a file for its stdin. */
export function time({ command: [command, ...args], cwd, input }) {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  const start = performance.now();
  const { status } = spawnSync(command, args, { cwd, stdio: [stdin, NOWHERE, 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}

/**
 * A command and its floor (commands one after the other) in turn, so that a machine whose speed drifts does not
 * change the ratio: the medians, that of the ratios being of the pairs. The first pair is not counted, unless it is the
 * only one.
 */
export function comparePairs(runs, floor, command) {
  const pairs = Array.from({ length: runs === 1 ? 1 : runs + 1 }, () => ({
    baseline: floor.reduce((sum, part) => sum + time(part), 0),
    ours: time(command),
  })).slice(-runs);
  return {
    baseline: median(pairs.map(({ baseline }) => baseline)),
    ours: median(pairs.map(({ ours }) => ours)),
    value: median(pairs.map(({ baseline, ours }) => ours / baseline)),
  };
}

/** What the program prints, for comparing. */
export function output(args) {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`team-events ${args.join(' ')} ended with ${status}`);
  return stdout;
}

/** Asked of the process itself at its end. */
const TELL = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.resourceUsage())))`;

/**
 * Runs the program beside this process: its wall and CPU milliseconds (git's apart), its peak memory in MB, the most
 * that it had resident at once. Throws what it reported, where it ends with another code than `exit`.
 */
export async function observe(args, exit = 0) {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', TELL, PROGRAM, ...args], {
    stdio: ['ignore', NOWHERE, 'pipe', 'pipe'],
  });
  const outputs = ['', ''];
  for (const [index, stream] of [child.stdio[2], child.stdio[3]].entries()) {
    stream.setEncoding('utf8').on('data', (text) => (outputs[index] += text));
  }
  const [status] = await once(child, 'close');
  const [stderr, usage] = outputs;
  if (status !== exit) throw new Error(`team-events ${args.join(' ')} ended with ${status}: ${stderr}`);
  const wallMs = performance.now() - start;
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(usage);
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMB: maxRSS / 1024 };
}

/** The model of the processor, also where Node does not know it. */
export function processor(cpus) {
  const known = cpus[0]?.model;
  if (known && known !== 'unknown') return known;
  try {
    return /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

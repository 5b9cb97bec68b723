// Running commands and telling what they took.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';

// Node 20 reads these certificates at every start, which no run of the bench needs: it would hide what a start costs.
delete process.env.NODE_EXTRA_CA_CERTS;

export const PROGRAM = new URL('../../bin/team-events.js', import.meta.url).pathname;
export const NODE = [process.execPath, '-e', ''];
const NOWHERE = openSync('/dev/null', 'w');

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
 * The program and its floor (commands one after the other) in turn, so that a machine whose speed drifts does not
 * change the ratio: the medians, that of the ratios being of the pairs. The first pair is not counted, unless it is the
 * only one.
 */
export function comparePairs(runs, floor, args) {
  const pairs = Array.from({ length: runs === 1 ? 1 : runs + 1 }, () => ({
    baseline: floor.reduce((sum, command) => sum + time(command), 0),
    ours: time({ command: [process.execPath, PROGRAM, ...args] }),
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
 * that it had resident at once.
 */
export async function observe(args) {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', TELL, PROGRAM, ...args], {
    stdio: ['ignore', NOWHERE, 'inherit', 'pipe'],
  });
  let told = '';
  child.stdio[3].on('data', (text) => (told += text));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`team-events ${args.join(' ')} ended with ${status}`);
  const wallMs = performance.now() - start;
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(told);
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

/** Identifies a process, and whether it still runs, because process ids are reused. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface RunningProcess {
  readonly pid: number;
  readonly host: string;
  /** The machine's boot and the container, if the system tells: the pid is meaningful only within them. */
  readonly space: string;
  /** When the process began, in the system's own units; '' if the system does not tell. */
  readonly started: string;
}

export function thisProcess(): RunningProcess {
  return {
    pid: process.pid,
    host: hostname(),
    space: [
      attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
      attempt(() => readlinkSync('/proc/self/ns/pid')),
    ].join(' '),
    started: startOf(process.pid),
  };
}

/** `unknown`: it cannot be seen from here, or its pid may have been reused. */
export function lifeOf(other: RunningProcess, own: RunningProcess): 'alive' | 'dead' | 'unknown' {
  if (other.host !== own.host || other.space !== own.space) return 'unknown';
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // Any other error means that it belongs to another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const started = startOf(other.pid);
  if (other.started === '' || started === '') return 'unknown';
  return started === other.started ? 'alive' : 'dead';
}

/** `pid (name) state ppid …`: the 22nd field of /proc/<pid>/stat; a zombie counts as ended. */
function startOf(pid: number): string {
  const fields = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

function attempt(ask: () => string): string {
  try {
    return ask();
  } catch {
    return ''; // another system than Linux
  }
}

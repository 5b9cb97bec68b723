/**
 * Resolves names through the system, like everything else on the machine, but in a separate process: a hanging lookup
 * occupies a thread and cannot be cancelled, and no process ends before its threads do. The separate process can be
 * killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { getDefaultResultOrder } from 'node:dns';
import { ConnectionError } from '../failure.ts';
import { NAME_PROCESS, type NameAnswer } from './name-process.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name, in the system's order. @throws {ConnectionError} */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export interface Names {
  readonly resolve: Resolve;
  /** Ends pending lookups. */
  readonly close: () => void;
}

/**
 * libuv uses half of its threads for lookups. They are all created at once; if that is not allowed, fewer are tried.
 */
const THREADS = 128;
/**
 * A hanging lookup keeps its thread, so another process is started for others. With these, 1,024 names may hang at
 * once.
 */
const MAX_PROCESSES = 16;
/** The system's resolver usually gives up sooner. */
const GIVE_UP_AFTER_MS = 30_000;

interface Question {
  readonly host: string;
  readonly resolve: (addresses: readonly ResolvedAddress[]) => void;
  readonly reject: (error: ConnectionError) => void;
  /** Number of processes that ended while working on it. */
  ended: number;
  /** No caller waits for it any more, but its process still does. */
  isGivenUp: boolean;
}

interface NameProcess {
  readonly child: ChildProcess;
  readonly atOnce: number;
  /** By id. */
  readonly asked: Map<number, Question>;
}

/** The process, running `program`, starts with the first name. The same name is looked up only once at a time. */
export function createNames(program = NAME_PROCESS, giveUpAfterMs = GIVE_UP_AFTER_MS): Names {
  const processes = new Set<NameProcess>();
  const pending = new Map<string, Promise<readonly ResolvedAddress[]>>();
  let threads = THREADS;
  let count = 0;

  function start(): NameProcess {
    const child = spawn(process.execPath, ['--dns-result-order', getDefaultResultOrder(), '-e', program], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...withoutSecrets(process.env), UV_THREADPOOL_SIZE: String(threads) },
    });
    const one: NameProcess = { child, atOnce: threads / 2, asked: new Map() };
    processes.add(one);
    child.on('message', ({ id, addresses, code }: NameAnswer) => {
      const question = one.asked.get(id);
      one.asked.delete(id);
      if (code === undefined) question?.resolve(addresses);
      else question?.reject(new ConnectionError(code));
    });
    child.on('error', () => lost(one));
    child.on('exit', () => lost(one));
    // It does not keep the run alive; each attempt has a deadline that does.
    child.unref();
    child.channel?.unref();
    return one;
  }

  /** The process could not be started or has ended, perhaps because fewer threads are allowed: retries with fewer. */
  function lost(one: NameProcess): void {
    if (!processes.delete(one)) return;
    threads = Math.max(4, threads / 4);
    for (const question of one.asked.values()) {
      if (question.isGivenUp) continue;
      if (++question.ended < 3) ask(question);
      else question.reject(new ConnectionError('ENAMEPROCESS'));
    }
  }

  function end(one: NameProcess): void {
    processes.delete(one);
    one.child.kill('SIGKILL');
  }

  function ask(question: Question): void {
    const leastBusy = [...processes].sort((a, b) => a.asked.size - b.asked.size)[0];
    const hasRoom = leastBusy !== undefined && leastBusy.asked.size < leastBusy.atOnce;
    const one = leastBusy && (hasRoom || processes.size >= MAX_PROCESSES) ? leastBusy : start();
    const id = ++count;
    one.asked.set(id, question);
    // If it is not connected, it could not be started or has ended, and its own events report that.
    if (one.child.connected) one.child.send({ id, host: question.host }, () => undefined);
  }

  function giveUp(question: Question): void {
    question.isGivenUp = true;
    question.reject(new ConnectionError('ETIMEOUT'));
    for (const one of processes) {
      const isFull = one.asked.size >= one.atOnce;
      if (isFull && [...one.asked.values()].every(({ isGivenUp }) => isGivenUp)) end(one);
    }
  }

  return {
    resolve(host) {
      const known = pending.get(host);
      if (known) return known;
      let timer: NodeJS.Timeout | undefined;
      const answer = new Promise<readonly ResolvedAddress[]>((resolve, reject) => {
        const question = { host, resolve, reject, ended: 0, isGivenUp: false };
        timer = setTimeout(() => giveUp(question), giveUpAfterMs).unref();
        ask(question);
      }).finally(() => {
        clearTimeout(timer);
        pending.delete(host);
      });
      pending.set(host, answer);
      return answer;
    },
    close() {
      for (const one of processes) end(one);
    },
  };
}

/** It needs none of our variables; Node's could make it load code or open a port. */
const withoutSecrets = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:TEAM_EVENTS|NODE)_/.test(name)));

/**
 * Names are resolved by the system, as everything else on the machine resolves them, but in a process of our own: a
 * lookup that hangs holds a thread, cannot be called off, and no process ends before its threads do. That one can be
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
  /** Ends what is still being asked. */
  readonly close: () => void;
}

/** libuv gives half of its threads to lookups. All are made at once: where they may not be, fewer are tried. */
const THREADS = 128;
/** A hanging lookup keeps its thread: others then get a process more. With these 1,024 names may hang at once. */
const MAX_PROCESSES = 16;
/** The system's resolver gives up sooner, as it is usually set. */
const GIVE_UP_AFTER_MS = 30_000;

interface Question {
  readonly host: string;
  readonly resolve: (addresses: readonly ResolvedAddress[]) => void;
  readonly reject: (error: ConnectionError) => void;
  /** Processes that ended over it. */
  ended: number;
  /** Nobody waits for it any more; its process still does. */
  isGivenUp: boolean;
}

interface NameProcess {
  readonly child: ChildProcess;
  readonly atOnce: number;
  /** By number. */
  readonly asked: Map<number, Question>;
}

/** Starts a process, which runs `program`, when the first name is asked for. The same name is asked for once at a time. */
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
    // It holds no run: each attempt has a deadline that does.
    child.unref();
    child.channel?.unref();
    return one;
  }

  /** It could not be started, or has ended: perhaps not so many threads are allowed. */
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
    // Where it cannot be told, it could not be started, or has ended: that is told by itself.
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

/** Of our own variables it needs none; Node's would load or listen for something. */
const withoutSecrets = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(?:TEAM_EVENTS|NODE)_/.test(name)));

/**
 * The built program inside this process, with a `process` of its own: what it does is what people get (its command
 * line, its output, its exit code), at a tenth of the cost of a start. What the real end of a process closes is closed
 * here too: what is registered for it, and its timers.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { dirname } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { Script } from 'node:vm';

/** What a run of the program leaves behind. */
export interface Result {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `input` is written to its stdin. */
export type RunInside = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input?: string,
) => Promise<Result>;

type Timers = Pick<typeof globalThis, 'setTimeout' | 'setInterval'>;
type Bundle = (...given: readonly unknown[]) => void;

const GIVEN = [
  'exports',
  'require',
  'module',
  '__filename',
  '__dirname',
  'process',
  'setTimeout',
  'setInterval',
];

/** `bundle` is compiled once and evaluated anew for each run. Concurrent runs each get all uncaught errors. */
export function loadProgram(bundle: string): RunInside {
  const source = readFileSync(bundle, 'utf8');
  const script = new Script(`(function (${GIVEN.join(', ')}) {${source}\n})`, { filename: bundle });
  const require = createRequire(bundle);
  return (args, env, input = '') =>
    new Promise((resolve) => {
      const own = createProcess([process.execPath, bundle, ...args], env, input);
      const timers = createTimers();
      const stopListening = passOnErrors(own.process);
      own.onEnd((end) => {
        timers.clear();
        // Work that the program left unfinished may still fail; the real process would be gone by then.
        setImmediate(() => {
          stopListening();
          resolve(end);
        });
      });
      const requireHere = (id: string): unknown => own.modules.get(id) ?? (require(id) as unknown);
      const begin = script.runInThisContext() as Bundle;
      const module = { exports: {} };
      const { setTimeout, setInterval } = timers;
      begin(
        module.exports,
        requireHere,
        module,
        bundle,
        dirname(bundle),
        own.process,
        setTimeout,
        setInterval,
      );
    });
}

interface OwnProcess {
  readonly process: NodeJS.Process;
  /** Those of node that know of it. */
  readonly modules: ReadonlyMap<string, unknown>;
  onEnd(listener: (end: Result) => void): void;
}

function createProcess(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
): OwnProcess {
  const events = new EventEmitter();
  const stdout = createSink();
  const stderr = createSink();
  let ended: ((end: Result) => void) | undefined;
  const exit = (code: number): void => {
    const end = ended;
    ended = undefined;
    if (end === undefined) return;
    events.emit('exit', code);
    setImmediate(() => end({ code, stdout: stdout.text(), stderr: stderr.text() }));
  };
  const own: Record<string | symbol, unknown> = {
    argv,
    env: { ...env },
    exit,
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    exitCode: undefined,
  };
  const emitter = events as unknown as Record<string | symbol, unknown>;
  const proxy = new Proxy(process, {
    get(target, key) {
      if (key in own) return own[key];
      const from = typeof emitter[key] === 'function' ? emitter : (target as unknown as typeof emitter);
      const value = from[key];
      return typeof value === 'function' ? (value.bind(from) as unknown) : value;
    },
    set(_, key, value) {
      own[key] = value;
      // A usage error sets it, and lets the process end by itself.
      if (key === 'exitCode') setImmediate(exit, value);
      return true;
    },
  });
  const modules = new Map<string, unknown>([
    ['node:process', proxy],
    ['process', proxy],
    ['node:os', { ...os, tmpdir: () => env['TMPDIR'] ?? os.tmpdir() }],
  ]);
  return { process: proxy, modules, onEnd: (listener) => void (ended = listener) };
}

function createSink(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

function createTimers(): Timers & { clear(): void } {
  const open = new Set<NodeJS.Timeout>();
  const kept = (start: typeof setTimeout | typeof setInterval) =>
    Object.assign((...given: Parameters<typeof setTimeout>) => {
      const timer = start(...given);
      open.add(timer);
      return timer;
    }, start);
  return {
    setTimeout: kept(setTimeout) as typeof setTimeout,
    setInterval: kept(setInterval),
    clear: () => open.forEach((timer) => clearTimeout(timer)),
  };
}

/** The runs that go on now. */
const running = new Set<NodeJS.Process>();

/** Passes uncaught errors to the programs, as Node would; without a listener they end them. */
function passErrors(error: unknown): void {
  for (const own of running) {
    if (own.listenerCount('uncaughtException') > 0) own.emit('uncaughtException', error as Error);
    else {
      own.stderr.write(`${(error as Error).stack}\n`);
      own.exit(1);
    }
  }
}

/** One listener for all of them: Node takes many listeners for a leak. */
function passOnErrors(own: NodeJS.Process): () => void {
  const events = ['uncaughtException', 'unhandledRejection'];
  if (running.size === 0) for (const event of events) process.on(event, passErrors);
  running.add(own);
  return () => {
    running.delete(own);
    if (running.size === 0) for (const event of events) process.removeListener(event, passErrors);
  };
}

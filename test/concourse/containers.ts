/**
 * Steps as Concourse runs them: each in a fresh folder with copies of its inputs, params as variables and nothing else
 * in the environment, a terminal for tasks, stdin and argv for resources; ended by SIGTERM, and 10 s later by SIGKILL.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadProgram, type RunInside } from '../support/own-process.ts';
import { BUNDLE, PROGRAM } from '../support/program.ts';
import { tempFolder } from '../support/sample-repo.ts';
import { parsed } from './yaml-file.ts';

export interface Task {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly { readonly name: string; readonly optional?: boolean }[];
  readonly outputs?: readonly { readonly name: string }[];
  readonly run: { readonly path: string; readonly args: readonly string[] };
}

/** Folders by name. */
export type Artifacts = Map<string, string>;

export interface Ended {
  readonly code: number | null;
  /** Of a task everything; of a resource what went to stderr. Without colours. */
  readonly output: string;
  /** As it came. */
  readonly stdout: string;
  /** The folders of its outputs, also where it failed. */
  readonly outputs: Artifacts;
}

export interface Abort {
  /** Given a way to abort, as soon as the step runs. */
  readonly onStart?: ((abort: () => void) => void) | undefined;
  /** Given what it says, as it says it. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

export const RESOURCE_TYPE = fileURLToPath(new URL('../../concourse/resource-type', import.meta.url));

/** What an image has on its PATH besides the system's programs. */
export function imageBin(): string {
  const bin = tempFolder();
  chmodSync(bin, 0o755);
  symlinkSync(PROGRAM, join(bin, 'team-events'));
  return bin;
}

export const HAS_TERMINAL = spawnSync('script', ['--version']).status === 0;
const KILL_AFTER_MS = 10_000;

export interface TaskRun extends Abort {
  readonly task: Task;
  readonly artifacts: Artifacts;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly inputMapping?: Readonly<Record<string, string>>;
  readonly bin: string;
  /** Another user than the owner of the inputs; asks for root. */
  readonly uid?: number;
  /** What the image's own environment holds. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function runTask(run: TaskRun): Promise<Ended> {
  const { task, artifacts, params = {}, inputMapping = {}, bin, uid, env = {} } = run;
  const work = tempFolder();
  const home = tempFolder();
  for (const folder of [work, home]) chmodSync(folder, 0o755);
  for (const { name, optional } of task.inputs ?? []) {
    const artifact = artifacts.get(inputMapping[name] ?? name);
    if (artifact !== undefined) copy(artifact, join(work, name));
    else if (optional !== true) throw new Error(`missing inputs: ${name}`);
  }
  const outputs: Artifacts = new Map();
  for (const { name } of task.outputs ?? []) {
    const folder = join(work, name);
    if (!existsSync(folder)) mkdirSync(folder); // an output of an input's path begins with what that holds
    outputs.set(name, folder);
  }
  const variables = Object.entries({ ...task.params, ...params }).map(([name, value]) => [
    name,
    coerced(value),
  ]);
  const { path, args } = task.run;
  // The shell goes with exec, as team-events is to be what gets the signal.
  const pidFile = join(home, 'pid');
  const started = join(home, 'started');
  const line = [path, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  writeFileSync(started, `stty rows 500 cols 500 2>/dev/null\necho $$ > '${pidFile}'\nexec ${line}\n`);
  if (uid !== undefined) spawnSync('chown', [String(uid), home]);
  const command = HAS_TERMINAL ? ['script', '-qec', `sh ${started}`, '/dev/null'] : ['sh', started];
  const ended = await start(command, {
    cwd: work,
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
      HOME: home,
      SHELL: '/bin/sh',
      TERM: 'xterm',
      TMPDIR: home,
      ATC_EXTERNAL_URL: 'https://concourse.example.com',
      ...env,
      ...Object.fromEntries(variables),
    },
    uid,
    pid: () => Number(readFileSync(pidFile, 'utf8')),
    input: undefined,
    onStart: run.onStart,
    onOutput: run.onOutput,
  });
  return { ...ended, outputs };
}

export type Script = 'check' | 'in' | 'out';

export interface ResourceRun {
  readonly bin: string;
  /** Where `in` writes, and where `out` finds the artifacts. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The container's: kept from one check to the next. */
  readonly temp?: string;
}

const imageEnvironment = (
  bin: string,
  temp: string,
  env: Readonly<Record<string, string>>,
): Record<string, string> => ({
  PATH: `${bin}${delimiter}${process.env['PATH']}`,
  HOME: temp,
  TMPDIR: temp,
  ...env,
});

const RESOURCE = join(dirname(BUNDLE), 'team-events-resource.cjs');
let inside: RunInside | undefined;

/** What a script of the resource type starts, inside this process: see `teamEvents` of test/support/program.ts. */
export async function runResource(
  script: Script,
  request: object,
  { bin, folder, env = {}, temp = tempFolder() }: ResourceRun,
): Promise<Ended> {
  inside ??= loadProgram(RESOURCE);
  const args = [script, ...(folder === undefined ? [] : [folder])];
  const ended = await inside(args, imageEnvironment(bin, temp, env), JSON.stringify(request));
  return { code: ended.code, stdout: ended.stdout, output: asRead(ended.stderr), outputs: new Map() };
}

/** A script of the resource type as Concourse starts it. */
export function startResource(
  script: Script,
  request: object,
  { bin, folder, env = {}, temp = tempFolder(), onStart }: Abort & ResourceRun,
): Promise<Ended> {
  return start([join(RESOURCE_TYPE, script), ...(folder === undefined ? [] : [folder])], {
    cwd: '/',
    env: imageEnvironment(bin, temp, env),
    uid: undefined,
    pid: undefined,
    input: JSON.stringify(request),
    onStart,
  });
}

/** What a terminal shows of it. */
const asRead = (said: string): string =>
  // eslint-disable-next-line no-control-regex
  said.replaceAll('\r\n', '\n').replace(/\u001b\[[0-9;]*m/g, '');

/** Concourse makes text of every param. */
const coerced = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

export function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

interface Start extends Abort {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number | undefined;
  /** Of the process that is ended, where that is not the one started. */
  readonly pid: (() => number) | undefined;
  readonly input: string | undefined;
}

function start([path = '', ...args]: readonly string[], options: Start): Promise<Ended> {
  const { cwd, env, uid, pid, input, onStart, onOutput } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd, env, ...(uid !== undefined && { uid, gid: uid }) });
    let stdout = '';
    let stderr = '';
    let kill: NodeJS.Timeout | undefined;
    const signal = (name: NodeJS.Signals): void => void process.kill(pid?.() ?? child.pid ?? 0, name);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: string) => onOutput?.(text));
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(kill);
      const said = input === undefined ? `${stdout}${stderr}` : stderr;
      resolve({ code, stdout, output: asRead(said), outputs: new Map() });
    });
    onStart?.(() => {
      signal('SIGTERM');
      kill = setTimeout(() => signal('SIGKILL'), KILL_AFTER_MS);
    });
  });
}

export const taskAt = (path: string): Task => parsed(path) as Task;

/** The receivers of examples/consumers, started as their first lines say. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { tempFolder } from './sample-repo.ts';

export const CONSUMERS = fileURLToPath(new URL('../../examples/consumers', import.meta.url));

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** A runtime that is not there. */
  readonly missing?: string;
}

/** The name of the first of these commands that ends well. */
const works = (...commands: readonly (readonly string[])[]): string | undefined =>
  commands.find(([command = '', ...args]) => spawnSync(command, args).status === 0)?.[0];

/** The command of Python 3, if it is installed. */
export const python = works(
  ['python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 9))'],
  ['python', '-c', 'import sys; sys.exit(sys.version_info < (3, 9))'],
);
const flask = python !== undefined && works([python, '-W', 'ignore', '-c', 'import flask']) !== undefined;
export const javac = works(['javac', '-version']);

const file = (name: string): string => join(CONSUMERS, name);
const missing = (runtime: string, found: unknown) => (found ? {} : { missing: runtime });

export const PROGRAMS: readonly Program[] = [
  { name: 'Express', command: process.execPath, args: [file('express.mjs')] },
  { name: 'Fastify', command: process.execPath, args: [file('fastify.mjs')] },
  {
    name: 'the standard library of Python',
    command: python ?? '',
    args: [file('standard_library.py')],
    ...missing('Python 3.9', python),
  },
  { name: 'Flask', command: python ?? '', args: [file('flask_app.py')], ...missing('Flask', flask) },
  { name: 'the JDK', command: 'java', args: [file('Receiver.java')], ...missing('a JDK', javac) },
];

export interface Consumer {
  readonly url: string;
  /** `type team` of what it has worked on. */
  readonly handled: readonly string[];
  readonly said: () => string;
  /** Once it has worked on this one. */
  until(event: string): Promise<void>;
  /** Once it has worked on one more. */
  more(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts one on any free port of loopback; it ends with the test. */
export async function startConsumer(
  { command, args }: Program,
  inbox: string,
  secrets: string,
): Promise<Consumer> {
  const child = spawn(command, [...args], {
    cwd: dirname(inbox),
    env: {
      PATH: process.env['PATH'],
      HOME: tempFolder(),
      PYTHONDONTWRITEBYTECODE: '1',
      WEBHOOK_SECRET: secrets,
      INBOX: inbox,
      PORT: '0',
      JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC', // a start takes half the time
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(kill);
  const handled: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => handled.push(briefly(line)));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, address] = /listening on (http:\S+)\n/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(`it ended: ${said}`)));
  });
  return {
    url,
    handled,
    said: () => said,
    async until(event) {
      while (!handled.includes(event)) await once(lines, 'line');
    },
    async more() {
      await once(lines, 'line');
    },
    kill,
  };
}

/** One of them prints events whole. */
function briefly(line: string): string {
  if (!line.startsWith('{')) return line;
  const { type, subject } = JSON.parse(line) as { type: string; subject: string };
  return `${type} ${subject}`;
}

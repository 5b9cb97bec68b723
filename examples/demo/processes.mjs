/** Runs the real program. Whatever happens, no process outlives the demo. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/team-events.js', import.meta.url));

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Of the environment only PATH: a TEAM_EVENTS_… variable of the user's would change what the demo shows. */
function start(args, { cwd, env }) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return child;
}

/** Runs the program to its end; `show` gets what a terminal would, as it comes. */
export async function run(args, surroundings, show = () => {}) {
  const child = start(args, surroundings);
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
    show(text);
  });
  child.stderr.on('data', show);
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout };
}

/** Starts `team-events listen` on a free port. `stop` gives its exit code and the requests that it got, in order. */
export async function startReceiver(args, surroundings) {
  const child = start(['listen', '--port', '0', '--format', 'ndjson', ...args], surroundings);
  let requests = '';
  let said = '';
  child.stdout.on('data', (text) => (requests += text));
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => {
      said += text;
      const listening = /^listening on (\S+)$/m.exec(said);
      if (listening) resolve(listening[1]);
    });
    child.once('close', () => reject(new Error(`a receiver did not start: ${said}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const [exitCode] = await once(child, 'close');
      return { exitCode, requests: parseLines(requests) };
    },
  };
}

/** One JSON document a line. */
export const parseLines = (text) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

// Runs that send to receivers on this machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { observe } from './measure.mjs';

/** Starts receivers.mjs, which says what `behaviour` may be. */
export async function startReceivers(behaviour = {}) {
  const child = fork(new URL('receivers.mjs', import.meta.url).pathname, [JSON.stringify(behaviour)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [port] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${String(port).trim()}`;
  return {
    url,
    report: async () => (await fetch(`${url}/report`)).json(),
    stop: () => child.disconnect(),
  };
}

/** The arguments of a run that sends a range to so many clients. `more` are further lines of each client. */
export function sending({ repo, work, url, range, count = 1, types = 'team.created', more = [] }) {
  const clients = join(work, 'clients.yml');
  const entry = (index) =>
    [
      `  - name: client-${index}`,
      ...more.map((line) => `    ${line}`),
      `    subscriptions: [{ events: [${types}], url: "${url}/client-${index}" }]\n`,
    ].join('\n');
  writeFileSync(clients, `clients:\n${Array.from({ length: count }, (_, index) => entry(index)).join('')}`);
  const options = ['--clients', clients, '--allow-host', '127.0.0.1', '--format', 'ndjson'];
  return ['-C', repo, ...options, ...range];
}

export const ALL_OF_HISTORY = ['--from', 'root', '--to', 'main'];

/** One run with receivers of its own: what it took, and what each of them has had. */
export async function deliverOnce({ behaviour, exit = 0, ...run }) {
  const receivers = await startReceivers(behaviour);
  try {
    const taken = await observe(sending({ ...run, url: receivers.url }), exit);
    return { ...taken, lanes: await receivers.report() };
  } finally {
    receivers.stop();
  }
}

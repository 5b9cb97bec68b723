// The CPU of a delivery beside that of the same request made by node-fetch alone, and by node:http alone:
//   npm run build && node test/bench/bare-requests.mjs [ROUNDS]
// 100 rows of 100 requests one after the other, in turns; the program's start is taken off. See docs/adr/0027.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fetch from 'node-fetch';
import { makeRepo } from './make-repo.mjs';
import { median, PROGRAM } from './measure.mjs';
import { ALL_OF_HISTORY, sending, startReceivers } from './sending.mjs';

const [ROWS, EACH] = [100, 100];
const SELF = fileURLToPath(import.meta.url);
const TELLING = `data:text/javascript,process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write('CPU ' + (user + system) + ' µs\\n');
})`;

const [told = '5', receiversUrl] = process.argv.slice(2);
if (receiversUrl === undefined) await compare(Number(told));
else await bare(told, receiversUrl);

/** One kind of request, all of them; says what CPU it took. */
async function bare(kind, url) {
  const agent = new Agent({ keepAlive: true });
  const body = Buffer.from(JSON.stringify({ text: 'x'.repeat(900) }));
  const headersOf = (number) => ({
    'content-type': 'application/json',
    'user-agent': 'bare',
    'webhook-timestamp': '1700000000',
    'webhook-remaining': '17',
    ...Object.fromEntries(
      ['webhook-id', 'webhook-previous-id', 'idempotency-key'].map((name) => [
        name,
        `evt_${number}`.padEnd(36, '0'),
      ]),
    ),
  });
  const byFetch = async (to, headers) => {
    await (
      await fetch(to, { method: 'POST', headers, body, agent, redirect: 'manual', compress: false })
    ).text();
  };
  const byHttp = (to, headers) =>
    new Promise((resolve, reject) => {
      const length = { 'content-length': body.length };
      const made = request(to, { method: 'POST', headers: { ...headers, ...length }, agent }, (answer) =>
        answer.resume().once('end', resolve),
      );
      made.once('error', reject).end(body);
    });
  const send = kind === 'fetch' ? byFetch : byHttp;
  const start = process.cpuUsage();
  await Promise.all(
    Array.from({ length: ROWS }, async (_, row) => {
      for (let number = 0; number < EACH; number++) await send(`${url}/row-${row}`, headersOf(number));
    }),
  );
  const { user, system } = process.cpuUsage(start);
  console.log(user + system);
  agent.destroy();
}

async function compare(rounds) {
  const work = mkdtempSync(join(tmpdir(), 'team-events-bare-'));
  const receivers = await startReceivers();
  const repoOf = async (teams) => {
    const repo = join(work, String(teams));
    mkdirSync(repo);
    await makeRepo(repo, { teams, folders: 0, commits: 2 });
    return repo;
  };
  const [all, one] = [await repoOf(EACH + 1), await repoOf(1)];
  const program = (repo) => {
    const args = sending({ repo, work, url: receivers.url, count: ROWS, range: ALL_OF_HISTORY });
    const run = spawnSync(process.execPath, ['--import', TELLING, PROGRAM, ...args], { encoding: 'utf8' });
    return Number(/^CPU (\d+)/m.exec(run.stderr)?.[1]);
  };
  const kinds = {
    'node:http': () => Number(execFileSync(process.execPath, [SELF, 'http', receivers.url])),
    'node-fetch': () => Number(execFileSync(process.execPath, [SELF, 'fetch', receivers.url])),
    'team-events': () => program(all) - program(one),
  };
  const taken = Object.keys(kinds).map((name) => [name, []]);
  for (let round = 0; round < rounds; round++)
    for (const [name, times] of taken) times.push(kinds[name]() / 1000 / ROWS / EACH);
  for (const [name, times] of taken)
    console.log(`${name.padEnd(12)} ${median(times).toFixed(2)} ms of CPU each`);
  receivers.stop();
  rmSync(work, { recursive: true });
}

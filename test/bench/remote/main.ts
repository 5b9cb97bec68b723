/**
 * What a run with cursors in tags costs at a git server where each round trip takes so long: with nothing new, and with
 * one new commit for two clients. `TRIP_MS RUNS PROGRAM…`: the programs take turns, each at a remote of its own.
 * Prints a list of JSON, in the order of the programs.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { answerGit } from '../../support/git-http.ts';
import { importHistory } from '../../support/long-history.ts';
import { gitEnvironment } from '../../support/sample-repo.ts';

const [tripMs = 0, runs = 1] = process.argv.slice(2, 4).map(Number);
const programs = process.argv.slice(4);
/** The teams that the history has by then. */
const BEGINNING = 100;

/** The median of the times, and how often the remote was asked in the run that asked it most. */
interface Cost {
  readonly ms: number;
  readonly trips: number;
}

interface Site {
  /** Moves the branch to the next commit, at the remote and in the clone, as CI has it. */
  advance(): void;
  /** One run. */
  notify(...options: readonly string[]): Promise<Cost>;
}

const work = mkdtempSync(join(tmpdir(), 'team-events-remote-'));
const ends: (() => unknown)[] = [() => rmSync(work, { recursive: true, force: true })];

const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: directory, env: gitEnvironment(), encoding: 'utf8' }).trim();

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(
    () => server.close(),
    () => server.closeAllConnections(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function createSite(program: string, receiver: string): Promise<Site> {
  const folder = mkdtempSync(join(work, 'site-'));
  const [remote, clone] = [join(folder, 'remote.git'), join(folder, 'clone.git')];
  mkdirSync(remote);
  importHistory(remote, BEGINNING + runs + 1);
  git(remote, 'config', 'http.receivepack', 'true');
  const commits = git(remote, 'rev-list', '--reverse', 'main').split('\n');
  let position = BEGINNING;
  const place = (): void => {
    for (const directory of [remote, clone])
      git(directory, 'update-ref', 'refs/heads/main', commits[position] ?? '');
  };
  git(folder, 'clone', '--quiet', '--bare', remote, clone);
  place();
  let trips = 0;
  const url = await serve((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://git');
    const answer = (): void => answerGit(request, response, { root: dirname(remote), path, user: 'ci' });
    if (!searchParams.has('service')) return answer();
    trips++; // the first request of each exchange names the service
    setTimeout(answer, tripMs);
  });
  git(clone, 'config', 'remote.origin.url', `${url}/${basename(remote)}`);
  const clients = join(folder, 'clients.yml');
  const types = '[team.created, team.modified, team.members.removed, team.members.added, team.deleted]';
  const entry = (name: string): string =>
    `  - name: ${name}\n    subscriptions: [{ events: ${types}, url: "${receiver}/${name}" }]\n`;
  writeFileSync(clients, `clients:\n${entry('one')}${entry('two')}`);
  return {
    advance() {
      position++;
      place();
    },
    async notify(...options) {
      trips = 0;
      const args = ['-C', clone, '--cursor', 'tag:team-events', '--clients', clients, ...options];
      const begunMs = performance.now();
      const child = spawn(process.execPath, [program, ...args, '--allow-host', '127.0.0.1'], {
        env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
      const [code] = (await once(child, 'close')) as [number];
      if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr}`);
      return { ms: performance.now() - begunMs, trips };
    },
  };
}

function summary(costs: readonly Cost[]): Cost {
  const times = costs.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    ms: times[Math.floor(times.length / 2)] ?? 0,
    trips: Math.max(...costs.map(({ trips }) => trips)),
  };
}

try {
  let received = 0;
  const receiver = await serve((request, response) => {
    received++;
    request.resume().on('end', () => response.end());
  });
  const sites = [];
  for (const program of programs) sites.push(await createSite(program, receiver));
  const measured = sites.map((site) => ({ site, nothingNew: [] as Cost[], oneCommit: [] as Cost[] }));
  for (const { site } of measured) await site.notify('--init');
  for (let run = 0; run < runs; run++) {
    for (const { site, nothingNew, oneCommit } of measured) {
      nothingNew.push(await site.notify());
      const before = received;
      site.advance();
      oneCommit.push(await site.notify());
      if (received === before) throw new Error('the new commit was not sent');
    }
  }
  console.log(
    JSON.stringify(
      measured.map(({ nothingNew, oneCommit }) => ({
        nothingNew: summary(nothingNew),
        oneCommit: summary(oneCommit),
      })),
    ),
  );
} finally {
  for (const end of ends.reverse()) await end();
}

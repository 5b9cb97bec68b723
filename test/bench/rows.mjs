// What is measured: each row of the table with the floor that it is held against and the most that it may cost.
import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokers } from './brokers.mjs';
import { git, makeRepo } from './make-repo.mjs';
import { comparePairs, median, NODE, observe, output, time } from './measure.mjs';

/** How much of everything; the quick one is for the tests. */
export const FULL = {
  teams: 10_000,
  folders: 100,
  commits: 2000,
  growth: [200, 2000, 5000, 10_000, 20_000],
  clients: 100,
  eventsPerClient: 100,
  delayMs: 100,
  scriptCommits: 50,
};
export const QUICK = {
  teams: 60,
  folders: 6,
  commits: 30,
  growth: [5, 20, 30, 40, 60],
  clients: 4,
  eventsPerClient: 3,
  delayMs: 5,
  scriptCommits: 3,
};

const number = (value) => value.toLocaleString('en-US');
const LOG = [
  'log',
  '--first-parent',
  '--raw',
  '-z',
  '--no-renames',
  '--no-abbrev',
  '--diff-merges=first-parent',
];
const dryRun = (repo, ...more) => ['-C', repo, '--print-events', '--format', 'ndjson', ...more];

/** Rows by name: `work` says what is done; `run` does it and gives the figures, and what was printed for comparing. */
export function rowsOf(size, work, runs) {
  const repos = createRepos(size, work);
  const idsFromPath = join(work, 'ids-from-path.yml');
  writeFileSync(idsFromPath, 'catalogue: { id: "{file}", ignore: id }\n');

  /** A dry run against git's commands for it. */
  const dry = (label, atMost, repoName, floorOf, ...args) => ({
    work: label,
    async run() {
      const repo = await repos.get(repoName);
      const asked = dryRun(repo, ...args);
      const printed = createHash('sha256').update(output(asked)).digest('hex');
      return { ...comparePairs(runs, floorOf(repo), asked), printed, unit: 'ms', valueUnit: '×', atMost };
    },
  });
  const events = (where, atMost, repoName) =>
    dry(
      `events of ${number(size.commits)} commits${where}`,
      atMost,
      repoName,
      wholeHistory,
      '--from',
      'root',
      '--to',
      'main',
    );
  const newCommit = ['--from', 'main~1', '--to', 'main'];

  return {
    events: events('', 2, 'folders'),
    snapshot: dry(
      `snapshot of ${number(size.teams)} teams`,
      2.5,
      'folders',
      snapshot,
      '--from',
      'root',
      '--squash',
      '--to',
      'main',
    ),
    'one-path': dry(
      'one new commit, ids from the path',
      1.8,
      'folders',
      oneCommit,
      ...newCommit,
      '--config',
      idsFromPath,
    ),
    'one-content': dry('one new commit, ids in the content', 2.5, 'folders', oneCommitAndAll, ...newCommit),
    nothing: dry('nothing new', 1.6, 'folders', nothingNew, '--from', 'main', '--to', 'main'),
    'flat-events': events(', all files in one folder', 2, 'flat'),
    'flat-path': dry(
      'one new commit, ids from the path, all files in one folder',
      1.8,
      'flat',
      oneCommit,
      ...newCommit,
      '--config',
      idsFromPath,
    ),
    'flat-content': dry(
      'one new commit, ids in the content, all files in one folder',
      2.5,
      'flat',
      oneCommitAndAll,
      ...newCommit,
    ),
    growth: { work: 'cost and memory of 200 to 20,000 commits', run: () => growth(size, repos, runs) },
    deliveries: { work: 'deliveries', run: () => deliveries(size, repos, work, Math.min(runs, 3)) },
    script: { work: 'beside a shell script', run: () => besideScript(size, repos, work, Math.min(runs, 3)) },
    brokers: { work: 'webhooks beside brokers', run: () => brokers(size === QUICK) },
  };

  function wholeHistory(repo) {
    return [{ command: NODE }, log(repo, 'main'), blobs(repo, changedBlobs(repo, 'main'))];
  }
  function snapshot(repo) {
    return [{ command: NODE }, tree(repo, 'main'), blobs(repo, allBlobs(repo, 'main'))];
  }
  function oneCommit(repo) {
    return [{ command: NODE }, log(repo, 'main~1..main'), blobs(repo, changedBlobs(repo, 'main~1..main'))];
  }
  function oneCommitAndAll(repo) {
    const ids = [...allBlobs(repo, 'main~1'), ...changedBlobs(repo, 'main~1..main')];
    return [{ command: NODE }, log(repo, 'main~1..main'), tree(repo, 'main~1'), blobs(repo, ids)];
  }
  function nothingNew(repo) {
    return [{ command: NODE }, { command: ['git', 'rev-parse', 'main'], cwd: repo }];
  }
  function blobs(repo, ids) {
    const input = join(work, `blobs-${createHash('sha256').update(ids.join()).digest('hex').slice(0, 8)}`);
    writeFileSync(input, `${ids.join('\n')}\n`);
    return { command: ['git', 'cat-file', '--batch'], cwd: repo, input };
  }
}

const log = (repo, range) => ({ command: ['git', ...LOG, '--reverse', range], cwd: repo });
const tree = (repo, revision) => ({ command: ['git', 'ls-tree', '-r', '--full-tree', revision], cwd: repo });

function changedBlobs(repo, range) {
  const raw = git(repo, ...LOG, '--format=', range);
  return [...new Set([...raw.matchAll(/:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [AM]/g)].map(([, id]) => id))];
}

const allBlobs = (repo, revision) =>
  [...git(repo, 'ls-tree', '-r', '--full-tree', revision).matchAll(/ blob ([0-9a-f]+)\t/g)].map(
    ([, id]) => id,
  );

/** Made when first asked for. */
function createRepos({ teams, folders, commits, growth: points, eventsPerClient }, work) {
  const kinds = {
    folders: { teams, folders, commits },
    flat: { teams, folders: 0, commits },
    long: { teams, folders, commits: Math.max(...points) },
    small: { teams: eventsPerClient, folders: 1, commits: 1 },
  };
  const made = new Map();
  const make = async (name) => {
    const repo = join(work, `${name}.git`);
    mkdirSync(repo);
    await makeRepo(repo, kinds[name]);
    return repo;
  };
  return {
    get(name) {
      if (!made.has(name)) made.set(name, make(name));
      return made.get(name);
    },
  };
}

/** The first commit brings all teams, so what a commit costs is how much more the longer range takes. */
async function growth({ growth: points }, repos, runs) {
  const repo = await repos.get('long');
  const commits = git(repo, 'rev-list', '--reverse', '--first-parent', 'main').trim().split('\n');
  const seen = points.map((count) => ({ commits: count, runs: [] }));
  for (let run = 0; run <= runs; run++) {
    for (const { commits: count, runs: those } of seen) {
      those.push(await observe(dryRun(repo, '--from', 'root', '--to', commits[count - 1])));
    }
  }
  const measured = seen.map(({ commits: count, runs: [, ...those] }) => ({
    commits: count,
    ms: median(those.map(({ wallMs }) => wallMs)),
    peakMB: median(those.map(({ peakMB }) => peakMB)),
  }));
  const [first, second] = measured;
  const last = measured.at(-1);
  const perCommit = (from, to) => (to.ms - from.ms) / (to.commits - from.commits);
  const [early, late] = [perCommit(first, second), perCommit(second, last)];
  const memory = (point) => ({
    work: `peak memory, ${number(point.commits)} commits`,
    baseline: null,
    ours: point.peakMB,
    unit: 'MB',
    value: point.peakMB,
    valueUnit: 'MB',
    atMost: 150,
  });
  const span = `${number(second.commits)} → ${number(last.commits)}`;
  return {
    growth: measured,
    rows: [
      memory(second),
      memory(last),
      {
        work: `peak memory, ${span} commits`,
        baseline: second.peakMB,
        ours: last.peakMB,
        unit: 'MB',
        value: last.peakMB / second.peakMB,
        valueUnit: '×',
        atMost: 1.15,
      },
      {
        work: `a commit's cost, ${number(first.commits)} → ${span} commits`,
        baseline: early,
        ours: late,
        unit: 'ms',
        value: late / early,
        valueUnit: '×',
        atMost: 1.15,
      },
    ],
  };
}

async function startReceivers(delayMs) {
  const child = fork(new URL('receivers.mjs', import.meta.url).pathname, [String(delayMs)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [port] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${String(port).trim()}`;
  return {
    url,
    report: async () => Object.entries(await (await fetch(`${url}/report`)).json()),
    stop: () => child.disconnect(),
  };
}

function writeClients(work, url, count, types) {
  const path = join(work, `clients-${count}.yml`);
  const client = (index) =>
    `  - name: client-${index}\n    subscriptions: [{ events: [${types}], url: "${url}/client-${index}" }]\n`;
  writeFileSync(path, `clients:\n${Array.from({ length: count }, (_, index) => client(index)).join('')}`);
  return path;
}

const send = (repo, clients, ...range) => [
  '-C',
  repo,
  '--clients',
  clients,
  '--allow-host',
  '127.0.0.1',
  '--format',
  'ndjson',
  ...range,
];

/** Held against what the slowest lane's own requests took, one after the other, as their receiver saw them. */
async function deliveries({ clients, eventsPerClient, delayMs }, repos, work, runs) {
  const repo = await repos.get('small');
  const receivers = await startReceivers(delayMs);
  try {
    const args = send(
      repo,
      writeClients(work, receivers.url, clients, 'team.created'),
      '--from',
      'root',
      '--to',
      'main',
    );
    const seen = [];
    for (let run = 0; run < runs; run++) {
      const { wallMs, cpuMs } = await observe(args);
      const lanes = await receivers.report();
      const wrong = lanes.filter(([, { requests }]) => requests !== eventsPerClient);
      if (lanes.length !== clients || wrong.length > 0)
        throw new Error(`${lanes.length} lanes, of which ${wrong.length} had not all`);
      const slowest = Math.max(...lanes.map(([, { serialMs }]) => serialMs));
      seen.push({ slowest, wallMs, ratio: wallMs / slowest, cpuMs: cpuMs / clients / eventsPerClient });
    }
    const cpu = median(seen.map(({ cpuMs }) => cpuMs)).toFixed(2);
    return {
      work: `${number(clients * eventsPerClient)} deliveries, ${clients} clients, receivers that take ${delayMs} ms (${cpu} ms of CPU each)`,
      baseline: median(seen.map(({ slowest }) => slowest)),
      ours: median(seen.map(({ wallMs }) => wallMs)),
      unit: 'ms',
      value: median(seen.map(({ ratio }) => ratio)),
      valueUnit: '×',
      atMost: 1.1,
    };
  } finally {
    receivers.stop();
  }
}

/** For each commit, the script's time and ours for the same deliveries to one client that answers at once. */
async function besideScript({ scriptCommits }, repos, work, runs) {
  const repo = await repos.get('folders');
  const reader = yamlReader();
  const range = [`main~${scriptCommits}`, 'main'];
  const receivers = await startReceivers(0);
  try {
    const script = [
      'bash',
      new URL('plain-tools.sh', import.meta.url).pathname,
      range.join('..'),
      `${receivers.url}/script`,
    ];
    const types = 'team.created, team.modified, team.members.removed, team.members.added, team.deleted';
    const args = send(
      repo,
      writeClients(work, receivers.url, 1, types),
      '--from',
      range[0],
      '--to',
      range[1],
    );
    const pairs = [];
    for (let run = 0; run < runs; run++) {
      const baseline = time({ command: ['env', `YAML_TO_JSON=${reader}`, ...script], cwd: repo });
      const { wallMs: ours } = await observe(args);
      const counts = new Set((await receivers.report()).map(([, { requests }]) => requests));
      if (counts.size !== 1)
        throw new Error(`the script and the program sent ${[...counts].join(' and ')} events`);
      pairs.push({ baseline: baseline / scriptCommits, ours: ours / scriptCommits, value: ours / baseline });
    }
    return {
      work: `a commit's delivery, of ${scriptCommits}, beside a shell script (git diff, ${reader}, jq, curl)`,
      baseline: median(pairs.map(({ baseline }) => baseline)),
      ours: median(pairs.map(({ ours }) => ours)),
      unit: 'ms',
      value: median(pairs.map(({ value }) => value)),
      valueUnit: '×',
      atMost: null,
    };
  } finally {
    receivers.stop();
  }
}

/** The two programs that are called yq, whichever is there. */
function yamlReader() {
  for (const reader of ['yq -o=json .', 'yq .']) {
    const { status, stdout } = spawnSync(reader.split(' ')[0], reader.split(' ').slice(1), {
      input: 'a: [1]\n',
      encoding: 'utf8',
    });
    if (status === 0 && /^\{\s*"a"/.test(stdout)) return reader;
  }
  throw new Error('the shell script needs yq, jq and curl');
}

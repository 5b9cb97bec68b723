/** A random schedule for the built program, real git and real HTTP; then calm, and the judge. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeFirst } from '../../../src/core/cursor/cursor.ts';
import { check, type Findings } from '../checker.ts';
import type { Cursor } from '../../../src/core/cursor/cursor.ts';
import { expectedLane, type History, type Written } from '../due.ts';
import { createJournal, type Journal } from '../journal.ts';
import { createRandom, type Random } from '../random.ts';
import { clientsText, randomOrder, randomTeams, randomTypes, type Version, type Wishes } from '../wishes.ts';
import { createTeamsRepo, printedHistory, type TeamsRepo } from './line-history.ts';
import { startProgram, type ProgramEnd } from './program.ts';
import { ACCEPT, startReceivers, type Behaviour, type Receivers } from './receivers.ts';
import { scratchFolder } from './scratch.ts';
import { fileStore, tagStore, type RealStore } from './stores.ts';

export interface RealResult extends Findings {
  readonly runs: number;
  readonly killed: number;
  readonly faults: readonly string[];
}

interface Scene {
  readonly random: Random;
  readonly journal: Journal;
  readonly repo: TeamsRepo;
  readonly history: History;
  readonly store: RealStore;
  readonly receivers: Receivers;
  readonly clientsPath: string;
  readonly versions: Version[];
  readonly written: Map<string, Written[]>;
  published: number;
  /** Where the store had each client when history was rewritten; undefined before. */
  left: ReadonlyMap<string, Cursor> | undefined;
  trouble: number;
  /** Told of each arrival: what a run that is to die at one of them listens to. */
  arrived: () => void;
}

const NAMES = ['one', 'two', 'three'];
/** What any run may end with, whatever went wrong around it. */
const EXPECTED: readonly (number | null)[] = [0, 3, 5, 8, 143, null];
/** By then pushes that the dead have left behind have arrived. */
const SETTLED_MS = 250;
const TIMEOUT_MS = 2000;

export async function runRealSchedule(seed: number): Promise<RealResult> {
  const folder = scratchFolder();
  const random = createRandom(seed);
  const journal = createJournal();
  const receivers = await startReceivers(() => journal);
  try {
    const repo = createTeamsRepo(
      folder.path,
      random,
      random.int(3, 8),
      random.chance(0.3) ? random.int(1, 2) : 0,
    );
    const store = random.chance(0.5) ? tagStore(repo) : fileStore(folder.path);
    const scene: Scene = {
      random,
      journal,
      repo,
      history: await printedHistory(repo),
      store,
      receivers,
      clientsPath: join(folder.path, 'clients.yml'),
      versions: [],
      written: new Map(),
      published: 0,
      left: undefined,
      trouble: 0,
      arrived: () => undefined,
    };
    receivers.behave = () => {
      scene.arrived();
      return behaviour(scene);
    };
    return await play(scene);
  } finally {
    await receivers.close();
    folder.remove();
  }
}

async function play(scene: Scene): Promise<RealResult> {
  const { random, journal, repo, store } = scene;
  const wrong: string[] = [];
  writeClients(scene, firstWishes(scene));
  noteBeginnings(scene);
  const begun = await run(scene, ['--init']);
  if (begun.code !== 0) wrong.push(`the first run ended with ${begun.code}: ${begun.stderr}`);
  noteCursors(scene);

  let runs = 1;
  let killed = 0;
  for (let round = random.int(2, 5); round > 0; round--) {
    scene.trouble = random.pick([0.2, 0.5, 0.8]);
    if (repo.rewrite && scene.left === undefined && random.chance(0.3)) await rewrite(scene);
    if (random.chance(0.8)) publish(scene);
    if (random.chance(0.4)) writeClients(scene, changedWishes(scene));
    for (const end of await troubledRuns(scene)) {
      runs++;
      if (end.code === null) killed++;
      if (!EXPECTED.includes(end.code)) wrong.push(`a run ended with ${end.code}: ${end.stderr}`);
    }
    noteCursors(scene);
  }

  scene.trouble = 0;
  if (repo.rewrite && scene.left === undefined) await rewrite(scene);
  scene.published = newestOf(scene);
  repo.publish(scene.published);
  writeClients(scene, calmWishes(scene));
  let calm: ProgramEnd | undefined;
  for (let tries = 0; tries < 4 && calm?.code !== 0; tries++) {
    await sleep(SETTLED_MS);
    calm = await run(scene, []);
  }
  if (calm?.code !== 0) wrong.push(`a calm run ended with ${calm?.code}: ${calm?.stderr}`);
  noteCursors(scene);
  const before = journal.arrivals.length;
  await run(scene, []);
  if (journal.arrivals.length > before) wrong.push('a run with nothing to do has sent something');

  const lanes = [...scene.written].map(([client, written]) =>
    expectedLane(
      client,
      scene.history,
      written,
      journal.arrivals,
      scene.versions,
      journal.faults,
      scene.left?.get(client),
    ),
  );
  const findings = check(lanes, journal.arrivals, journal.faults);
  const faults = journal.faults.map(({ what }) => what);
  return {
    ...findings,
    wrong: [...wrong, ...findings.wrong].map((one) => `${store.kind}: ${one}`),
    runs,
    killed,
    faults,
  };
}

const argsOf = ({ store, repo, clientsPath, published }: Scene): string[] => [
  '-C',
  repo.clone,
  '--cursor',
  store.option,
  '--clients',
  clientsPath,
  '--to',
  repo.commits[published] ?? '',
  '--allow-host',
  '127.0.0.1',
  '--on-rewrite',
  'squash',
  ...`--retry-delay 5ms --attempts 3 --give-up-after 3s --timeout ${TIMEOUT_MS}ms`.split(' '),
];

const run = (scene: Scene, more: readonly string[]): Promise<ProgramEnd> =>
  startProgram([...argsOf(scene), ...more]).ended;

/** One run or two at once, with what happens to them and around them. */
async function troubledRuns(scene: Scene): Promise<ProgramEnd[]> {
  const { random, journal, store, receivers } = scene;
  const sideBySide = random.chance(0.25);
  receivers.run = sideBySide ? undefined : journal.tick();
  const started = startProgram(argsOf(scene));
  const second = sideBySide ? startProgram(argsOf(scene), { beside: true }).ended : undefined;
  const endings: (() => void)[] = [];
  let left = random.int(1, 8);
  const fate = sideBySide
    ? 'none'
    : random.pick(['none', 'kill', 'kill', 'kill later', 'term', 'store', 'store', 'clients']);
  if (sideBySide && store.kind === 'tag' && random.chance(0.3)) scene.trouble = 0;
  scene.arrived = () => {
    if (--left !== 0) return;
    switch (fate) {
      case 'kill':
        started.signal('SIGKILL');
        return;
      case 'term':
        started.signal('SIGTERM');
        return;
      case 'store': {
        const { what, mend } = store.disturb(random);
        endings.push(mend, journal.lastingFault(what));
        return;
      }
      case 'clients':
        writeClients(scene, changedWishes(scene));
    }
  };
  if (fate === 'kill later') setTimeout(() => started.signal('SIGKILL'), random.int(50, 600));
  const first = await started.ended;
  const ends = second === undefined ? [first] : [first, await second];
  if (first.code === null || first.code === 143) {
    // What it had sent may arrive after its end.
    endings.push(journal.lastingFault(first.code === null ? 'kill' : 'stop'));
    await receivers.drained();
  }
  scene.arrived = () => undefined;
  for (const end of endings) end();
  return ends;
}

function behaviour({ random, trouble }: Scene): Behaviour {
  if (!random.chance(trouble * 0.4)) return random.chance(0.02) ? { kind: 'drip', status: 200 } : ACCEPT;
  const kind = random.int(0, 9);
  if (kind === 0) return random.chance(0.3) ? { kind: 'hang' } : { kind: 'reset' };
  if (kind < 4) return { kind: 'reset' };
  if (kind === 4) return { kind: 'answer', status: random.pick([400, 401, 410, 302]) };
  if (kind === 5 && random.chance(0.3)) return { kind: 'switch' };
  const retryAfter = random.chance(0.2) ? { retryAfter: '0' } : {};
  return { kind: 'answer', status: random.pick([404, 408, 409, 425, 429, 500, 503]), ...retryAfter };
}

function publish(scene: Scene): void {
  scene.published = scene.random.int(scene.published, newestOf(scene));
  scene.repo.publish(scene.published);
}

/** Index of the last commit of the line that counts now. */
const newestOf = ({ repo, left }: Scene): number =>
  (left === undefined ? (repo.rewrite?.first ?? repo.commits.length) : repo.commits.length) - 1;

/** Somebody force-pushes while no run is under way, and nothing more after it. */
async function rewrite(scene: Scene): Promise<void> {
  const { store, repo } = scene;
  await sleep(SETTLED_MS);
  noteCursors(scene);
  scene.left = new Map(store.cursors());
  scene.published = newestOf(scene);
  repo.publish(scene.published);
}

/** The first run begins the lanes, before which nothing is in the store: a snapshot at its very beginning. */
function noteBeginnings({ versions, written, journal, repo }: Scene): void {
  const [commit = ''] = repo.commits;
  for (const [client, { start }] of versions.at(-1)?.wishes ?? []) {
    const step = { from: null, to: commit, sequence: '000000000000.000000', sent: [] };
    const placed = start === 'snapshot' ? { commit, step } : { commit };
    const cursor = start === 'root' ? beforeFirst(commit) : placed;
    written.set(client, [{ at: journal.tick(), cursor }]);
  }
}

function noteCursors({ store, written, journal }: Scene): void {
  for (const [client, cursor] of store.cursors()) {
    const known = written.get(client) ?? [];
    known.push({ at: journal.tick(), cursor });
    written.set(client, known);
  }
}

function writeClients(
  { journal, clientsPath, versions, receivers }: Scene,
  wishes: ReadonlyMap<string, Wishes>,
): void {
  writeFileSync(
    `${clientsPath}.new`,
    clientsText(wishes, (client, type) => receivers.urlOf(client, type)),
  );
  const since = journal.tick();
  renameSync(`${clientsPath}.new`, clientsPath);
  versions.push({ since, wishes });
}

function firstWishes({ random }: Scene): ReadonlyMap<string, Wishes> {
  return new Map(
    NAMES.map((name) => [
      name,
      {
        start: random.pick(['now', 'snapshot', 'root']),
        types: randomTypes(random),
        teams: randomTeams(random),
        skip: [],
        paused: false,
        ...randomOrder(random),
      },
    ]),
  );
}

function changedWishes({ random, versions, history }: Scene): ReadonlyMap<string, Wishes> {
  const wishes = new Map(versions.at(-1)?.wishes);
  const events = history.log(-1, history.commits.length - 1).flatMap((step) => step.events);
  for (const [name, own] of wishes) {
    if (!random.chance(0.6)) continue;
    const skip = random.chance(0.2) ? [...own.skip, random.pick(events).id] : own.skip;
    const types = random.chance(0.7) ? randomTypes(random) : own.types;
    const teams = random.chance(0.3) ? randomTeams(random) : own.teams;
    const order = random.chance(0.2) && randomOrder(random);
    wishes.set(name, { ...own, types, teams, skip, paused: random.chance(0.15), ...order });
  }
  return wishes;
}

function calmWishes({ versions }: Scene): ReadonlyMap<string, Wishes> {
  const wishes = versions.at(-1)?.wishes ?? new Map<string, Wishes>();
  return new Map([...wishes].map(([name, own]) => [name, { ...own, paused: false }]));
}

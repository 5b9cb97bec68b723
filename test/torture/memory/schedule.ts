/** A random history, delivered by a random sequence of runs through random faults; then calm, and the judge. */
import type { Cursor } from '../../../src/core/cursor/cursor.ts';
import { CursorError } from '../../../src/errors.ts';
import { check, type Findings } from '../checker.ts';
import { createRandom, type Random } from '../random.ts';
import { expectedLane } from '../due.ts';
import { randomOrder, randomTeams, randomTypes, type Wishes } from '../wishes.ts';
import { randomHistory } from './random-history.ts';
import { runOnce, type RunEnd, type RunPlan } from './run.ts';
import { storyOf } from './story.ts';
import { createWorld, type World } from './world.ts';

export interface ScheduleResult extends Findings {
  readonly runs: number;
  readonly killed: number;
  readonly faults: number;
  /** What happened, for people. */
  readonly story: () => string;
}

const NAMES = ['one', 'two', 'three', 'four'];

export async function runSchedule(seed: number): Promise<ScheduleResult> {
  const random = createRandom(seed);
  const history = randomHistory(random, random.int(2, 9), random.chance(0.2) ? random.int(1, 3) : 0);
  const world = createWorld(random, history);
  return world.time.until(play(world));
}

async function play(world: World): Promise<ScheduleResult> {
  const { random, time, clients, history } = world;
  const claimMs = random.pick([3000, 10_000, 120_000]);
  let runs = 0;
  let killed = 0;
  const run = async (): Promise<void> => {
    const end = await runOnce(world, randomPlan(world, `run ${++runs}`, claimMs));
    if (end === 'killed') killed++;
    requireExpected(end);
  };
  world.published = random.int(0, world.newest);
  clients.write(firstWishes(random, history.commits));
  world.trouble = random.pick([0, 0.2, 0.5, 1]);
  for (const name of random.some(NAMES, 0.1)) world.paced.set(name, 0);

  let left: ReadonlyMap<string, Cursor> = new Map();
  for (let round = random.int(1, 6); round > 0; round--) {
    if (history.rewrite !== undefined && !world.rewritten && random.chance(0.4)) left = rewrite(world);
    if (random.chance(0.6)) publish(world);
    if (random.chance(0.4)) clients.write(changedWishes(world));
    if (random.chance(0.2)) unlock(world);
    await time.sleep(random.pick([0, 1000, 60_000, 300_000]));
    const bringBack = random.chance(0.1) ? deleteCursors(world) : () => undefined;
    const others = [run()];
    if (random.chance(0.3)) others.push(time.sleep(random.int(0, 8000)).then(run));
    if (random.chance(0.3)) others.push(meddle(world));
    await Promise.all(others);
    bringBack();
  }

  world.trouble = 0;
  if (history.rewrite !== undefined && !world.rewritten) left = rewrite(world);
  world.published = world.newest;
  clients.write(calmWishes(world));
  await time.sleep(claimMs + 60_000); // also what was late has arrived
  const unfinished = await calmRun(world, claimMs);
  const arrived = world.arrivals.length;
  await calmRun(world, claimMs);
  if (world.arrivals.length > arrived) unfinished.push('a run with nothing to do has sent something');

  const lanes = [...world.written].map(([client, written]) =>
    expectedLane(client, history, written, world.arrivals, clients.versions, world.faults, left.get(client)),
  );
  const findings = check(lanes, world.arrivals, world.faults);
  return {
    ...findings,
    wrong: [...unfinished, ...world.broken, ...findings.wrong],
    runs,
    killed,
    faults: world.faults.length,
    story: () => storyOf(world),
  };
}

/** What it has left undone; it has no reason to. */
async function calmRun(world: World, claimMs: number): Promise<string[]> {
  const plan = { name: `calm run at ${world.count()}`, claimMs, concurrency: Infinity, acts: Infinity };
  const end = await runOnce(world, { ...plan, to: world.published, stopAfterMs: undefined });
  if (end === 'killed' || end instanceof Error) throw new Error(`a calm run ended with ${String(end)}`);
  return end
    .filter(({ status, pending }) => status !== 'done' || pending > 0)
    .map(({ client, status, pending }) => `${client}: ${status} with ${pending} pending after a calm run`);
}

function randomPlan({ random, published, rewritten }: World, name: string, claimMs: number): RunPlan {
  return {
    name,
    claimMs,
    concurrency: random.pick([1, 2, Infinity]),
    to: random.chance(0.2) && !rewritten ? random.int(0, published) : published,
    acts: random.chance(0.5) ? random.int(0, random.pick([5, 30, 120])) : Infinity,
    stopAfterMs: random.chance(0.2) ? random.int(0, 20_000) : undefined,
  };
}

/** What the store or the network does to it is expected; a bug is not. */
function requireExpected(end: RunEnd): void {
  if (end instanceof Error && !(end instanceof CursorError)) throw end;
}

function publish(world: World): void {
  world.published = world.random.int(world.published, world.newest);
}

/**
 * Somebody force-pushes, while no run is under way; nothing more is pushed then, so that each lane has one way to go on.
 * Where the store has each client.
 */
function rewrite(world: World): ReadonlyMap<string, Cursor> {
  const { remote, written } = world;
  world.rewritten = true;
  world.published = world.newest;
  return new Map(
    [...written.keys()].flatMap((client): [string, Cursor][] => {
      const cursor = remote.get(client);
      return cursor === undefined ? [] : [[client, cursor]];
    }),
  );
}

/** A person lets others at what a run has claimed. */
function unlock(world: World): void {
  const { random, remote, written } = world;
  for (const client of random.some([...written.keys()], 0.5)) {
    const cursor = remote.get(client);
    if (cursor?.claim === undefined) continue;
    const { claim, ...unclaimed } = cursor;
    remote.put(client, unclaimed);
    const ended = world.lastingFault(`claim of ${claim.run} taken away`, client);
    const life = world.running.get(claim.run);
    if (life === undefined) ended();
    else void life.ended.then(ended);
  }
}

/** As somebody may by accident; until the function is called that brings them back. */
function deleteCursors({ random, remote, written, gone }: World): () => void {
  const deleted = random
    .some([...written.keys()], 0.5)
    .map((client) => [client, remote.get(client)] as const);
  for (const [client] of deleted) {
    remote.put(client, undefined);
    gone.add(client);
  }
  return () => {
    for (const [client, cursor] of deleted) remote.put(client, cursor);
    gone.clear();
  };
}

/** While runs go on. */
async function meddle(world: World): Promise<void> {
  const { random, time, clients } = world;
  for (let times = random.int(1, 4); times > 0; times--) {
    await time.sleep(random.int(1, 1500));
    if (random.chance(0.7)) clients.write(changedWishes(world));
    if (random.chance(0.3)) publish(world);
    if (random.chance(0.2)) unlock(world);
  }
}

function firstWishes(random: Random, commits: readonly string[]): ReadonlyMap<string, Wishes> {
  const start = (): string =>
    random.pick(['now', 'snapshot', 'snapshot', 'root', 'root', commits[0] ?? 'now']);
  return new Map(
    NAMES.slice(0, random.int(1, NAMES.length)).map((name) => [
      name,
      {
        start: start(),
        types: randomTypes(random),
        teams: randomTeams(random),
        skip: [],
        paused: false,
        ...randomOrder(random),
      },
    ]),
  );
}

function changedWishes(world: World): ReadonlyMap<string, Wishes> {
  const { random, clients, history } = world;
  const wishes = new Map(clients.versions.at(-1)?.wishes);
  const events = history.log(-1, history.commits.length - 1).flatMap((step) => step.events);
  for (const name of NAMES) {
    const own =
      wishes.get(name) ?? clients.versions.findLast((version) => version.wishes.has(name))?.wishes.get(name);
    if (own === undefined || !random.chance(0.5)) continue;
    const skip = random.chance(0.2) && events.length > 0 ? [...own.skip, random.pick(events).id] : own.skip;
    wishes.set(name, {
      ...own,
      types: random.chance(0.7) ? randomTypes(random) : own.types,
      teams: random.chance(0.3) ? randomTeams(random) : own.teams,
      skip: random.chance(0.1) ? [] : skip,
      paused: random.chance(0.15),
      ...(random.chance(0.2) && randomOrder(random)),
    });
    if (random.chance(0.1)) wishes.delete(name);
  }
  return wishes;
}

/** Everybody is back, and nobody is paused. */
function calmWishes({ clients }: World): ReadonlyMap<string, Wishes> {
  const all = new Map<string, Wishes>();
  for (const { wishes } of clients.versions) for (const [name, own] of wishes) all.set(name, own);
  return new Map([...all].map(([name, own]) => [name, { ...own, paused: false }]));
}

/** What outlives every run: the store, the receivers' log, history, the clients file. And what went wrong. */
import type { Cursor } from '../../../src/core/cursor/cursor.ts';
import type { CursorStore } from '../../../src/core/cursor/cursor-store.ts';
import { createMemoryRemote, type MemoryFault, type MemoryRemote } from '../../support/memory-store.ts';
import { createJournal, type Journal } from '../journal.ts';
import type { Random } from '../random.ts';
import type { Written } from '../due.ts';
import type { Life } from './life.ts';
import { createMemoryClients, type MemoryClients } from './random-clients.ts';
import type { History } from '../due.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface World extends Journal {
  readonly random: Random;
  readonly time: VirtualTime;
  readonly history: History;
  /** Index of the newest commit that is published. */
  published: number;
  /** Whether the second line has taken the place of the first. */
  rewritten: boolean;
  /** Index of the last commit of the line that counts now. */
  readonly newest: number;
  readonly remote: MemoryRemote;
  readonly clients: MemoryClients;
  /** By client: each cursor that the store ever had, oldest first. */
  readonly written: Map<string, Written[]>;
  /** Clients whose cursor somebody has deleted for a while. */
  readonly gone: Set<string>;
  /** What runs did to the store that they may not do. */
  readonly broken: string[];
  /** How likely things go wrong now. */
  trouble: number;
  /** Until when the store cannot be reached at all. */
  storeAwayUntilMs: number;
  /** Clients that take one event a second, and when they take the next. */
  readonly paced: Map<string, number>;
  /** The store as the run with this name and life gets it. */
  open(run: string, life: Life): CursorStore;
  /** Runs that are alive, by name. */
  readonly running: Map<string, Life>;
}

export function createWorld(random: Random, history: History): World {
  const journal = createJournal();
  const written = new Map<string, Written[]>();
  const remote = createMemoryRemote();
  const world: World = {
    ...journal,
    random,
    time: createVirtualTime(),
    history,
    published: 0,
    rewritten: false,
    get newest() {
      return (
        (this.rewritten ? history.commits.length : (history.rewrite?.first ?? history.commits.length)) - 1
      );
    },
    remote,
    clients: createMemoryClients(journal.tick),
    written,
    gone: new Set(),
    broken: [],
    trouble: 0,
    storeAwayUntilMs: 0,
    paced: new Map(),
    running: new Map(),
    open: (run, life) => openTroubled(world, run, life),
  };
  return world;
}

const STORE_TROUBLE: readonly MemoryFault['kind'][] = ['unreachable', 'lost', 'refused'];

function openTroubled(world: World, run: string, life: Life): CursorStore {
  const { remote, random, time } = world;
  const store = remote.open();
  const ends: (() => void)[] = [];
  void life.ended.then(() => ends.forEach((end) => end()));

  const isAway = (): boolean => {
    if (random.chance(world.trouble * 0.03)) world.storeAwayUntilMs = time.now() + 10_000;
    return time.now() < world.storeAwayUntilMs;
  };
  const choose = (clients: readonly string[]): MemoryFault | undefined => {
    if (isAway()) return { kind: 'unreachable' };
    if (!random.chance(world.trouble * 0.3)) return undefined;
    const kind = random.pick(STORE_TROUBLE);
    return kind === 'refused' ? { kind, clients: random.some(clients, 0.5) } : { kind };
  };
  /** Each call takes its time before and after it is done. */
  const slowly = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    await life.through(time.sleep(random.int(0, random.chance(world.trouble * 0.2) ? 20_000 : 300)));
    const result = call();
    result.catch(() => undefined);
    await life.through(time.sleep(random.int(0, 100)));
    return life.through(result);
  };
  return {
    ...store,
    read: (signal) =>
      slowly(() => {
        const away = isAway() || random.chance(world.trouble * 0.1);
        remote.fault = () => (away ? { kind: 'unreachable' } : undefined);
        return store.read(signal);
      }),
    write: (changes, signal) =>
      slowly(async () => {
        const before = new Map([...changes.keys()].map((client) => [client, remote.get(client)]));
        const fault = choose([...changes.keys()]);
        const tooLate = signal?.aborted === true ? 'given up' : undefined;
        const wrong = fault?.kind ?? tooLate;
        if (wrong !== undefined) ends.push(world.lastingFault(`store ${wrong}`));
        remote.fault = () => fault;
        const result = store.write(changes, signal);
        for (const [client, cursor] of before) noteWritten(client, cursor);
        return result;
      }),
    async close() {
      ends.forEach((end) => end());
      await store.close();
    },
  };

  /** What the store has now, if it is new; and whether it was taken from a run that lives. */
  function noteWritten(client: string, before: Cursor | undefined): void {
    const cursor = remote.get(client);
    if (cursor === undefined || cursor === before) return;
    const known = world.written.get(client) ?? [];
    known.push({ at: world.tick(), cursor });
    world.written.set(client, known);
    if (world.gone.has(client)) world.broken.push(`${client} began anew, though its cursor was only gone`);
    const { claim } = before ?? {};
    if (claim !== undefined && claim.run !== run && Date.parse(claim.until) > time.now()) {
      world.broken.push(`${run} took ${client} from ${claim.run}, whose claim was valid`);
    }
    const other = claim?.run;
    const holder = other === undefined || other === run ? undefined : world.running.get(other);
    if (holder !== undefined)
      void holder.ended.then(world.lastingFault(`claim of ${other} taken over`, client));
  }
}

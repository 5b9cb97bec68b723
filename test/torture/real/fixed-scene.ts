/** A fixed history and fixed clients, for what is done again and again with one thing different each time. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { check, type Arrival, type Findings } from '../checker.ts';
import { expectedLane, type History } from '../due.ts';
import { createJournal, type Journal } from '../journal.ts';
import { createRandom } from '../random.ts';
import { clientsText, type Wishes } from '../wishes.ts';
import { createTeamsRepo, printedHistory, type TeamsRepo } from './line-history.ts';
import { runProgram } from './program.ts';
import { ACCEPT, startReceivers, type Receivers } from './receivers.ts';
import { scratchFolder } from './scratch.ts';
import { fileStore, tagStore, type RealStore } from './stores.ts';

export interface FixedScene {
  readonly folder: string;
  readonly repo: TeamsRepo;
  readonly store: RealStore;
  readonly journal: Journal;
  readonly receivers: Receivers;
  /** What every run is told. */
  readonly args: readonly string[];
  /** As it was at first: no cursor, and nobody has got anything. */
  reset(): void;
  /** What the judge says of the time since the last reset. */
  findings(): Findings;
  close(): Promise<void>;
}

/** How the events of each client follow each other; one that is not named: one after the other. */
const ORDERS: Readonly<Record<string, Pick<Wishes, 'order' | 'parallel' | 'batch'>>> = {
  two: { order: 'team', parallel: 3 },
  three: { order: 'team', parallel: 3, batch: 'all' },
  four: { order: 'all', batch: 'all' },
};

/** Teams that are refused in the first run of a scene with held teams. */
const HELD = ['a', 'b', 'c'];

/**
 * All clients begin after the first commit, and are sent everything. `isHolding`: a first run to the middle of history
 * has left held teams in the cursors of those that go by team.
 */
export async function openFixedScene(
  kind: 'tag' | 'file',
  names: readonly string[],
  isHolding = false,
): Promise<FixedScene> {
  const { path: folder, remove } = scratchFolder();
  let journal = createJournal();
  const receivers = await startReceivers(() => journal);
  const repo = createTeamsRepo(folder, createRandom(7), 4);
  const history = await printedHistory(repo);
  const last = repo.commits.length - 1;
  const [first = ''] = repo.commits;
  repo.publish(last);
  const wishes = new Map<string, Wishes>(
    names.map((name) => [
      name,
      { start: first, types: EVENT_TYPES, teams: [], skip: [], paused: false, ...ORDERS[name] },
    ]),
  );
  const clientsPath = join(folder, 'clients.yml');
  writeFileSync(
    clientsPath,
    clientsText(wishes, (client, type) => receivers.urlOf(client, type)),
  );
  const store = kind === 'tag' ? tagStore(repo) : fileStore(folder);
  const args = [
    '-C',
    repo.clone,
    '--cursor',
    store.option,
    '--clients',
    clientsPath,
    ...'--init --allow-host 127.0.0.1 --retry-delay 5ms'.split(' '),
  ];
  const toCommit = (index: number): string[] => ['--to', repo.commits[index] ?? ''];
  /** What the store is in, and a copy of it as it is at the beginning. */
  const [kept, template] = [kind === 'tag' ? repo.remote : join(folder, 'cursors'), join(folder, 'template')];
  let before: readonly Arrival[] = [];
  if (isHolding) {
    const byTeam = names.filter((name) => ORDERS[name]?.order === 'team');
    receivers.behave = ({ client, body }) =>
      byTeam.includes(client) && HELD.some((team) => body.includes(`"subject":"${team}"`))
        ? { kind: 'answer', status: 400 }
        : ACCEPT;
    await runProgram([...args, ...toCommit(Math.ceil(last / 2))]);
    receivers.behave = () => ACCEPT;
    before = journal.arrivals;
    for (const name of byTeam)
      if (store.cursors().get(name)?.held === undefined) throw new Error(`nothing is held for ${name}`);
  }
  cpSync(kept, template, { recursive: true });
  return {
    folder,
    repo,
    store,
    receivers,
    get journal() {
      return journal;
    },
    args: [...args, ...toCommit(last)],
    reset() {
      journal = createJournal();
      journal.arrivals.push(...before.map((arrival) => ({ ...arrival, at: journal.tick() })));
      rmSync(kept, { recursive: true });
      cpSync(template, kept, { recursive: true });
    },
    findings: () => judge(names, first, wishes, history, journal),
    async close() {
      await receivers.close();
      remove();
    },
  };
}

function judge(
  names: readonly string[],
  first: string,
  wishes: ReadonlyMap<string, Wishes>,
  history: History,
  { arrivals, faults }: Journal,
): Findings {
  const lanes = names.map((name) =>
    expectedLane(
      name,
      history,
      [{ at: 0, cursor: { commit: first } }],
      arrivals,
      [{ since: 0, wishes }],
      faults,
    ),
  );
  return check(lanes, arrivals, faults);
}

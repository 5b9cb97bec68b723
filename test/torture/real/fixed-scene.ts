/** A fixed history and fixed clients, for what is done again and again with one thing different each time. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { check, type Findings } from '../checker.ts';
import { expectedLane, type History } from '../due.ts';
import { createJournal, type Journal } from '../journal.ts';
import { createRandom } from '../random.ts';
import { clientsText, type Wishes } from '../wishes.ts';
import { createTeamsRepo, printedHistory, type TeamsRepo } from './line-history.ts';
import { startReceivers, type Receivers } from './receivers.ts';
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

/** All clients begin after the first commit, and are sent everything. */
export async function openFixedScene(kind: 'tag' | 'file', names: readonly string[]): Promise<FixedScene> {
  const { path: folder, remove } = scratchFolder();
  let journal = createJournal();
  const receivers = await startReceivers(() => journal);
  const repo = createTeamsRepo(folder, createRandom(7), 4);
  const history = await printedHistory(repo);
  const last = repo.commits.length - 1;
  const [first = ''] = repo.commits;
  repo.publish(last);
  const template = join(folder, 'template.git');
  cpSync(repo.remote, template, { recursive: true });
  const wishes = new Map<string, Wishes>(
    names.map((name) => [name, { start: first, types: EVENT_TYPES, teams: [], skip: [], paused: false }]),
  );
  const clientsPath = join(folder, 'clients.yml');
  writeFileSync(
    clientsPath,
    clientsText(wishes, (client, type) => receivers.urlOf(client, type)),
  );
  const store = kind === 'tag' ? tagStore(repo) : fileStore(folder);
  return {
    folder,
    repo,
    store,
    receivers,
    get journal() {
      return journal;
    },
    args: [
      '-C',
      repo.clone,
      '--cursor',
      store.option,
      '--clients',
      clientsPath,
      '--to',
      repo.commits[last] ?? '',
      ...'--init --allow-host 127.0.0.1 --retry-delay 5ms'.split(' '),
    ],
    reset() {
      journal = createJournal();
      if (kind === 'tag') {
        rmSync(repo.remote, { recursive: true });
        cpSync(template, repo.remote, { recursive: true });
      } else {
        rmSync(join(folder, 'cursors'), { recursive: true });
        mkdirSync(join(folder, 'cursors'));
      }
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

/** Reports which clients begin in a run and where, and which were removed from the clients file. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { Console } from '../../adapters/process/terminal/console.ts';
import type { StoredCursors } from '../../core/cursor/cursor-store.ts';
import { counted } from '../../core/text/counted.ts';
import { forgetLines } from '../../reporters/commands/cursor-command.ts';
import { departedBehind, type DepartedBehind } from './departed-clients.ts';
import type { PendingLane } from './pending.ts';

/** How many removed clients are named. */
const LEFT_NAMED = 10;

interface LeftBehind {
  /** As given to `--cursor`. */
  readonly store: string;
  /** The full id of the end of the run. */
  readonly to: string;
  /** The clients that the run is for; none: all. */
  readonly client: readonly string[];
}

/**
 * Reports each client that begins in this run, and where: that happens once, and decides what the client will never be
 * sent. `left` are clients that have begun but are no longer in the clients file.
 */
export function noteBeginnings(
  lanes: readonly PendingLane[],
  to: string,
  left: readonly string[],
  console: Console,
): void {
  for (const { name, beginning } of lanes) {
    if (beginning.kind === 'renamed') console.note(`${name}: takes over the cursor of its former name`);
    if (beginning.kind !== 'new') continue;
    const at = beginning.start === 'now' ? `: at ${to.slice(0, 12)}` : '';
    console.note(`${name}: begins (start: ${beginning.start})${at}`);
  }
  noteLeft(lanes, left, console);
}

/** Warns about possible renames: a renamed client would begin anew, and what was pending for it would be lost. */
export function noteLeft(lanes: readonly PendingLane[], left: readonly string[], console: Console): void {
  const begins = lanes.filter(({ beginning }) => beginning.kind === 'new').map(({ name }) => name);
  if (begins.length === 0 || left.length === 0) return;
  console.note(
    `${left.join(', ')}: in the store, but not in the clients file any more. If that is an earlier name of ` +
      `${begins.join(' or ')}, write formerly: ${left[0]} there before it begins (afterwards: team-events cursor set)`,
  );
}

/**
 * Reports the clients in `left` that have events pending, as nobody would notice otherwise, and how to forget them. A run
 * for named clients is not about these.
 */
export async function noteLeftBehind(
  repository: Repository,
  left: readonly string[],
  stored: Pick<StoredCursors, 'cursors' | 'branch'>,
  { store, to, client: chosen }: LeftBehind,
  console: Console,
): Promise<void> {
  if (chosen.length > 0) return;
  const behind = await departedBehind(repository, left, stored, to);
  const at = { directory: repository.directory, remote: stored.branch?.remote };
  for (const one of behind.slice(0, LEFT_NAMED)) {
    const [how = '', ...command] = forgetLines(one.client, store, at);
    console.note([
      `${one.client}: not in the clients file any more; ${howFar(one)}. Nothing is sent to it; if its entry is put back, it goes on from there. ${how}`,
      ...command,
    ]);
  }
  if (behind.length > LEFT_NAMED) console.note(`… and ${behind.length - LEFT_NAMED} more such clients`);
}

function howFar({ commit, commits, partial, beforeFirst }: DepartedBehind): string {
  const at = beforeFirst ? 'before the first one' : `at ${commit.slice(0, 12)}`;
  return `${counted(commits, 'commit')} behind, ${at}${partial ? ' and in the middle of a step' : ''}`;
}

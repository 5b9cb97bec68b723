/** What moving a cursor by hand repeats or leaves out. */
import type { Style } from '../../adapters/process/terminal/style.ts';
import type { Commit } from '../../core/catalogue/history.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { printable } from '../../core/text/log-safe.ts';
import { commitText, counted } from '../../reporters/words.ts';

interface SharedMove {
  readonly client: string;
  /** Full ids of commits, as all here. */
  readonly to: string;
  readonly snapshot: boolean;
  /** What is pending afterwards. */
  readonly pending: readonly LoggedEvent[];
  /** Those that are named. */
  readonly commits: readonly string[];
  /** Nobody knows what the client wants: all events are counted. */
  readonly anyEvent: boolean;
}

export type Move =
  | (SharedMove & {
      readonly kind: 'moves';
      readonly from: string;
      /** It stands in the middle of a step. */
      readonly partial: boolean;
      readonly again: readonly LoggedEvent[];
      readonly never: readonly LoggedEvent[];
      /** The next event names none before it. */
      readonly anew: boolean;
    })
  | (SharedMove & { readonly kind: 'begins' })
  /** What the client was sent cannot be told; `message` is why. */
  | (SharedMove & { readonly kind: 'unknown'; readonly message: string })
  /** It is there already. */
  | (SharedMove & { readonly kind: 'there' });

/** How many events are named at either end of a list. */
const NAMED = 3;

export function moveText(move: Move, commits: ReadonlyMap<string, Commit>, style: Style): string {
  const { client, to, snapshot, pending, anyEvent } = move;
  const name = (id: string): string => commitText({ id, title: commits.get(id)?.title ?? null }, style);
  const target = snapshot ? `the snapshot of ${name(to)}` : name(to);
  const list = (what: string, events: readonly LoggedEvent[]): string[] => [
    `  ${what}: ${events.length === 0 ? 'none' : counted(events.length, 'event')}`,
    ...namedEvents(events).map((line) => `    ${line}`),
  ];
  const lines = ((): string[] => {
    switch (move.kind) {
      case 'there':
        return [`${style.bold(printable(client))} is at ${target} already: nothing to do`];
      case 'begins':
        return [
          `${style.bold(printable(client))} has not begun. It would begin at ${target}`,
          ...list('pending then', pending),
        ];
      case 'unknown':
        return [
          `${style.bold(printable(client))} would be at ${target}`,
          `  What that repeats or leaves out cannot be told: ${printable(move.message)}`,
          ...list('pending then', pending),
        ];
      case 'moves': {
        const partial = move.partial ? ', and in the middle of the next step' : '';
        return [
          `${style.bold(printable(client))} is at ${name(move.from)}${partial}. It would be at ${target}`,
          ...list(snapshot ? 'sent, though it may know of it' : 'sent again', move.again),
          ...list('never sent', move.never),
          `  pending then: ${counted(pending.length, 'event')}`,
          ...(move.anew ? ['  The next event will name no event before it: its receiver begins anew.'] : []),
        ];
      }
    }
  })();
  if (anyEvent && move.kind !== 'there') {
    lines.push('  The clients file does not tell what it wants: all events are counted.');
  }
  return `${lines.join('\n')}\n`;
}

/** The first and the last few. */
function namedEvents(events: readonly LoggedEvent[]): string[] {
  const line = ({ type, subject, commit, id }: LoggedEvent): string =>
    `${type} ${printable(subject)}  ${commit.slice(0, 12)}  ${id}`;
  if (events.length <= 2 * NAMED) return events.map(line);
  const left = events.length - 2 * NAMED;
  return [...events.slice(0, NAMED).map(line), `… and ${left} more …`, ...events.slice(-NAMED).map(line)];
}

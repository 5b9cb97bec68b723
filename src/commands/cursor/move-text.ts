/** Describes what moving a cursor by hand would send again or never send. */
import type { Style } from '../../adapters/process/terminal/style.ts';
import type { Commit } from '../../core/catalogue/history.ts';
import { isBeforeFirst, type Cursor } from '../../core/cursor/cursor.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { counted } from '../../core/text/counted.ts';
import { printable } from '../../core/text/log-safe.ts';
import { commitText } from '../../reporters/commit-text.ts';

interface SharedMove {
  readonly client: string;
  /** Full commit ids, here and below. */
  readonly to: string;
  /** Set if the cursor is placed right after this event. */
  readonly event: LoggedEvent | undefined;
  readonly snapshot: boolean;
  /** Whether it is placed before `to`, which is then the first commit. */
  readonly root: boolean;
  /** Events that are pending after the move. */
  readonly pending: readonly LoggedEvent[];
  /** The commits that the text names. */
  readonly commits: readonly string[];
  /** Set if the client's subscriptions are unknown: all events are counted. */
  readonly anyEvent: boolean;
}

export type Move =
  | (SharedMove & {
      readonly kind: 'moves';
      readonly from: Cursor;
      readonly again: readonly LoggedEvent[];
      readonly never: readonly LoggedEvent[];
      /** Whether the next event will name no previous event. */
      readonly anew: boolean;
    })
  | (SharedMove & { readonly kind: 'begins' })
  /** What the client was sent is unknown; `message` says why. */
  | (SharedMove & { readonly kind: 'unknown'; readonly message: string })
  /** The cursor is already there. */
  | (SharedMove & { readonly kind: 'there' });

/** Number of events named at each end of a list. */
const NAMED = 3;

export function moveText(move: Move, commits: ReadonlyMap<string, Commit>, style: Style): string {
  const { client, to, event, snapshot, root, pending, anyEvent } = move;
  const name = (id: string): string => commitText({ id, title: commits.get(id)?.title ?? null }, style);
  const before = (first: string): string => `before the first commit, ${name(first)}`;
  const target = event
    ? `after ${event.type} ${printable(event.subject)} of ${name(event.commit)}`
    : root
      ? before(to)
      : `at ${snapshot ? 'the snapshot of ' : ''}${name(to)}`;
  const list = (what: string, events: readonly LoggedEvent[]): string[] => [
    `  ${what}: ${events.length === 0 ? 'none' : counted(events.length, 'event')}`,
    ...namedEvents(events).map((line) => `    ${line}`),
  ];
  const lines = ((): string[] => {
    switch (move.kind) {
      case 'there':
        return [`${style.bold(printable(client))} is ${target} already: nothing to do`];
      case 'begins':
        return [
          `${style.bold(printable(client))} has not begun. It would begin ${target}`,
          ...list('pending then', pending),
        ];
      case 'unknown':
        return [
          `${style.bold(printable(client))} would be ${target}`,
          `  What that would repeat or leave out is unknown: ${printable(move.message)}`,
          ...list('pending then', pending),
        ];
      case 'moves': {
        const from = ((): string => {
          const { commit, step } = move.from;
          if (isBeforeFirst(move.from)) return before(commit);
          if (step?.root) return `in the middle of the first commit, ${name(commit)}`;
          return `at ${name(commit)}${step ? ', and in the middle of the next step' : ''}`;
        })();
        return [
          `${style.bold(printable(client))} is ${from}. It would be ${target}`,
          ...list(snapshot ? 'sent, though it may have got it before' : 'sent again', move.again),
          ...list('never sent', move.never),
          `  pending then: ${counted(pending.length, 'event')}`,
          ...(move.anew ? ['  The next event will name no previous event: its receiver starts over.'] : []),
        ];
      }
    }
  })();
  if (anyEvent && move.kind !== 'there') {
    lines.push('  The clients file does not say what this client subscribes to: all events are counted.');
  }
  return `${lines.join('\n')}\n`;
}

/** The first few and the last few. */
function namedEvents(events: readonly LoggedEvent[]): string[] {
  const line = ({ type, subject, commit, id }: LoggedEvent): string =>
    `${type} ${printable(subject)}  ${commit.slice(0, 12)}  ${id}`;
  if (events.length <= 2 * NAMED) return events.map(line);
  const left = events.length - 2 * NAMED;
  return [...events.slice(0, NAMED).map(line), `… and ${left} more …`, ...events.slice(-NAMED).map(line)];
}

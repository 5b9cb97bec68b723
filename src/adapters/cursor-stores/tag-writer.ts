/**
 * Moves the tags of many clients in one push, and tells what became of each.
 *
 * The answer of a push is not believed where it is no: the refs are read again. A ref that is on our object was
 * moved by us, though the answer was lost; one that is on something else was moved by another run; one that is
 * where it was has been refused, if the server says so, else the push did not get through.
 */
import type { Cursor } from '../../core/cursor/cursor.ts';
import type { CursorChange, CursorStore, WriteResult } from '../../core/cursor/cursor-store.ts';
import type { CursorError } from '../../errors.ts';
import type { RefUpdate, Refusal } from '../git/remote/push-each.ts';
import type { RefList, RemoteRef } from '../git/remote/ref-list.ts';
import { remoteError, type PushResult, type Remote } from '../git/remote/remote.ts';
import { troubleOf } from '../git/remote/remote-trouble.ts';

export interface TagWriterOptions {
  readonly remote: Remote;
  readonly refOf: (client: string) => string;
  /** The ref that says that the client has begun. */
  readonly markOf: (client: string) => string;
  /** Clients whose mark is there; `list` adds to them. */
  readonly begun: Set<string>;
  /** Ids of new tag objects. */
  readonly make: (
    cursors: readonly (readonly [client: string, cursor: Cursor])[],
  ) => Promise<readonly string[]>;
  readonly list: (signal?: AbortSignal) => Promise<RefList>;
  /** Whose doing it is, for those clients where that can be told. */
  readonly whoMoved: (
    moved: ReadonlyMap<string, RemoteRef>,
    signal?: AbortSignal,
  ) => Promise<ReadonlyMap<string, string>>;
}

interface Move extends RefUpdate {
  readonly client: string;
  readonly cursor: Cursor;
}

type Judgement =
  | WriteResult
  | { readonly kind: 'again'; readonly move: Move }
  /** It is where it was, and nobody knows why. */
  | { readonly kind: 'unanswered' };

/** How often what only met another run's push, or an earlier one of ours, is pushed. */
const MAX_PUSHES = 4;
/** The server was moving the same ref for somebody else. */
const IN_THE_WAY =
  /cannot lock|failed to (?:update|lock) ref|incorrect old value|already exists|is missing|stale/i;

export function createTagWriter(options: TagWriterOptions): CursorStore['write'] {
  const { remote, refOf, markOf, begun, make, list, whoMoved } = options;
  /** By client: objects that were pushed, and the ref may come to be on them yet. */
  const unsettled = new Map<string, Set<string>>();

  const push = async (moves: readonly Move[], signal?: AbortSignal): Promise<PushResult> => {
    for (const { client, id } of moves) unsettled.set(client, (unsettled.get(client) ?? new Set()).add(id));
    const pushed = await remote.push(moves, signal);
    // Only now, and only of those: a mark without its cursor would look like a cursor that is gone. The other way
    // round, after a crash in between, the next write makes the mark.
    const marks = moves
      .filter((move) => isAccepted(move, pushed) && !begun.has(move.client))
      .map(({ client, cursor }) => ({ client, ref: markOf(client), expected: undefined, id: cursor.commit }));
    if (marks.length === 0) return pushed;
    const marked = await remote.push(marks, signal);
    for (const mark of marks) if (isAccepted(mark, marked)) begun.add(mark.client);
    return {
      report: new Map([...pushed.report, ...marked.report]),
      serverMessage: pushed.serverMessage || marked.serverMessage,
    };
  };

  /** After the refs were read again. */
  const judge = (move: Move, refs: RefList['refs'], pushed: PushResult): Judgement => {
    const now = refs.get(move.ref)?.id;
    if (now === move.id) {
      if (begun.has(move.client)) return { kind: 'written', version: move.id };
      const mark = markOf(move.client);
      const refusal = pushed.report.get(mark);
      // Nothing was said of it: the answer was lost before its turn.
      if (refusal === undefined || IN_THE_WAY.test(refusal.reason)) {
        return { kind: 'again', move: { ...move, expected: now } };
      }
      return refused(`its cursor was written, but the server does not take ${mark}`, refusal);
    }
    if (now !== undefined && unsettled.get(move.client)?.has(now) === true) {
      return { kind: 'again', move: { ...move, expected: now } };
    }
    if (now !== move.expected) return { kind: 'moved' };
    const refusal = pushed.report.get(move.ref);
    if (refusal === undefined) return { kind: 'unanswered' };
    if (IN_THE_WAY.test(refusal.reason)) return { kind: 'again', move };
    return refused(`the server does not take ${move.ref}`, refusal);
  };

  return async (changes, signal) => {
    const results = new Map<string, WriteResult>();
    const moved = new Map<string, RemoteRef>();
    let moves = await prepare(changes);
    for (let pushes = 1; moves.length > 0; pushes++) {
      const pushed = await push(moves, signal);
      const done = moves.filter((move) => isAccepted(move, pushed) && begun.has(move.client));
      for (const { client, id } of done) results.set(client, { kind: 'written', version: id });
      const left = moves.filter(({ client }) => !results.has(client));
      if (left.length === 0) break;

      const { refs } = await list(signal);
      moves = [];
      for (const move of left) {
        const judged = judge(move, refs, pushed);
        const ref = refs.get(move.ref);
        if (judged.kind === 'moved' && ref !== undefined) moved.set(move.client, ref);
        if (judged.kind !== 'again' && judged.kind !== 'unanswered') {
          results.set(move.client, judged);
        } else if (judged.kind === 'unanswered' && pushed.report.size === 0) {
          throw notThrough(remote, pushed);
        } else if (pushes < MAX_PUSHES) {
          moves.push(judged.kind === 'again' ? judged.move : move);
        } else {
          const refusal = pushed.report.get(move.ref) ?? pushed.report.get(markOf(move.client));
          if (refusal === undefined && results.size === 0) throw notThrough(remote, pushed);
          results.set(move.client, refused(`the server does not take ${move.ref}`, refusal ?? SILENCE));
        }
      }
    }
    if (moved.size > 0) {
      for (const [client, by] of await whoMoved(moved, signal)) results.set(client, { kind: 'moved', by });
    }
    // Only now: what throws before leaves the caller with its old versions. A refused push may still arrive late.
    for (const [client, { kind }] of results) if (kind !== 'refused') unsettled.delete(client);
    return results;
  };

  async function prepare(changes: ReadonlyMap<string, CursorChange>): Promise<Move[]> {
    const cursors = [...changes].map(([client, { cursor }]) => [client, cursor] as const);
    const ids = cursors.length === 0 ? [] : await make(cursors);
    return [...changes].map(([client, { expected, cursor }], index) => {
      return { client, cursor, ref: refOf(client), expected, id: ids[index] ?? '' };
    });
  }
}

const isAccepted = ({ ref }: RefUpdate, { report }: PushResult): boolean =>
  report.has(ref) && report.get(ref) === undefined;

const notThrough = ({ name }: Remote, { serverMessage }: PushResult): CursorError =>
  remoteError(`a push to the remote ${name} did not get through`, serverMessage);

const SILENCE: Refusal = { reason: 'it does not say what became of it', lines: [], others: 0 };

function refused(message: string, { reason, lines, others }: Refusal): WriteResult {
  const together = `, with ${others} other${others === 1 ? '' : 's'}: there was no time to try it alone`;
  const { advice } = troubleOf([reason, ...lines].join('\n'), true);
  return {
    kind: 'refused',
    message: `${message}: ${reason}${others > 0 ? together : ''}`,
    details: [...lines.map((line) => `remote: ${line}`), advice],
  };
}

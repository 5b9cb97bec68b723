/**
 * Moves the tags of many clients in one push, and reports the result for each.
 *
 * A negative result of a push is not trusted: the refs are read again. A ref that points to our object was moved by us,
 * although the reply was lost. One that points elsewhere was moved by another run. One that is unchanged was refused if
 * the server says so; otherwise the push did not get through.
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
  /** The ref that marks a client as begun. */
  readonly markOf: (client: string) => string;
  /** Clients whose mark exists; `list` adds to them. */
  readonly begun: Set<string>;
  /** Writes tag objects and returns their ids. */
  readonly make: (
    cursors: readonly (readonly [client: string, cursor: Cursor])[],
  ) => Promise<readonly string[]>;
  readonly list: (signal?: AbortSignal) => Promise<RefList>;
  /** Which run moved each cursor, for those clients where it is known. */
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
  /** The ref is unchanged, for an unknown reason. */
  | { readonly kind: 'unanswered' };

/** How often to push again after a collision with another run's push, or with an earlier one of ours. */
const MAX_PUSHES = 4;
/** Messages that mean that the server was just updating the same ref for another push. */
const IN_THE_WAY =
  /cannot lock|failed to (?:update|lock) ref|incorrect old value|already exists|is missing|stale/i;

export function createTagWriter(options: TagWriterOptions): CursorStore['write'] {
  const { remote, refOf, markOf, begun, make, list, whoMoved } = options;
  /** By client: objects that were pushed, and to which the ref may still be moved. */
  const unsettled = new Map<string, Set<string>>();

  const push = async (moves: readonly Move[], signal?: AbortSignal): Promise<PushResult> => {
    for (const { client, id } of moves) unsettled.set(client, (unsettled.get(client) ?? new Set()).add(id));
    const pushed = await remote.push(moves, signal);
    // Only after the cursors, and only for accepted ones: a mark without a cursor would look like a lost cursor. After
    // a crash in between, the next write adds the mark.
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

  /** Decides the result of a move, after the refs were read again. */
  const judge = (move: Move, refs: RefList['refs'], pushed: PushResult): Judgement => {
    const now = refs.get(move.ref)?.id;
    if (now === move.id) {
      if (begun.has(move.client)) return { kind: 'written', version: move.id };
      const mark = markOf(move.client);
      const refusal = pushed.report.get(mark);
      // No reply for this ref, neither accepted nor rejected.
      if (refusal === undefined || IN_THE_WAY.test(refusal.reason)) {
        return { kind: 'again', move: { ...move, expected: now } };
      }
      return refused(`its cursor was written, but the server refuses ${mark}`, refusal);
    }
    if (now !== undefined && unsettled.get(move.client)?.has(now) === true) {
      return { kind: 'again', move: { ...move, expected: now } };
    }
    if (now !== move.expected) return { kind: 'moved' };
    const refusal = pushed.report.get(move.ref);
    if (refusal === undefined) return { kind: 'unanswered' };
    if (IN_THE_WAY.test(refusal.reason)) return { kind: 'again', move };
    return refused(`the server refuses ${move.ref}`, refusal);
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
          results.set(move.client, refused(`the server refuses ${move.ref}`, refusal ?? SILENCE));
        }
      }
    }
    if (moved.size > 0) {
      for (const [client, by] of await whoMoved(moved, signal)) results.set(client, { kind: 'moved', by });
    }
    // Only at the end: if anything threw before, the caller still has its old versions. A refused push may still arrive
    // late.
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

const SILENCE: Refusal = { reason: 'it does not report the result', lines: [], others: 0 };

function refused(message: string, { reason, lines, others }: Refusal): WriteResult {
  const together = `, with ${others} other${others === 1 ? '' : 's'}: there was no time to try it alone`;
  const { advice } = troubleOf([reason, ...lines].join('\n'), true);
  return {
    kind: 'refused',
    message: `${message}: ${reason}${others > 0 ? together : ''}`,
    details: [...lines.map((line) => `remote: ${line}`), advice],
  };
}

/**
 * Pushes many refs, each on its own merits: in portions, and if a push is refused as a whole, in ever smaller parts.
 *
 *     a b c d e f g h   one of them is protected: "pre-receive hook declined" for all
 *     a b c d │ e f g h
 *               e f │ g h
 *                     g │ h   refused alone, so the reason is about this ref
 */
import type { PushReport } from './push-report.ts';

export interface RefUpdate {
  readonly ref: string;
  /** What the ref points to now, unpeeled; undefined if it must not exist. */
  readonly expected: string | undefined;
  readonly id: string;
}

export interface Refusal {
  /** In git's words, such as `pre-receive hook declined`. */
  readonly reason: string;
  /** The server's messages about this ref, or about all. */
  readonly lines: readonly string[];
  /** The number of other refs pushed together with it, if it was refused with them and not tried without them. */
  readonly others: number;
}

/** The result of one push. */
export interface OnePush {
  readonly report: PushReport;
  readonly lines: readonly string[];
}

/** undefined for an accepted ref. For refs that are not in it the result is unknown. */
export type EachRef = ReadonlyMap<string, Refusal | undefined>;

/** Limit for the arguments of one push, in bytes; systems allow about 2 MB including the environment, some less. */
const MAX_BYTES = 100_000;
const MAX_LINES = 12;

/** Reasons that concern one ref, whatever happens to others: git's own, and GitHub's rules for branches and tags. */
const ALONE =
  /^(?:hook declined$|deny |cannot lock|failed to (?:update|lock) ref|incorrect old value|protected branch hook|push declined due to repository rule)/i;
/** A limit for all refs of a push, as GitHub's rules can set. */
const LIMIT = /can ?not update more than (\d+) (?:branches|tags|refs)/i;

/**
 * `push` makes one push. Refused refs are retried in smaller groups while `goesOn` returns true; a push that reports no
 * ref is the last.
 */
export async function pushEach(
  updates: readonly RefUpdate[],
  push: (updates: readonly RefUpdate[]) => Promise<OnePush>,
  goesOn: () => boolean,
): Promise<EachRef> {
  const told = new Map<string, Refusal | undefined>();
  let groups = portions(updates);
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const wasRefused = told.has(group[0]?.ref ?? '');
    if (wasRefused && !goesOn()) continue;
    const { report, lines } = await push(group);
    if (report.size === 0) break;
    const names = namesIn(lines, group);
    const limit = Number(lines.map((line) => LIMIT.exec(line)?.[1]).find(Boolean) ?? Infinity);
    const together = refusedTogether(group, report, limit < group.length);
    for (const { ref } of group) {
      const rejection = report.get(ref);
      if (rejection !== undefined) {
        const others = Math.max(0, together.length - 1);
        told.set(ref, { reason: rejection.reason, lines: linesAbout(ref, lines, names), others });
      } else if (report.has(ref)) told.set(ref, undefined);
      else told.delete(ref);
    }
    if (together.length > limit) groups.push(together);
    else if (together.length > 1) groups.push(...splitUp(together, names));
    if (limit < Infinity) groups = groups.flatMap((one) => portions(one, limit));
  }
  return told;
}

/** Groups that fit into one push, in order. */
function portions(updates: readonly RefUpdate[], most = Infinity): (readonly RefUpdate[])[] {
  const groups: RefUpdate[][] = [];
  let room = 0;
  for (const update of updates) {
    const bytes = 2 * Buffer.byteLength(update.ref) + update.id.length + (update.expected?.length ?? 0) + 40;
    const last = groups.at(-1);
    if (last === undefined || bytes > room || last.length >= most) {
      groups.push([update]);
      room = MAX_BYTES - bytes;
    } else {
      last.push(update);
      room -= bytes;
    }
  }
  return groups;
}

/** The refs that may have been refused because of another one; a single ref is not enough. */
function refusedTogether(
  group: readonly RefUpdate[],
  report: PushReport,
  tooMany: boolean,
): readonly RefUpdate[] {
  if (group.some(({ ref }) => report.has(ref) && report.get(ref) === undefined)) return [];
  const refused = group.filter(({ ref }) => {
    const rejection = report.get(ref);
    return rejection?.byServer === true && (tooMany || !ALONE.test(rejection.reason));
  });
  return refused.length < 2 ? [] : refused;
}

/**
 * Splits a group in two: the refs named by the server from the others, else existing refs from new ones, else in the
 * middle.
 */
function splitUp(updates: readonly RefUpdate[], { refs }: Names): readonly (readonly RefUpdate[])[] {
  const apart = (belongs: (update: RefUpdate) => boolean): readonly (readonly RefUpdate[])[] | undefined => {
    const parts = [updates.filter((one) => !belongs(one)), updates.filter(belongs)];
    return parts.every((part) => part.length > 0) ? parts : undefined;
  };
  const middle = Math.ceil(updates.length / 2);
  return (
    apart(({ ref }) => refs.has(ref)) ??
    apart(({ expected }) => expected === undefined) ?? [updates.slice(0, middle), updates.slice(middle)]
  );
}

/** The refs of a push that the server's messages name. */
interface Names {
  readonly refs: ReadonlySet<string>;
  /** By the index of the line. */
  readonly inLines: ReadonlyMap<number, ReadonlySet<string>>;
}

function namesIn(lines: readonly string[], updates: readonly RefUpdate[]): Names {
  const known = new Map(
    updates.flatMap(({ ref }) => [[ref, ref] as const, [ref.replace(/^refs\/tags\//, ''), ref] as const]),
  );
  const inLines = new Map<number, Set<string>>();
  for (const [index, line] of lines.entries()) {
    for (const [word] of line.matchAll(/[^\s'"`“”:,;()[\]]+/g)) {
      const ref = known.get(word) ?? known.get(word.replace(/\.+$/, ''));
      if (ref !== undefined) inLines.set(index, (inLines.get(index) ?? new Set()).add(ref));
    }
  }
  return { refs: new Set([...inLines.values()].flatMap((refs) => [...refs])), inLines };
}

/** The server's lines, without those that name only other refs. */
const linesAbout = (ref: string, lines: readonly string[], { inLines }: Names): readonly string[] =>
  lines.filter((_, index) => inLines.get(index)?.has(ref) ?? true).slice(0, MAX_LINES);

/** Where a client's lane begins in this run, by what the store and the client's entry say. */
import { claimState, DEFAULT_CLAIM_MS } from './claim.ts';
import type { Cursor } from './cursor.ts';
import type { StoredCursors, Version } from './cursor-store.ts';

export type Beginning =
  /** It continues from its cursor. */
  | { readonly kind: 'cursor'; readonly cursor: Cursor; readonly version: Version }
  /** It takes over the cursor under its earlier name (`formerly`). */
  | { readonly kind: 'renamed'; readonly cursor: Cursor }
  /** It has no cursor yet: `now`, `snapshot`, `root`, or a branch, a tag or a commit id. */
  | { readonly kind: 'new'; readonly start: string }
  /** Another run serves it until then, unless that run renews or releases the claim. */
  | { readonly kind: 'claimed'; readonly cursor: Cursor; readonly run: string; readonly until: string }
  /** Its cursor is missing or corrupt: it is never treated as a new client. */
  | { readonly kind: 'unusable'; readonly message: string };

/**
 * Decides how a lane begins. `nowMs`, and `claimMs` (how long this run's own claims last), decide whether a claim is
 * still valid.
 */
export function beginningOf(
  {
    name,
    formerly,
    start,
  }: { readonly name: string; readonly formerly: string | undefined; readonly start: string },
  stored: StoredCursors,
  nowMs: number,
  claimMs: number = DEFAULT_CLAIM_MS,
): Beginning {
  const own = lookUp(name, stored, nowMs, claimMs);
  if (own !== undefined) return own;
  const earlier = formerly === undefined ? undefined : lookUp(formerly, stored, nowMs, claimMs);
  if (earlier === undefined) return { kind: 'new', start };
  return earlier.kind === 'cursor' ? { kind: 'renamed', cursor: earlier.cursor } : earlier;
}

type Known = Exclude<Beginning, { kind: 'new' | 'renamed' }>;

function lookUp(
  name: string,
  { cursors, known }: StoredCursors,
  nowMs: number,
  claimMs: number,
): Known | undefined {
  const stored = cursors.get(name);
  if (stored === undefined) {
    return known.has(name) ? { kind: 'unusable', message: `the cursor of ${name} is gone` } : undefined;
  }
  if (stored.kind === 'corrupt') {
    return { kind: 'unusable', message: `the cursor of ${name} is corrupt (${stored.message})` };
  }
  const { cursor, version } = stored;
  if (cursor.claim !== undefined && claimState(cursor.claim, nowMs, claimMs) === 'valid') {
    return { kind: 'claimed', cursor, ...cursor.claim };
  }
  return { kind: 'cursor', cursor, version };
}

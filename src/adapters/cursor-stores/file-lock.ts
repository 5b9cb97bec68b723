/**
 * A lock beside a file, held for as long as a run lasts. The lock of a dead run is taken over, by one run only.
 *
 *     PATH.lock                 a symbolic link whose target is the holder, as JSON
 *     PATH.lock.<token>         the run that took over from the holder with this token, and so on
 *
 * A link is created in one step together with its content, so a lock is never seen empty, and a killed run leaves no
 * half-made file. Locks are never replaced: a run that takes over creates the next link of the chain, which only one
 * run can do, and then holds the lock if the chain still starts at the same root. (A holder that ends removes the root
 * first, so a link created while the chain is being removed has no root.)
 *
 * Whether a holder in another container or on another machine is alive cannot be seen. Its lock lapses as claims do:
 * it says until when it is valid, and its holder renews it through the link's modification time. A holder that was only
 * suspended sees afterwards that the chain continues after its link (`isHeld`).
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, lutimesSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import * as v from 'valibot';
import { claimState, DEFAULT_CLAIM_MS } from '../../core/cursor/claim.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { ConflictError, CursorError } from '../../errors.ts';
import { closeAtProcessEnd } from '../process/process-end.ts';
import { lifeOf, thisProcess, type RunningProcess } from '../process/running-process.ts';

const holderSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  host: v.string(),
  space: v.string(),
  started: v.string(),
  since: v.string(),
  /** undefined: written by a version whose locks did not lapse; never renewed. */
  until: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
});
type Holder = RunningProcess & v.InferOutput<typeof holderSchema>;
type Found = Holder & { readonly putOffMs: number };

export interface LockOptions {
  /** A lock that its run has not renewed for this long lapses, if the run cannot be seen from here. */
  readonly claimMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface FileLock {
  /** Whether no other run has taken over, according to the disk. */
  isHeld(): boolean;
  /** As `isHeld`, but looks at the disk only if the lock may have lapsed since. */
  holds(): boolean;
  /** May be called again. */
  release(): void;
}

/**
 * Locks the file.
 * @throws {ConflictError} if another run holds the lock
 * @throws {CursorError} if it cannot be created
 */
export function lockFile(
  path: string,
  { claimMs = DEFAULT_CLAIM_MS, now = Date.now }: Partial<LockOptions> = {},
): FileLock {
  const options = { claimMs, now };
  const root = `${path}.lock`;
  const own = describeSelf(options);
  for (;;) {
    const chain: string[] = [];
    let rootToken = own.token;
    for (let link = root; ;) {
      chain.push(link);
      if (make(link, own)) {
        if (read(root)?.token === rootToken) return heldLock(chain, rootToken, own, options);
        unlinkQuietly(link); // the chain was removed meanwhile
        break;
      }
      const holder = read(link);
      if (holder === undefined) break; // it was released meanwhile
      if (!isFree(holder, own, options)) throw heldBy(path, root, holder, own, options);
      if (link === root) rootToken = holder.token;
      link = `${root}.${holder.token}`;
    }
  }
}

/** Why the file cannot be locked now; undefined if it can. Changes nothing. */
export function whyLocked(
  path: string,
  { claimMs = DEFAULT_CLAIM_MS, now = Date.now }: Partial<LockOptions> = {},
): ConflictError | undefined {
  const options = { claimMs, now };
  const own = describeSelf(options);
  const root = `${path}.lock`;
  try {
    for (let link = root; ;) {
      const holder = read(link);
      if (holder === undefined) return undefined;
      if (!isFree(holder, own, options)) return heldBy(path, root, holder, own, options);
      link = `${root}.${holder.token}`;
    }
  } catch (error) {
    if (error instanceof ConflictError) return error;
    throw error;
  }
}

/** Whether its holder is dead, or has not renewed it for so long that it counts as dead. */
function isFree(holder: Found, own: Holder, options: LockOptions): boolean {
  const life = lifeOf(holder, own);
  if (life !== 'unknown' || holder.until === undefined) return life === 'dead';
  return countsUntil(holder, options) === undefined;
}

/** As RFC 3339; undefined if no longer valid. Until the first renewal the link's time is its creation time. */
function countsUntil({ until = '', putOffMs }: Found, { claimMs, now }: LockOptions): string | undefined {
  return [until, new Date(putOffMs).toISOString()]
    .filter((one) => claimState({ until: one }, now(), claimMs) === 'valid')
    .sort()
    .at(-1);
}

function heldLock(
  chain: readonly string[],
  rootToken: string,
  { token }: Holder,
  { claimMs, now }: LockOptions,
): FileLock {
  const [root = '', ...links] = chain;
  const link = chain.at(-1) ?? '';
  let untilMs = now() + claimMs;
  let released = false;
  const isHeld = (): boolean => {
    try {
      return !released && read(root)?.token === rootToken && read(`${root}.${token}`) === undefined;
    } catch (error) {
      if (error instanceof ConflictError) return false; // something else was put there
      throw error;
    }
  };
  const putOff = (): boolean => {
    if (!isHeld()) return false;
    untilMs = now() + claimMs;
    try {
      lutimesSync(link, untilMs / 1000, untilMs / 1000);
    } catch {
      // Not every file system supports this: then others may take over sooner, and this run ends without harm.
    }
    return true;
  };
  const timer = setInterval(putOff, claimMs / 4).unref();
  const release = (): void => {
    clearInterval(timer);
    // The links of a lock that was taken over are removed by the new holder.
    if (isHeld()) [root, ...links].forEach(unlinkQuietly);
    released = true;
  };
  const forget = closeAtProcessEnd(release);
  return {
    isHeld,
    holds: () => !released && (now() < untilMs || putOff()),
    release() {
      forget();
      release();
    },
  };
}

function make(link: string, holder: Holder): boolean {
  try {
    symlinkSync(JSON.stringify(holder), link);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new CursorError(
      `cannot lock the cursor file with ${link}: ${code}`,
      'Its folder must be writable, also for links.',
    );
  }
}

/** undefined if there is no such lock. */
function read(link: string): Found | undefined {
  try {
    const holder = v.parse(holderSchema, JSON.parse(readlinkSync(link)));
    return { ...holder, putOffMs: lstatSync(link).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConflictError(
      `${link} exists, but does not say who holds the cursor file`,
      `If no run is under way, remove it: rm ${shellWord(link)}`,
    );
  }
}

function unlinkQuietly(link: string): void {
  try {
    unlinkSync(link);
  } catch {
    // already gone, or the folder forbids it: the next run sees that the holder is dead
  }
}

function heldBy(path: string, root: string, holder: Found, own: Holder, options: LockOptions): ConflictError {
  const { pid, host, since } = holder;
  const until = countsUntil(holder, options);
  const free = until === undefined ? 'remove its lock:' : `its lock lapses at ${until}; to remove it sooner:`;
  return new ConflictError(
    `another run holds ${path}: process ${pid} on ${host}, since ${since}`,
    lifeOf(holder, own) === 'alive'
      ? 'Wait for it to end, then run again.'
      : `Wait for it to end. If it has died, which cannot be seen from here, ${free} rm ${shellWord(root)}`,
  );
}

function describeSelf({ claimMs, now }: LockOptions): Holder {
  return {
    ...thisProcess(),
    since: new Date(now()).toISOString(),
    until: new Date(now() + claimMs).toISOString(),
    token: randomBytes(16).toString('hex'),
  };
}

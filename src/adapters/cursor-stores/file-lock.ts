/**
 * A lock beside a file, for as long as a run lasts. What a dead run left is taken over, by one run only.
 *
 *     PATH.lock                 a symbolic link whose target is the holder, as JSON
 *     PATH.lock.<token>         who has taken over from the holder with this token, and so on from there
 *
 * A link is made in one act together with what it says, so that a lock is never seen empty, and there is none to clean
 * up after a kill. Nobody replaces a lock: whoever takes over makes the next link of the chain, which only one can,
 * and holds it if the chain is still rooted in the same lock afterwards. (A holder that leaves removes the root first,
 * so a link that is made where one was removed is never rooted.)
 *
 * Whether a holder in another container or on another machine is alive cannot be seen. Its lock lapses as claims do: it
 * says until when it counts, and its holder puts that off again and again by the link's own time. A holder that was
 * only paused sees afterwards that the chain goes on behind it (`isHeld`).
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
  /** undefined: written before locks lapsed, and put off by nobody. */
  until: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
});
type Holder = RunningProcess & v.InferOutput<typeof holderSchema>;
type Found = Holder & { readonly putOffMs: number };

export interface LockOptions {
  /** After so long without a word from its run a lock lapses, where that run cannot be seen. */
  readonly claimMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface FileLock {
  /** Whether nobody has taken over, by what is on the disk. */
  isHeld(): boolean;
  /** As `isHeld`, which is looked up only where the lock may have lapsed since. */
  holds(): boolean;
  /** May be called again. */
  release(): void;
}

/** @throws {ConflictError} where somebody else holds it @throws {CursorError} where it cannot be made */
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
        unlinkQuietly(link); // the chain has ended meanwhile
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

/** Whether its holder is dead, or has not been heard of for so long that it counts as dead. */
function isFree(holder: Found, own: Holder, options: LockOptions): boolean {
  const life = lifeOf(holder, own);
  if (life !== 'unknown' || holder.until === undefined) return life === 'dead';
  return countsUntil(holder, options) === undefined;
}

/** As RFC 3339; undefined where it counts no more. The link's time is the file system's own until it is first put off. */
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
      if (error instanceof ConflictError) return false; // somebody has put another thing there
      throw error;
    }
  };
  const putOff = (): boolean => {
    if (!isHeld()) return false;
    untilMs = now() + claimMs;
    try {
      lutimesSync(link, untilMs / 1000, untilMs / 1000);
    } catch {
      // Not every file system can: then others may take over sooner, and this run ends without harm.
    }
    return true;
  };
  const timer = setInterval(putOff, claimMs / 4).unref();
  const release = (): void => {
    clearInterval(timer);
    // What somebody has taken over from is theirs to clear away.
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

/** undefined where there is no such lock. */
function read(link: string): Found | undefined {
  try {
    const holder = v.parse(holderSchema, JSON.parse(readlinkSync(link)));
    return { ...holder, putOffMs: lstatSync(link).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConflictError(
      `${link} is there, and does not say who holds the cursor file`,
      `If no run is under way, remove it: rm ${shellWord(link)}`,
    );
  }
}

function unlinkQuietly(link: string): void {
  try {
    unlinkSync(link);
  } catch {
    // it is gone, or the folder no longer lets it go: the next run sees that its holder is dead
  }
}

function heldBy(path: string, root: string, holder: Found, own: Holder, options: LockOptions): ConflictError {
  const { pid, host, since } = holder;
  const until = countsUntil(holder, options);
  const free = until === undefined ? 'remove its lock:' : `its lock lapses at ${until}; to remove it before:`;
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

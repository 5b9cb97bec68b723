/**
 * A lock beside a file, for as long as a run lasts. What a dead run left is taken over, by one run only.
 *
 *     PATH.lock                 a symbolic link whose target is the holder, as JSON
 *     PATH.lock.<token>         who has taken over from the dead holder with this token, and so on from there
 *
 * A link is made in one act together with what it says, so that a lock is never seen empty, and there is none to clean
 * up after a kill. Nobody replaces a lock: whoever takes over makes the next link of the chain, which only one can,
 * and holds it if the chain is still rooted in the same lock afterwards. (A holder that leaves removes the root first,
 * so a link that is made where one was removed is never rooted.)
 */
import { randomBytes } from 'node:crypto';
import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import * as v from 'valibot';
import { ConflictError, CursorError } from '../errors.ts';
import { closeAtProcessEnd } from '../process-end.ts';
import { lifeOf, thisProcess, type RunningProcess } from '../running-process.ts';

const holderSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  host: v.string(),
  space: v.string(),
  started: v.string(),
  since: v.string(),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
});
export type Holder = RunningProcess & v.InferOutput<typeof holderSchema>;

export interface FileLock {
  /** May be called again. */
  release(): void;
}

/** @throws {ConflictError} where somebody else holds it @throws {CursorError} where it cannot be made */
export function lockFile(path: string): FileLock {
  const root = `${path}.lock`;
  const own = describeSelf();
  for (;;) {
    const chain: string[] = [];
    let rootToken = own.token;
    for (let link = root; ;) {
      chain.push(link);
      if (make(link, own)) {
        if (read(root)?.token === rootToken) return heldLock(() => remove(chain, rootToken));
        unlinkQuietly(link); // the chain has ended meanwhile
        break;
      }
      const holder = read(link);
      if (holder === undefined) break; // it was released meanwhile
      if (lifeOf(holder, own) !== 'dead') throw heldBy(path, root, holder, own);
      if (link === root) rootToken = holder.token;
      link = `${root}.${holder.token}`;
    }
  }
}

function heldLock(release: () => void): FileLock {
  const forget = closeAtProcessEnd(release);
  return {
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
function read(link: string): Holder | undefined {
  try {
    return v.parse(holderSchema, JSON.parse(readlinkSync(link)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConflictError(
      `${link} is there, and does not say who holds the cursor file`,
      `If no run is under way, remove it: rm ${link}`,
    );
  }
}

function remove([root = '', ...links]: readonly string[], rootToken: string): void {
  try {
    if (read(root)?.token === rootToken) unlinkQuietly(root);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error; // somebody has put another thing there
  }
  links.forEach(unlinkQuietly);
}

function unlinkQuietly(link: string): void {
  try {
    unlinkSync(link);
  } catch {
    // it is gone, or the folder no longer lets it go: the next run sees that its holder is dead
  }
}

function heldBy(path: string, root: string, holder: Holder, own: Holder): ConflictError {
  const { pid, host, since } = holder;
  return new ConflictError(
    `another run holds ${path}: process ${pid} on ${host}, since ${since}`,
    lifeOf(holder, own) === 'alive'
      ? 'Wait for it to end, then run again.'
      : `Wait for it to end. If it has died, which cannot be seen from here, remove its lock: rm ${root}`,
  );
}

function describeSelf(): Holder {
  return { ...thisProcess(), since: new Date().toISOString(), token: randomBytes(16).toString('hex') };
}

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
import { readFileSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as v from 'valibot';
import { ConflictError, CursorError } from '../errors.ts';

const holderSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  host: v.string(),
  /** The machine's boot and the container, where the system tells: only there does the pid mean anything. */
  space: v.string(),
  /** When the process began, in the system's own count: pids are used again. '' where the system does not tell. */
  started: v.string(),
  since: v.string(),
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
});
export type Holder = v.InferOutput<typeof holderSchema>;

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
        if (read(root)?.token === rootToken) return { release: () => remove(chain, rootToken) };
        unlinkQuietly(link); // the chain has ended meanwhile
        break;
      }
      const holder = read(link);
      if (holder === undefined) break; // it was released meanwhile
      if (!isDead(holder, own)) throw heldBy(path, root, holder, own);
      if (link === root) rootToken = holder.token;
      link = `${root}.${holder.token}`;
    }
  }
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
  const here = isSameSpace(holder, own);
  return new ConflictError(
    `another run holds ${path}: process ${pid} on ${host}, since ${since}`,
    here
      ? 'Wait for it to end, then run again.'
      : `Wait for it to end. If it has died, which cannot be seen from here, remove its lock: rm ${root}`,
  );
}

const isSameSpace = (holder: Holder, own: Holder): boolean =>
  holder.host === own.host && holder.space === own.space;

/** Only where that is certain. */
function isDead(holder: Holder, own: Holder): boolean {
  if (!isSameSpace(holder, own)) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const started = startOf(holder.pid);
  return holder.started !== '' && started !== '' && started !== holder.started;
}

function describeSelf(): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    space: [
      attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
      attempt(() => readlinkSync('/proc/self/ns/pid')),
    ].join(' '),
    started: startOf(process.pid),
    since: new Date().toISOString(),
    token: randomBytes(16).toString('hex'),
  };
}

/** `pid (name) state ppid …`, the 22nd field of /proc/<pid>/stat; a zombie has ended. */
function startOf(pid: number): string {
  const fields = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

function attempt(ask: () => string): string {
  try {
    return ask();
  } catch {
    return ''; // another system than Linux
  }
}

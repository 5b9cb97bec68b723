/**
 * What `git add --all` and `git commit` leave, without starting them, which takes them thirty times as long: objects, index,
 * branch and reflogs are files (https://git-scm.com/docs/gitrepository-layout, https://git-scm.com/docs/index-format).
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  type BigIntStats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

export interface HandMade {
  readonly directory: string;
  readonly title: string;
  /** As in the object: `Ann Author <ann@example.com> 1767603600 +0000`. */
  readonly author: string;
  readonly committer: string;
}

/** A file of the work tree; its path in latin1, a character a byte. */
interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly id: string;
  readonly stats: BigIntStats;
}

/** Settings under which git does just this; others are left to it. */
const PLAIN =
  /^\s*(?:$|\[(?:core|gc|receive|user|extensions|branch ".*"|remote ".*")\]|(?:repositoryformatversion|filemode|bare|logallrefupdates|auto|autogc|name|email|objectformat|url|fetch|remote|merge) = )/;

/** The id of the commit; undefined where git does more than this, and so must be started. */
export function commitByHand({ directory, title, author, committer }: HandMade): string | undefined {
  const folder = join(directory, '.git');
  if (!/^\S(?:.*\S)?$/.test(title) || !isPlain(folder)) return undefined;
  const config = readFileSync(join(folder, 'config'), 'utf8');
  const algorithm = config.includes('objectformat = sha256') ? 'sha256' : 'sha1';
  const write = (type: string, content: Buffer): string => writeObject(folder, algorithm, type, content);
  const entries = entriesIn(directory, '', write);
  if (entries === undefined) return undefined;
  const tree = writeTree(entries, '', write);
  const head = readFileSync(join(folder, 'HEAD'), 'utf8').trim();
  const branch = head.startsWith('ref: ') ? head.slice('ref: '.length) : undefined;
  const parent = branch === undefined ? head : refOf(folder, branch);
  const lines = [
    `tree ${tree}`,
    ...(parent === undefined ? [] : [`parent ${parent}`]),
    `author ${author}`,
    `committer ${committer}`,
    '',
    `${title}\n`,
  ];
  const id = write('commit', Buffer.from(lines.join('\n')));
  writeFileSync(join(folder, 'index'), indexOf(entries, algorithm));
  put(join(folder, branch ?? 'HEAD'), `${id}\n`);
  const none = '0'.repeat(id.length);
  const logged = `${parent ?? none} ${id} ${committer}\tcommit${parent === undefined ? ' (initial)' : ''}: ${title}\n`;
  for (const name of new Set(['HEAD', branch ?? 'HEAD'])) {
    const log = join(folder, 'logs', name);
    mkdirSync(dirname(log), { recursive: true });
    appendFileSync(log, logged);
  }
  return id;
}

/** Nothing in progress, no hooks, no setting that would matter. */
function isPlain(folder: string): boolean {
  const read = (path: string): string =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '';
  const config = read('config');
  return (
    config.split('\n').every((line) => PLAIN.test(line)) &&
    !['MERGE_HEAD', 'info/attributes', 'info/sparse-checkout'].some((name) =>
      existsSync(join(folder, name)),
    ) &&
    /^(?:#.*|\n)*$/.test(read('info/exclude')) &&
    (!existsSync(join(folder, 'hooks')) || readdirSync(join(folder, 'hooks')).length === 0)
  );
}

type Write = (type: string, content: Buffer) => string;

/** All files below a folder; undefined if git would not take all of them just as they are. */
function entriesIn(directory: string, below: string, write: Write): Entry[] | undefined {
  const found: Entry[] = [];
  const at = (path: string): Buffer =>
    Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')]);
  for (const name of readdirSync(at(below), { encoding: 'latin1' })) {
    if (below === '' && name === '.git') continue;
    if (['.git', '.gitignore', '.gitattributes', '.gitmodules'].includes(name)) return undefined;
    const path = below + name;
    const stats = lstatSync(at(path), { bigint: true });
    if (stats.isDirectory()) {
      const entries = entriesIn(directory, `${path}/`, write);
      if (entries === undefined) return undefined;
      found.push(...entries);
      continue;
    }
    const link = stats.isSymbolicLink();
    if (!link && !stats.isFile()) return undefined;
    const content = link ? readlinkSync(at(path), { encoding: 'buffer' }) : readFileSync(at(path));
    const mode = link ? 0o120000 : stats.mode & 0o100n ? 0o100755 : 0o100644;
    found.push({ path, mode, id: write('blob', content), stats });
  }
  return found;
}

/** The tree of the entries, whose paths all begin with `below`. */
function writeTree(entries: readonly Entry[], below: string, write: Write): string {
  const folders = new Map<string, Entry[]>();
  const files: { readonly name: string; readonly mode: number; readonly id: string }[] = [];
  for (const entry of entries) {
    const rest = entry.path.slice(below.length);
    const end = rest.indexOf('/');
    if (end < 0) files.push({ name: rest, mode: entry.mode, id: entry.id });
    else folders.set(rest.slice(0, end), [...(folders.get(rest.slice(0, end)) ?? []), entry]);
  }
  const trees = [...folders].map(([name, inside]) => ({
    name,
    mode: 0o40000,
    id: writeTree(inside, `${below}${name}/`, write),
  }));
  const sortKey = ({ name, mode }: { name: string; mode: number }): string =>
    mode === 0o40000 ? `${name}/` : name;
  const sorted = [...files, ...trees].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return write(
    'tree',
    Buffer.concat(
      sorted.flatMap(({ name, mode, id }) => [
        Buffer.from(`${mode.toString(8)} ${name}\0`, 'latin1'),
        Buffer.from(id, 'hex'),
      ]),
    ),
  );
}

function writeObject(folder: string, algorithm: string, type: string, content: Buffer): string {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const id = createHash(algorithm).update(bytes).digest('hex');
  const path = join(folder, 'objects', id.slice(0, 2), id.slice(2));
  if (!existsSync(path)) put(path, deflateSync(bytes, { level: 1 }));
  return id;
}

/** Version 2. */
function indexOf(entries: readonly Entry[], algorithm: string): Buffer {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
  const records = sorted.map(({ path, mode, id, stats }) => {
    const { ctimeNs, mtimeNs, dev, ino, uid, gid, size } = stats;
    const second = 1_000_000_000n;
    const numbers = [ctimeNs / second, ctimeNs % second, mtimeNs / second, mtimeNs % second, dev, ino].map(
      low,
    );
    const fixed = Buffer.alloc(40);
    [...numbers, mode, low(uid), low(gid), low(size)].forEach((value, at) =>
      fixed.writeUInt32BE(value, at * 4),
    );
    const flags = Buffer.alloc(2);
    flags.writeUInt16BE(Math.min(path.length, 0xfff));
    const record = Buffer.concat([fixed, Buffer.from(id, 'hex'), flags, Buffer.from(path, 'latin1')]);
    return Buffer.concat([record, Buffer.alloc(8 - (record.length % 8))]);
  });
  const head = Buffer.alloc(12);
  head.write('DIRC');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(sorted.length, 8);
  const all = Buffer.concat([head, ...records]);
  return Buffer.concat([all, createHash(algorithm).update(all).digest()]);
}

/** Where a branch is, if it is somewhere. */
function refOf(folder: string, ref: string): string | undefined {
  if (existsSync(join(folder, ref))) return readFileSync(join(folder, ref), 'utf8').trim();
  const packed = join(folder, 'packed-refs');
  const lines = existsSync(packed) ? readFileSync(packed, 'utf8').split('\n') : [];
  return lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0];
}

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

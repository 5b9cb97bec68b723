/**
 * The same answers for long histories: from git's objects as they lie there, asked of one `git cat-file` process, and
 * folders that stayed the same from one revision to the next are not read again.
 */
import { spawn } from 'node:child_process';
import { isFile, pathText, type History, type TreeFile } from './history.ts';

const SLASH = Buffer.from('/');

export interface RememberedHistory extends History {
  close(): void;
}

export function rememberedHistory(repository: string): RememberedHistory {
  const child = spawn('git', ['-C', repository, 'cat-file', '--batch'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const object = objectsOf(child.stdout, (id) => child.stdin.write(`${id}\n`));
  let known = new Map<string, readonly TreeFile[]>();
  let current = new Map<string, readonly TreeFile[]>();

  const header = async (revision: string, name: string): Promise<string | undefined> => {
    const [head = ''] = (await object(revision)).toString('latin1').split('\n\n');
    return head
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1);
  };

  // 100644 payments.yml\0<20 bytes>, one after the other
  async function filesIn(tree: string, folder: Buffer): Promise<readonly TreeFile[]> {
    const key = `${tree} ${folder.toString('latin1')}`;
    let files = current.get(key) ?? known.get(key);
    if (files === undefined) {
      const bytes = await object(tree);
      const found: TreeFile[] = [];
      for (let at = 0; at < bytes.length;) {
        const space = bytes.indexOf(' ', at);
        const end = bytes.indexOf(0, space);
        const mode = bytes.toString('latin1', at, space);
        const path = Buffer.concat([folder, bytes.subarray(space + 1, end)]);
        const id = bytes.toString('hex', end + 1, end + 21);
        if (mode === '40000') {
          for (const file of await filesIn(id, Buffer.concat([path, SLASH]))) found.push(file);
        } else if (isFile(mode)) found.push({ path: pathText(path), blob: id });
        at = end + 21;
      }
      files = found;
    }
    current.set(key, files);
    return files;
  }

  return {
    firstParent: (revision) => header(revision, 'parent'),
    async files(revision) {
      const tree = await header(revision, 'tree');
      if (tree === undefined) throw new Error(`${revision} is no commit`);
      [known, current] = [current, new Map()];
      return new Map((await filesIn(tree, Buffer.alloc(0))).map((file) => [file.path, file]));
    },
    content: object,
    close: () => child.kill(),
  };
}

/** `<id> <type> <size>\n<content>\n` for each id written, in turn. */
function objectsOf(
  output: AsyncIterable<Buffer>,
  ask: (id: string) => void,
): (id: string) => Promise<Buffer> {
  const chunks = output[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const { done, value } = await chunks.next();
    if (done === true) throw new Error('git cat-file has ended');
    rest = Buffer.concat([rest, value]);
  };
  const answer = async (id: string): Promise<Buffer> => {
    ask(id);
    while (!rest.includes('\n')) await more();
    const start = rest.indexOf('\n') + 1;
    const size = Number(rest.toString('latin1', 0, start).trim().split(' ')[2]);
    if (Number.isNaN(size)) throw new Error(`git has no object ${id}`);
    while (rest.length < start + size + 1) await more();
    const content = rest.subarray(start, start + size);
    rest = rest.subarray(start + size + 1);
    return content;
  };
  let last: Promise<unknown> = Promise.resolve();
  return (id) => {
    const next = last.then(() => answer(id));
    last = next.catch(() => undefined);
    return next;
  };
}

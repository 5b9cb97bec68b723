/** What `git push`, `git fetch` and `git reset --hard` leave, without starting them: objects are files, and so are branches. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';

/** `from` and `to` are git's own folders. `to` gets the commit as this branch (such as `heads/main`), and all objects of `from` but tags. */
export function giveBranch(from: string, to: string, branch: string, commit: string): void {
  const objects = join(from, 'objects');
  for (const folder of readdirSync(objects).filter((name) => name.length === 2 || name === 'pack')) {
    for (const name of readdirSync(join(objects, folder))) {
      const target = join(to, 'objects', folder, name);
      if (existsSync(target)) continue;
      const content = readFileSync(join(objects, folder, name));
      if (folder !== 'pack' && inflateSync(content).subarray(0, 4).toString() === 'tag ') continue;
      write(target, content);
    }
  }
  write(join(to, 'refs', branch), `${commit}\n`);
}

/** `from` and `to` are work trees. `to` has the commit checked out, with just the files of `from`, where it was made. */
export function giveWorkTree(from: string, to: string, commit: string): void {
  const contentsOf = (folder: string): string[] => readdirSync(folder).filter((name) => name !== '.git');
  for (const name of contentsOf(to)) rmSync(join(to, name), { recursive: true });
  for (const name of contentsOf(from)) {
    cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  }
  write(join(to, '.git/index'), readFileSync(join(from, '.git/index')));
  const head = readFileSync(join(to, '.git/HEAD'), 'utf8').trim();
  write(join(to, '.git', head.startsWith('ref: ') ? head.slice('ref: '.length) : 'HEAD'), `${commit}\n`);
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Both kinds of store as a person sees them: where they are, what is in them, and how they can be disturbed. */
import { existsSync, readFileSync, renameSync, writeFileSync, chmodSync, rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { Cursor } from '../../../src/core/cursor/cursor.ts';
import { parseTag } from '../../../src/adapters/cursor-stores/tag-message.ts';
import type { Random } from '../random.ts';
import { git, type TeamsRepo } from './line-history.ts';

export interface RealStore {
  readonly kind: 'tag' | 'file';
  /** As `--cursor` takes it. */
  readonly option: string;
  /** What a person reads there. */
  cursors(): ReadonlyMap<string, Cursor>;
  /** Breaks it in one of its ways, until the function that is given is called; says how. */
  disturb(random: Random): { readonly what: string; readonly mend: () => void };
}

export function tagStore({ remote }: TeamsRepo): RealStore {
  const text = (ref: string): string => git(remote, ['cat-file', 'tag', ref]);
  const refs = (): string[] => {
    const listed = git(remote, ['for-each-ref', '--format=%(refname:lstrip=3)', 'refs/tags/team-events/']);
    return listed.split('\n').filter((name) => name !== '' && !name.startsWith('_begun/'));
  };
  return {
    kind: 'tag',
    option: 'tag:team-events',
    cursors: () =>
      new Map(
        refs().flatMap((client): [string, Cursor][] => {
          const parsed = parseTag(`${text(`refs/tags/team-events/${client}`)}\n`);
          return parsed.kind === 'cursor' ? [[client, parsed.cursor]] : [];
        }),
      ),
    disturb(random) {
      const what = random.pick([
        'remote down',
        'remote away',
        'push rejected',
        'lost race',
        'answer lost',
      ] as const);
      switch (what) {
        case 'remote down':
          renameSync(remote, `${remote}.off`);
          return { what, mend: () => renameSync(`${remote}.off`, remote) };
        case 'remote away': {
          const mend = (): void => {
            if (existsSync(`${remote}.off`)) renameSync(`${remote}.off`, remote);
          };
          renameSync(remote, `${remote}.off`);
          const back = setTimeout(mend, random.pick([500, 3000, 10_000]));
          return {
            what,
            mend: () => {
              clearTimeout(back);
              mend();
            },
          };
        }
        case 'push rejected':
          return {
            what,
            mend: hook(
              remote,
              'update',
              `case "$1" in *${random.pick(['one', 'two', 'three'])}) exit 1;; esac`,
            ),
          };
        case 'answer lost':
          // The refs have moved; whoever pushed is killed before it is told.
          return { what, mend: hook(remote, 'post-receive', 'kill -9 $PPID') };
        case 'lost race': {
          // The same cursor as another object, as another run would write it.
          for (const client of random.some(refs(), 0.7)) {
            const ref = `refs/tags/team-events/${client}`;
            const nonce = createHash('md5').update(String(random.next())).digest('hex');
            const other = text(ref).replace(/^Nonce: .*$/m, `Nonce: ${nonce}`);
            const id = git(remote, ['hash-object', '-t', 'tag', '-w', '--stdin'], `${other}\n`);
            git(remote, ['update-ref', ref, id]);
          }
          return { what, mend: () => undefined };
        }
      }
    },
  };
}

function hook(remote: string, name: string, script: string): () => void {
  const path = join(remote, 'hooks', name);
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return () => rmSync(path, { force: true });
}

export function fileStore(folder: string): RealStore {
  const place = join(folder, 'cursors');
  const path = join(place, 'cursors.json');
  mkdirSync(place);
  return {
    kind: 'file',
    option: `file:${path}`,
    cursors() {
      if (!existsSync(path)) return new Map();
      const { clients } = JSON.parse(readFileSync(path, 'utf8')) as { clients: Record<string, Cursor> };
      return new Map(Object.entries(clients).map(([name, cursor]) => [name, withNull(cursor)]));
    },
    disturb() {
      renameSync(place, `${place}.off`);
      return { what: 'folder gone', mend: () => renameSync(`${place}.off`, place) };
    },
  };
}

/** In the file the empty catalogue is the empty tree's id. */
function withNull(cursor: Cursor): Cursor {
  const { step } = cursor;
  return step?.from === EMPTY_TREE ? { ...cursor, step: { ...step, from: null } } : cursor;
}
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

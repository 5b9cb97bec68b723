/** A stored cursor cut off at each of its bytes, and with a wrong byte at each: corrupt, and never taken for another. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cursor } from '../../src/core/cursor/cursor.ts';
import { storedForm } from '../../src/core/cursor/cursor-schema.ts';
import { openFileStore } from '../../src/adapters/cursor-stores/file-store.ts';
import { openCursorStore } from '../../src/adapters/cursor-stores/open-cursor-store.ts';
import { formatTag, parseTag } from '../../src/adapters/cursor-stores/tag-message.ts';
import { CursorError } from '../../src/errors.ts';
import { openRepository } from '../../src/adapters/git/clone/repository.ts';
import { gitEnvironment } from '../support/sample-repo.ts';
import type { PartResult } from './part.ts';
import { createRandom } from './random.ts';
import { createTeamsRepo, git } from './real/line-history.ts';
import { scratchFolder } from './real/scratch.ts';

const CURSOR: Cursor = {
  commit: 'a'.repeat(40),
  step: {
    from: 'a'.repeat(40),
    to: 'b'.repeat(40),
    sequence: '000000000012.000003',
    sent: ['team.created', 'team.modified'],
    unsent: [[1, 2]],
  },
  lastEvent: `evt_${'c'.repeat(32)}`,
  blocked: { event: `evt_${'d'.repeat(32)}`, status: 'status 500', since: '2026-01-05T09:00:00Z' },
  run: 'https://ci.example.com/runs/7',
};
/** No text of either form holds it. */
const WRONG_BYTE = 0xff;

export async function brokenCursors(quick: boolean): Promise<PartResult> {
  const failures: string[] = [];
  const { path: folder, remove } = scratchFolder();
  try {
    const file = await brokenFiles(folder, quick, failures);
    const objects = await brokenObjects(folder, quick, failures);
    const texts = brokenTexts(failures);
    return {
      summary:
        `${file} broken cursor files, ${objects} broken tag objects and ${texts} broken texts of tags: ` +
        `${failures.length} taken for another cursor or for none`,
      failures,
    };
  } finally {
    remove();
  }
}

const same = (cursor: Cursor | undefined): boolean =>
  JSON.stringify(cursor && { ...cursor, run: '' }) === JSON.stringify({ ...CURSOR, run: '' });

async function brokenFiles(folder: string, quick: boolean, failures: string[]): Promise<number> {
  mkdirSync(join(folder, 'broken'));
  const path = join(folder, 'broken', 'cursors.json');
  const whole = Buffer.from(
    `${JSON.stringify({ version: 1, known: ['one'], clients: { one: storedForm(CURSOR) } }, undefined, 2)}\n`,
  );
  let tried = 0;
  for (let at = 0; at < whole.length; at += quick ? 7 : 1) {
    for (const [what, bytes] of [
      ['cut off', whole.subarray(0, at)],
      ['a wrong byte', withByte(whole, at, WRONG_BYTE)],
      ['zeroes from there on', Buffer.concat([whole.subarray(0, at), Buffer.alloc(whole.length - at)])],
    ] as const) {
      tried++;
      writeFileSync(path, bytes);
      const store = openFileStore(path, { readOnly: true });
      try {
        const { cursors, empty } = await store.read();
        const found = cursors.get('one');
        const cursor = found?.kind === 'cursor' ? found.cursor : undefined;
        // Without its last newline it is the same.
        if (empty || !same(cursor))
          failures.push(`file: ${what} at ${at} is read as ${JSON.stringify(cursor)}`);
      } catch (error) {
        if (!(error instanceof CursorError)) failures.push(`file: ${what} at ${at}: ${String(error)}`);
      } finally {
        await store.close();
      }
    }
  }
  return tried;
}

/** The object itself, in the remote's folder: git notices, as its name is the hash of what it holds. */
async function brokenObjects(folder: string, quick: boolean, failures: string[]): Promise<number> {
  const { remote, clone, commits } = createTeamsRepo(folder, createRandom(7), 1);
  const [commit = ''] = commits;
  const details = { client: 'one', tag: 'team-events/one', now: 0, nonce: 'e'.repeat(32) };
  const cursor = { ...CURSOR, commit, step: { ...CURSOR.step, from: null, to: commit } } as Cursor;
  const id = git(remote, ['hash-object', '-t', 'tag', '-w', '--stdin'], formatTag(cursor, details));
  git(remote, ['update-ref', 'refs/tags/team-events/one', id]);
  const path = join(remote, 'objects', id.slice(0, 2), id.slice(2));
  const whole = readFileSync(path);
  chmodSync(path, 0o644);
  const repository = await openRepository(clone);
  let tried = 0;
  for (let at = 0; at < whole.length; at += quick ? 40 : 1) {
    for (const [what, bytes] of [
      ['cut off', whole.subarray(0, at)],
      ['a wrong byte', withByte(whole, at, (whole[at] ?? 0) ^ 0x55)],
    ] as const) {
      tried++;
      writeFileSync(path, bytes);
      const environment = { ...gitEnvironment() };
      const { store } = await openCursorStore('tag:team-events', { repository, environment, now: Date.now });
      try {
        const { cursors, empty } = await store.read();
        const found = cursors.get('one');
        const sound = found?.kind === 'cursor' && JSON.stringify(found.cursor) === JSON.stringify(cursor);
        // Some bits of the packing mean nothing.
        if (empty || (found?.kind !== 'corrupt' && !sound))
          failures.push(`tag object: ${what} at ${at} is read`);
      } catch (error) {
        if (!(error instanceof CursorError)) failures.push(`tag object: ${what} at ${at}: ${String(error)}`);
      } finally {
        await store.close();
      }
    }
  }
  return tried;
}

const withByte = (bytes: Buffer, at: number, byte: number): Buffer =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + 1)]);

/** What a person may have made of the text: at most an earlier place in it, never a later one. */
function brokenTexts(failures: string[]): number {
  const text = formatTag(CURSOR, { client: 'one', tag: 'team-events/one', now: 0, nonce: 'e'.repeat(32) });
  let tried = 0;
  for (let at = 0; at < text.length; at++) {
    for (const [what, broken] of [
      ['cut off', text.slice(0, at)],
      ['a wrong byte', `${text.slice(0, at)}\ufffd${text.slice(at + 1)}`],
      ['zeroes from there on', text.slice(0, at) + '\0'.repeat(text.length - at)],
    ] as const) {
      tried++;
      const parsed = parseTag(broken);
      if (parsed.kind === 'corrupt') continue;
      const { commit, step } = parsed.cursor;
      const earlier = step === undefined || step.sequence === CURSOR.step?.sequence;
      if (commit !== CURSOR.commit || !earlier) {
        failures.push(`tag text: ${what} at ${at} is read as ${JSON.stringify(parsed.cursor)}`);
      }
    }
  }
  return tried;
}

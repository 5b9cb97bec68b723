/** Cursors in a file: one run at a time, never a half file, never 'empty' by mistake. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CursorStore } from '../../../../src/core/cursor/cursor-store.ts';
import { CursorSession } from '../../../../src/core/cursor/cursor-session.ts';
import { openFileStore } from '../../../../src/adapters/cursor-stores/file-store.ts';
import { replaceFile, sweepTemporary } from '../../../../src/adapters/cursor-stores/replace-file.ts';
import { SYSTEM_CLOCK } from '../../../../src/adapters/process/system-clock.ts';
import { bundle, start, type Script } from '../../../support/bundled.ts';
import { tempFolder } from '../../../support/sample-repo.ts';

const T0 = Date.UTC(2026, 0, 5, 9);
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const newPath = (): string => join(tempFolder(), 'cursors.json');

function open(path: string, options?: Parameters<typeof openFileStore>[1]): CursorStore {
  const store = openFileStore(path, options);
  onTestFinished(() => store.close());
  return store;
}

const add = (store: CursorStore, client: string, commit = A) =>
  store.write(new Map([[client, { expected: undefined, cursor: { commit } }]]));

const filesBeside = (path: string): string[] =>
  readdirSync(dirname(path)).filter((name) => name !== basename(path));

/** Another run. It says `open` or the exit code of its error, then does what it is told. */
const RUN = `
  import { closeSync, openSync } from 'node:fs';
  import { createInterface } from 'node:readline';
  import { openFileStore } from './src/adapters/cursor-stores/file-store.ts';
  const path = process.argv[2] ?? '';
  const taken: number[] = [];
  const say = (text: string) => process.stdout.write(text + '\\n');
  let store: ReturnType<typeof openFileStore> | undefined;
  createInterface({ input: process.stdin }).on('line', async (line) => {
    try {
      if (line === 'open') {
        store = openFileStore(path);
        say('open');
      } else if (line === 'write') {
        await store?.write(new Map([['alpha', { expected: undefined, cursor: { commit: '${A}', run: 'x'.repeat(100_000) } }]]));
        say('written');
      } else if (line === 'fill') {
        try {
          for (;;) taken.push(openSync('/dev/null', 'r'));
        } catch (error) {
          say(error.code);
        }
      } else if (line === 'free') {
        taken.splice(0).forEach((descriptor) => closeSync(descriptor));
        say('freed');
      } else if (line === 'close') {
        await store?.close();
        say('closed');
      }
    } catch (error) {
      say(error.exitCode + ' ' + error.message + (error.name === 'UnreachableError' ? ' (for now)' : ''));
    }
  });
  say('ready');
`;
let folder = '';
let script = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'team-events-test-'));
  chmodSync(folder, 0o755);
  script = join(folder, 'run.cjs');
  writeFileSync(script, await bundle(RUN));
  return () => rmSync(folder, { recursive: true });
});

/** Another process, ready to open the store at `path`. */
async function otherRun(
  path: string,
  { shell, uid }: { shell?: string; uid?: number | undefined } = {},
): Promise<Script & { tell(word: string): Promise<string | undefined> }> {
  const command = shell === undefined ? process.execPath : 'sh';
  const args = [script, path];
  const run = start(
    command,
    shell === undefined ? args : ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...args],
    uid === undefined ? {} : { uid },
  );
  onTestFinished(() => void run.child.kill('SIGKILL'));
  expect(await run.line()).toBe('ready');
  return {
    ...run,
    tell(word) {
      run.child.stdin?.write(`${word}\n`);
      return run.line();
    },
  };
}

describe('the file', () => {
  it('is a JSON document that people can read', async () => {
    const path = newPath();
    const store = open(path);
    await store.write(
      new Map([
        [
          'beta',
          {
            expected: undefined,
            cursor: {
              commit: A,
              step: { from: null, to: A, sequence: '000000000001.000002', sent: ['team.created'] },
            },
          },
        ],
        ['alpha', { expected: undefined, cursor: { commit: B, run: 'one\ntwo' } }],
      ]),
    );
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      version: 1,
      known: ['alpha', 'beta'],
      clients: {
        beta: {
          commit: A,
          step: {
            from: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
            to: A,
            sequence: '000000000001.000002',
            sent: ['team.created'],
          },
        },
        alpha: { commit: B, run: 'one two' },
      },
    });
  });

  it('may begin as the smallest document', async () => {
    const path = newPath();
    writeFileSync(path, '{"version":1,"clients":{}}');
    const store = open(path);
    expect(await store.read()).toMatchObject({ empty: true, known: new Set() });
    expect((await add(store, 'alpha')).get('alpha')?.kind).toBe('written');
  });

  it.each([
    ['no byte', '', 'it is empty'],
    ['only white space', ' \n', 'it is empty'],
    ['the first half', '{"version":1,"clients":{"alpha":{"com', 'it is not JSON'],
    ['two documents', '{"version":1,"clients":{}}{"version":1,"clients":{}}', 'it is not JSON'],
    ['null', 'null', 'expected a mapping'],
    ['a list', '[]', 'expected a mapping'],
    ['no version', '{"clients":{}}', 'this key is missing; expected '],
    ['another version', '{"version":2,"clients":{}}', 'version: expected 1'],
    ['no clients', '{"version":1}', 'this key is missing; expected '],
    ['a list of clients', '{"version":1,"clients":[]}', 'clients: expected a mapping'],
    ['an unknown key', '{"version":1,"clients":{},"shards":[]}', 'shards: unknown key'],
    [
      'an unknown key of a client',
      `{"version":1,"clients":{"alpha":{"commit":"${A}","tag":"x"}}}`,
      'clients.alpha.tag: unknown key; expected commit, ',
    ],
    ['a name that is none', `{"version":1,"clients":{"__proto__":{"commit":"${A}"}}}`, '__proto__'],
    [
      'a short commit',
      '{"version":1,"clients":{"alpha":{"commit":"abc"}}}',
      'clients.alpha.commit: expected a full',
    ],
    [
      'half a step',
      `{"version":1,"clients":{"alpha":{"commit":"${A}","step":{"from":"${A}","to":"${B}"}}}}`,
      'clients.alpha.step',
    ],
    ['known names that are none', '{"version":1,"known":["A"],"clients":{}}', 'known[0]'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'it is not UTF-8'],
    ['a byte order mark', '\ufeff{"version":1,"clients":{}}', 'it is not JSON'],
    ['zeros, as after a power cut', Buffer.alloc(200), 'it is not JSON'],
  ])('with %s is corrupt, and stays as it is', async (_, content, words) => {
    const path = newPath();
    writeFileSync(path, content);
    const store = open(path);
    const corrupt = { exitCode: 8, message: expect.stringContaining(words) };
    await expect(store.read()).rejects.toMatchObject(corrupt);
    await expect(add(store, 'alpha')).rejects.toMatchObject(corrupt);
    expect(readFileSync(path)).toEqual(Buffer.from(content));
  });

  it('may be missing, its folder may not', () => {
    const folderless = join(tempFolder(), 'missing', 'cursors.json');
    expect(() => openFileStore(folderless)).toThrow(dirname(folderless));
    expect(() => openFileStore(folderless)).toThrow(expect.objectContaining({ exitCode: 8 }));
  });

  it('is no folder', async () => {
    const path = newPath();
    mkdirSync(path);
    await expect(open(path).read()).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('EISDIR'),
    });
  });

  it('may be reached by a link, which stays one; the lock is at the file', async () => {
    const path = newPath();
    const link = join(tempFolder(), 'link.json');
    writeFileSync(path, '{"version":1,"clients":{}}');
    symlinkSync(path, link);
    await add(open(link), 'alpha');
    expect(readlinkSync(link)).toBe(path);
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).clients)).toEqual(['alpha']);
    expect(() => openFileStore(path)).toThrow(expect.objectContaining({ exitCode: 5 }));
    const nowhere = join(tempFolder(), 'nowhere.json');
    symlinkSync('/nonexistent/x', nowhere);
    expect(() => openFileStore(nowhere)).toThrow('a link to nothing');
  });

  it('that somebody changed in spite of the lock is moved, for that client only', async () => {
    const path = newPath();
    const store = open(path);
    const first = await add(store, 'alpha');
    const second = await add(store, 'beta');
    const document = JSON.parse(readFileSync(path, 'utf8'));
    document.clients.alpha.commit = B;
    writeFileSync(path, JSON.stringify(document));
    const version = (results: typeof first, client: string): string | undefined => {
      const result = results.get(client);
      return result?.kind === 'written' ? result.version : undefined;
    };
    const results = await store.write(
      new Map([
        ['alpha', { expected: version(first, 'alpha'), cursor: { commit: A } }],
        ['beta', { expected: version(second, 'beta'), cursor: { commit: B } }],
      ]),
    );
    expect(results.get('alpha')).toEqual({ kind: 'moved' });
    expect(results.get('beta')?.kind).toBe('written');
  });

  it('keeps its permissions, and leaves no other file', async () => {
    const path = newPath();
    writeFileSync(path, '{"version":1,"clients":{}}', { mode: 0o640 });
    writeFileSync(`${path}.0123456789abcdef.tmp`, 'what a killed run has left');
    const store = open(path);
    await add(store, 'alpha');
    await store.close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(filesBeside(path)).toEqual([]);
  });

  it('is not locked by who only reads, and not written', async () => {
    const path = newPath();
    const writer = open(path);
    await add(writer, 'alpha');
    const reader = open(path, { readOnly: true });
    expect((await reader.read()).known).toEqual(new Set(['alpha']));
    await expect(add(reader, 'beta')).rejects.toThrow('not open for writing');
    expect(filesBeside(path)).toEqual(['cursors.json.lock']);
  });
});

describe('a file that cannot be written', () => {
  it('as the disk takes no more is as it was, and nothing is left', async () => {
    const path = newPath();
    const old = '{"version":1,"clients":{}}';
    writeFileSync(path, old);
    const run = await otherRun(path, { shell: "trap '' XFSZ; ulimit -f 8" });
    expect(await run.tell('open')).toBe('open');
    expect(await run.tell('write')).toMatch(/^8 cannot write the cursor file .*: EFBIG$/);
    expect(readFileSync(path, 'utf8')).toBe(old);
    expect(filesBeside(path)).toEqual(['cursors.json.lock']);
    expect(await run.tell('close')).toBe('closed');
    expect(filesBeside(path)).toEqual([]);
  });

  it('as there are no descriptors left is tried again: it is as it was, and can be written later', async () => {
    const path = newPath();
    const run = await otherRun(path, { shell: 'ulimit -n 64' });
    expect(await run.tell('open')).toBe('open');
    expect(await run.tell('fill')).toBe('EMFILE');
    expect(await run.tell('write')).toMatch(/^8 cannot \w+ the cursor file .*: EMFILE \(for now\)$/);
    expect(filesBeside(path)).toEqual(['cursors.json.lock']);
    expect(await run.tell('free')).toBe('freed');
    expect(await run.tell('write')).toBe('written');
  });

  it('as its folder is read-only is told, with what it is about', async () => {
    const path = newPath();
    writeFileSync(path, '{"version":1,"clients":{}}');
    chmodSync(dirname(path), 0o555);
    const run = await otherRun(path, { uid: process.getuid?.() === 0 ? 65_534 : undefined });
    expect(await run.tell('open')).toMatch(
      /^8 cannot lock the cursor file with .*cursors\.json\.lock: EACCES$/,
    );
    chmodSync(dirname(path), 0o755);
  });
});

describe('the lock', () => {
  it('is held by one run, which the other names, until it is closed', async () => {
    const path = newPath();
    const run = await otherRun(path);
    expect(await run.tell('open')).toBe('open');
    expect(() => openFileStore(path)).toThrow(
      expect.objectContaining({
        exitCode: 5,
        message: expect.stringContaining(`process ${run.child.pid} on ${hostname()}`),
      }),
    );
    expect(await run.tell('close')).toBe('closed');
    expect(filesBeside(path)).toEqual([]);
    await open(path).close();
  });

  it('of a killed run is taken over, more than once', async () => {
    const path = newPath();
    for (let kill = 0; kill < 3; kill++) {
      const run = await otherRun(path);
      expect(await run.tell('open')).toBe('open');
      run.child.kill('SIGKILL');
      await run.ended;
    }
    expect(filesBeside(path)).toHaveLength(3);
    const store = open(path);
    expect(() => openFileStore(path)).toThrow(expect.objectContaining({ exitCode: 5 }));
    await store.close();
    expect(filesBeside(path)).toEqual([]);
  });

  it('of a killed run is taken over by exactly one of many that try at once', async () => {
    const path = newPath();
    const runs = await Promise.all(Array.from({ length: 6 }, () => otherRun(path)));
    for (let round = 0; round < 20; round++) {
      const dead = await otherRun(path);
      expect(await dead.tell('open')).toBe('open');
      dead.child.kill('SIGKILL');
      await dead.ended;
      const told = await Promise.all(runs.map((run) => run.tell('open')));
      expect(told.filter((line) => line === 'open')).toHaveLength(1);
      expect(told.filter((line) => line?.startsWith('5 another run holds'))).toHaveLength(5);
      await runs[told.indexOf('open')]?.tell('close');
      expect(filesBeside(path)).toEqual([]);
    }
  });

  it('of a process whose number is in use again is taken over', async () => {
    const path = newPath();
    const store = open(path);
    const held = JSON.parse(readlinkSync(`${path}.lock`));
    await store.close();
    symlinkSync(JSON.stringify({ ...held, started: '1' }), `${path}.lock`);
    await expect(open(path).read()).resolves.toMatchObject({ empty: true });
  });

  it('of a process whose number is now one of another user is taken over, or its remedy is told', async () => {
    const path = newPath();
    const store = open(path);
    const held = JSON.parse(readlinkSync(`${path}.lock`));
    await store.close();
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    onTestFinished(() => kill.mockRestore());
    symlinkSync(JSON.stringify({ ...held, started: '' }), `${path}.lock`);
    expect(() => openFileStore(path)).toThrow(
      expect.objectContaining({ exitCode: 5, remedy: expect.stringContaining(`rm ${path}.lock`) }),
    );
    rmSync(`${path}.lock`);
    symlinkSync(JSON.stringify(held), `${path}.lock`);
    expect(() => openFileStore(path)).toThrow(
      expect.objectContaining({ exitCode: 5, remedy: 'Wait for it to end, then run again.' }),
    );
    rmSync(`${path}.lock`);
    symlinkSync(JSON.stringify({ ...held, started: '1' }), `${path}.lock`);
    await expect(open(path).read()).resolves.toMatchObject({ empty: true });
  });

  const ELSEWHERE = [
    ['on another host', { host: 'elsewhere' }],
    ['in another container', { space: 'another pid:[1]' }],
  ] as const;

  /** Says that the holder of a lock is elsewhere, where nobody can see whether it lives; its own token stays. */
  function move(path: string, other: object): void {
    const held = JSON.parse(readlinkSync(`${path}.lock`));
    rmSync(`${path}.lock`);
    symlinkSync(JSON.stringify({ ...held, pid: 4_000_000, ...other }), `${path}.lock`);
  }

  describe.each(ELSEWHERE)('of a run %s', (_, other) => {
    it('stands until it lapses, and the remedy is told; then it is taken over', () => {
      const path = newPath();
      open(path, { now: () => T0, claimMs: 60_000 });
      move(path, other);
      expect(() => openFileStore(path, { now: () => T0 + 59_000 })).toThrow(
        expect.objectContaining({
          exitCode: 5,
          remedy: expect.stringMatching(/lapses at 2026-01-05T09:01:00.000Z; .*: rm .*\.lock$/),
        }),
      );
      expect(open(path, { now: () => T0 + 61_000 }).holds?.()).toBe(true);
    });

    it('stands for longer where its holder puts that off', () => {
      const path = newPath();
      let now = T0;
      const store = open(path, { now: () => now, claimMs: 60_000 });
      move(path, other);
      now += 60_000;
      expect(store.holds?.()).toBe(true);
      expect(() => openFileStore(path, { now: () => T0 + 119_000 })).toThrow('another run holds');
      expect(open(path, { now: () => T0 + 121_000 }).holds?.()).toBe(true);
    });

    it('made by a clock that is years ahead is taken over', () => {
      const path = newPath();
      open(path, { now: () => T0 + 10 * 365 * 86_400_000 });
      move(path, other);
      expect(open(path, { now: () => T0 }).holds?.()).toBe(true);
    });

    it('in the form of earlier versions, which never lapsed, stands until somebody removes it', () => {
      const path = newPath();
      open(path, { now: () => T0 });
      move(path, { ...other, until: undefined });
      expect(() => openFileStore(path, { now: () => T0 + 86_400_000 })).toThrow(
        expect.objectContaining({ exitCode: 5, remedy: expect.stringContaining(`rm ${path}.lock`) }),
      );
    });

    it('that was only paused writes nothing over what the next one has read and written', async () => {
      const path = newPath();
      let now = T0;
      const paused = open(path, { now: () => now });
      const first = await add(paused, 'alpha');
      move(path, other);
      now += 600_000;
      const next = open(path, { now: () => now });
      expect((await next.read()).known).toEqual(new Set(['alpha']));
      expect((await add(next, 'beta')).get('beta')?.kind).toBe('written');
      const [[, result] = []] = first;
      const expected = result?.kind === 'written' ? result.version : undefined;
      expect(paused.holds?.()).toBe(false);
      const late = await paused.write(new Map([['alpha', { expected, cursor: { commit: B } }]]));
      expect(late.get('alpha')).toEqual({ kind: 'moved' });
      await paused.close();
      expect(next.holds?.()).toBe(true);
      expect((await next.read()).cursors.get('alpha')).toMatchObject({ cursor: { commit: A } });
      await next.close();
      expect(filesBeside(path)).toEqual([]);
    });

    it('that lapses in the middle of a write has written what the next one reads, or nothing', async () => {
      const seen = new Set<string | undefined>();
      for (let round = 0; round < 40; round++) {
        const path = newPath();
        const paused = open(path, { now: () => T0 });
        move(path, other);
        const writing = add(paused, 'alpha');
        for (let turn = 0; turn < round % 10; turn++) await new Promise(setImmediate);
        const next = open(path, { now: () => T0 + 600_000 });
        const read = await next.read();
        const kind = (await writing).get('alpha')?.kind;
        expect(read.known.has('alpha')).toBe(kind === 'written');
        expect((await next.read()).known.has('alpha')).toBe(kind === 'written');
        seen.add(kind);
      }
      expect(seen).toContain('moved');
    });
  });

  it.each([
    ['a file', (lock: string) => writeFileSync(lock, 'mine')],
    ['a link that says nothing', (lock: string) => symlinkSync('mine', lock)],
  ])('that is %s stands, and the remedy is told', (_, make) => {
    const path = newPath();
    make(`${path}.lock`);
    expect(() => openFileStore(path)).toThrow(
      expect.objectContaining({ exitCode: 5, remedy: `If no run is under way, remove it: rm ${path}.lock` }),
    );
  });

  it('that somebody removed and another run took is not removed by the first', async () => {
    const path = newPath();
    const first = open(path);
    const run = await otherRun(path);
    rmSync(`${path}.lock`);
    expect(await run.tell('open')).toBe('open');
    await first.close();
    expect(() => openFileStore(path)).toThrow(expect.objectContaining({ exitCode: 5 }));
  });
});

describe('what is written', () => {
  it('is never renamed to its place once another run has swept the folder', async () => {
    const path = newPath();
    writeFileSync(path, 'what the other has read');
    let asked = 0;
    // Between the question and the rename.
    const isOurs = (): boolean => {
      if (asked++ > 0) return false;
      sweepTemporary(path);
      return true;
    };
    expect(await replaceFile(path, 'late', isOurs)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('what the other has read');
    expect(filesBeside(path)).toEqual([]);
  });

  it('of many lanes that end one after the other is written for many at once', async () => {
    const store = open(newPath());
    let writes = 0;
    const counted: CursorStore = { ...store, write: (changes) => (writes++, store.write(changes)) };
    const session = new CursorSession(counted, { run: 'run', claimMs: 120_000, clock: SYSTEM_CLOCK });
    const clients = Array.from({ length: 200 }, (_, index) => `client-${index}`);
    for (const client of clients) session.begin(client, { commit: A });
    await session.claim(clients);
    for (const client of clients) {
      session.release(client, { commit: B });
      void session.flush();
      await new Promise(setImmediate);
    }
    await session.finish();
    const { cursors } = await store.read();
    expect([...cursors.values()].map((one) => one.kind === 'cursor' && one.cursor.commit)).toEqual(
      clients.map(() => B),
    );
    expect(writes).toBeLessThan(100);
  });
});

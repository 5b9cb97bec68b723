/** What every store promises, asked of each of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Cursor } from '../../../../src/core/cursor/cursor.ts';
import type { CursorStore, WriteResult } from '../../../../src/core/cursor/cursor-store.ts';
import { openFileStore } from '../../../../src/adapters/cursor-stores/file-store.ts';
import { createMemoryRemote } from '../../../support/memory-store.ts';
import { createRemote, openTags } from '../../../support/sample-remote.ts';
import { tempFolder } from '../../../support/sample-repo.ts';

interface Bench {
  readonly commits: readonly [string, string, string];
  open(): Promise<CursorStore>;
  /** Behind the store's back. */
  remove(client: string): void;
  damage(client: string): void;
}

const COMMITS = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)] as const;

const STORES: Readonly<Record<string, { readonly shared: boolean; readonly set: () => Bench }>> = {
  memory: {
    shared: true,
    set() {
      const remote = createMemoryRemote();
      return {
        commits: COMMITS,
        open: async () => remote.open(),
        remove: (client) => remote.put(client, undefined),
        damage: (client) => remote.put(client, 'corrupt'),
      };
    },
  },
  file: {
    shared: false,
    set() {
      const path = join(tempFolder(), 'cursors.json');
      return {
        commits: COMMITS,
        async open() {
          const store = openFileStore(path);
          onTestFinished(() => store.close());
          return store;
        },
        remove(client) {
          const document = JSON.parse(readFileSync(path, 'utf8'));
          delete document.clients[client];
          writeFileSync(path, JSON.stringify(document));
        },
        damage: () => writeFileSync(path, readFileSync(path, 'utf8').slice(0, -20)),
      };
    },
  },
  tag: {
    shared: true,
    set() {
      const remote = createRemote(3);
      const [first = '', second = '', third = ''] = remote.commits;
      return {
        commits: [first, second, third],
        open: async () => openTags(remote.clone()),
        remove: (client) => void remote.git('tag', '--delete', `team-events/${client}`),
        damage: (client) => void remote.git('tag', '--force', `team-events/${client}`, 'main^{tree}'),
      };
    },
  },
};

/** One client's write. */
async function put(
  store: CursorStore,
  client: string,
  cursor: Cursor,
  expected?: string,
): Promise<WriteResult | undefined> {
  return (await store.write(new Map([[client, { expected, cursor }]]))).get(client);
}

async function written(
  store: CursorStore,
  client: string,
  cursor: Cursor,
  expected?: string,
): Promise<string> {
  const result = await put(store, client, cursor, expected);
  if (result?.kind !== 'written') throw new Error(`${client}: ${JSON.stringify(result)}`);
  return result.version;
}

describe.each(Object.entries(STORES))('a %s store', (_, { shared, set }) => {
  it('is empty where no client has begun', async () => {
    const store = await set().open();
    expect(await store.read()).toMatchObject({
      cursors: new Map(),
      known: new Set(),
      empty: true,
      others: [],
    });
    expect(store.shared).toBe(shared);
  });

  it('keeps a first cursor, and knows its client from then on', async () => {
    const bench = set();
    const store = await bench.open();
    const cursor = { commit: bench.commits[0] };
    const version = await written(store, 'alpha', cursor);
    await store.close();
    const found = await (await bench.open()).read();
    expect(found.cursors).toEqual(new Map([['alpha', { kind: 'cursor', cursor, version }]]));
    expect(found.known).toEqual(new Set(['alpha']));
    expect(found.empty).toBe(false);
  });

  it('keeps every field of a cursor', async () => {
    const bench = set();
    const [from, to] = bench.commits;
    const cursor: Cursor = {
      commit: from,
      step: { from, to, sequence: '000000000002.000003', sent: ['team.created', 'team.members.added'] },
      lastEvent: 'evt_0123456789abcdef0123456789abcdef',
      blocked: { event: 'evt_fedcba', status: 'answered 500: “no”', since: '2026-01-05T09:00:00Z' },
      claim: { run: 'https://ci.example.com/runs/7', until: '2026-01-05T09:05:00.5Z' },
      run: 'https://ci.example.com/runs/7',
    };
    const snapshot: Cursor = {
      commit: from,
      step: { from: null, to: from, sequence: '000000000001.000000', sent: [] },
    };
    const store = await bench.open();
    await store.write(
      new Map([
        ['alpha', { expected: undefined, cursor }],
        ['beta', { expected: undefined, cursor: snapshot }],
      ]),
    );
    const { cursors } = await store.read();
    expect(cursors.get('alpha')).toMatchObject({ cursor });
    expect(cursors.get('beta')).toMatchObject({ cursor: snapshot });
    expect(Object.keys((cursors.get('beta') as { cursor: Cursor }).cursor)).toEqual(['commit', 'step']);
  });

  it('moves a cursor from the version that it is at, again and again', async () => {
    const bench = set();
    const store = await bench.open();
    let version = await written(store, 'alpha', { commit: bench.commits[0] });
    version = await written(store, 'alpha', { commit: bench.commits[1] }, version);
    version = await written(store, 'alpha', { commit: bench.commits[2] }, version);
    expect((await store.read()).cursors.get('alpha')).toEqual({
      kind: 'cursor',
      cursor: { commit: bench.commits[2] },
      version,
    });
  });

  it('moves it from no other version', async () => {
    const bench = set();
    const store = await bench.open();
    const old = await written(store, 'alpha', { commit: bench.commits[0] });
    await written(store, 'alpha', { commit: bench.commits[1], run: 'run 2' }, old);
    expect(await put(store, 'alpha', { commit: bench.commits[2] }, old)).toMatchObject({ kind: 'moved' });
    expect(await put(store, 'alpha', { commit: bench.commits[2] })).toMatchObject({ kind: 'moved' });
    expect(await put(store, 'beta', { commit: bench.commits[2] }, old)).toEqual({ kind: 'moved' });
    expect((await store.read()).cursors.get('alpha')).toMatchObject({ cursor: { commit: bench.commits[1] } });
  });

  it('writes the others where one of many is stale', async () => {
    const bench = set();
    const [first, second, third] = bench.commits;
    const store = await bench.open();
    const alpha = await written(store, 'alpha', { commit: first });
    const beta = await written(store, 'beta', { commit: first });
    await written(store, 'beta', { commit: second }, beta);
    const results = await store.write(
      new Map([
        ['alpha', { expected: alpha, cursor: { commit: third } }],
        ['beta', { expected: beta, cursor: { commit: third } }],
        ['gamma', { expected: undefined, cursor: { commit: third } }],
      ]),
    );
    expect(Object.fromEntries([...results].map(([client, { kind }]) => [client, kind]))).toEqual({
      alpha: 'written',
      beta: 'moved',
      gamma: 'written',
    });
    const { cursors } = await store.read();
    expect(cursors.get('alpha')).toMatchObject({ cursor: { commit: third } });
    expect(cursors.get('beta')).toMatchObject({ cursor: { commit: second } });
    expect(cursors.get('gamma')).toMatchObject({ cursor: { commit: third } });
  });

  it('still knows a client whose cursor is gone', async () => {
    const bench = set();
    const store = await bench.open();
    const version = await written(store, 'alpha', { commit: bench.commits[0] });
    bench.remove('alpha');
    const found = await store.read();
    expect(found.cursors.size).toBe(0);
    expect(found.known).toEqual(new Set(['alpha']));
    expect(found.empty).toBe(false);
    expect(await put(store, 'alpha', { commit: bench.commits[1] }, version)).toEqual({ kind: 'moved' });
    // Somebody decided where it goes on.
    await written(store, 'alpha', { commit: bench.commits[1] });
    expect((await store.read()).cursors.get('alpha')).toMatchObject({ cursor: { commit: bench.commits[1] } });
  });

  it.runIf(!shared)('is never empty because it is damaged', async () => {
    const bench = set();
    const store = await bench.open();
    const version = await written(store, 'alpha', { commit: bench.commits[0] });
    bench.damage('alpha');
    await expect(store.read()).rejects.toMatchObject({ exitCode: 8 });
    await expect(put(store, 'alpha', { commit: bench.commits[1] }, version)).rejects.toMatchObject({
      exitCode: 8,
    });
  });

  it.runIf(shared)('tells a damaged cursor, and never takes it for none', async () => {
    const bench = set();
    const store = await bench.open();
    await written(store, 'alpha', { commit: bench.commits[0] });
    await written(store, 'beta', { commit: bench.commits[0] });
    bench.damage('alpha');
    const { cursors, known } = await store.read();
    const alpha = cursors.get('alpha');
    expect(alpha).toMatchObject({ kind: 'corrupt' });
    expect(cursors.get('beta')).toMatchObject({ kind: 'cursor' });
    expect(known).toEqual(new Set(['alpha', 'beta']));
    expect(await put(store, 'alpha', { commit: bench.commits[1] })).toMatchObject({ kind: 'moved' });
    await written(store, 'alpha', { commit: bench.commits[1] }, alpha?.version);
  });

  it('keeps a client of any name that is one', async () => {
    const bench = set();
    const store = await bench.open();
    const names = ['0', 'a-b-1', 'constructor', 'prototype', 'x'.repeat(63)];
    const change = { expected: undefined, cursor: { commit: bench.commits[0] } };
    await store.write(new Map(names.map((name) => [name, change])));
    expect(new Set((await store.read()).cursors.keys())).toEqual(new Set(names));
  });

  it('refuses any other name', async () => {
    const bench = set();
    const store = await bench.open();
    for (const name of ['', 'A', 'a--b', '-a', '../a', '__proto__', 'a.lock', 'a\nb']) {
      await expect(put(store, name, { commit: bench.commits[0] })).rejects.toThrow('is not a client name');
    }
    expect((await store.read()).empty).toBe(true);
  });

  it('does nothing for no changes', async () => {
    const store = await set().open();
    expect(await store.write(new Map())).toEqual(new Map());
  });

  it('may be closed twice', async () => {
    const store = await set().open();
    await store.close();
    await expect(store.close()).resolves.toBeUndefined();
  });

  it.runIf(shared)(
    'lets one of two runs win that write at once, also the same cursor, and says who',
    async () => {
      const bench = set();
      const [first, second] = await Promise.all([bench.open(), bench.open()]);
      const cursor = { commit: bench.commits[0] };
      const version = await written(first, 'alpha', cursor);
      for (const expected of [undefined, version]) {
        const client = expected === undefined ? 'beta' : 'alpha';
        const results = await Promise.all([
          put(first, client, { ...cursor, run: 'the same' }, expected),
          put(second, client, { ...cursor, run: 'the same' }, expected),
        ]);
        expect(results.filter((result) => result?.kind === 'written')).toHaveLength(1);
        expect(results).toContainEqual({ kind: 'moved', by: 'the same' });
      }
      const { known } = await second.read();
      expect(known).toEqual(new Set(['alpha', 'beta']));
    },
  );
});

/** Cursors in memory: a `remote` that several runs open, with the semantics of the tag store. For fault schedules. */
import { CLIENT_NAME } from '../../src/core/clients/file/client-schema.ts';
import type { Cursor } from '../../src/core/cursor/cursor.ts';
import type {
  CursorStore,
  PublishedBranch,
  StoredCursor,
  WriteResult,
} from '../../src/core/cursor/cursor-store.ts';
import { UnreachableError } from '../../src/errors.ts';

/** What goes wrong in one call. `lost`: it was done, and the answer never came. `refused`: for these clients. */
export type MemoryFault =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly clients: readonly string[] };

export interface MemoryRemote {
  open(): CursorStore;
  /** As somebody might with plain git; undefined deletes it. */
  put(client: string, cursor: Cursor | 'corrupt' | undefined): void;
  get(client: string): Cursor | undefined;
  /** Told of each call before it is done, of whichever store. */
  fault: ((call: 'read' | 'write') => MemoryFault | undefined) | undefined;
  branch: PublishedBranch | undefined;
}

export function createMemoryRemote(): MemoryRemote {
  const stored = new Map<string, StoredCursor>();
  const known = new Set<string>();
  let made = 0;
  const kept = (cursor: Cursor): StoredCursor => ({
    kind: 'cursor',
    cursor: structuredClone(cursor),
    version: `v${++made}`,
  });

  const remote: MemoryRemote = {
    fault: undefined,
    branch: undefined,
    put(client, cursor) {
      if (cursor === undefined) stored.delete(client);
      else if (cursor === 'corrupt') {
        stored.set(client, { kind: 'corrupt', message: 'it was damaged', version: `v${++made}` });
      } else stored.set(client, kept(cursor));
    },
    get(client) {
      const found = stored.get(client);
      return found?.kind === 'cursor' ? found.cursor : undefined;
    },
    open() {
      /** Versions of this store's making whose answer was lost. */
      const unsettled = new Map<string, string>();
      return {
        name: 'memory',
        shared: true,
        async read() {
          if (remote.fault?.('read') !== undefined) throw new UnreachableError('cannot read the memory');
          const all = new Set([...known, ...stored.keys()]);
          return {
            cursors: new Map(stored),
            known: all,
            empty: all.size === 0,
            others: [],
            branch: remote.branch,
          };
        },
        async write(changes, signal) {
          const fault = remote.fault?.('write');
          if (fault?.kind === 'unreachable' || signal?.aborted === true) {
            throw new UnreachableError('cannot write the memory');
          }
          const wrong = [...changes.keys()].find((client) => !CLIENT_NAME.test(client));
          if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is not a client name`);
          const results = new Map<string, WriteResult>();
          for (const [client, { expected, cursor }] of changes) {
            const before = stored.get(client);
            const own = before !== undefined && unsettled.get(client) === before.version;
            if (fault?.kind === 'refused' && fault.clients.includes(client)) {
              results.set(client, {
                kind: 'refused',
                message: 'the memory does not want it',
                details: ['remote: so it says'],
              });
            } else if (before?.version !== expected && !own) {
              const by =
                before?.kind === 'cursor' ? (before.cursor.claim?.run ?? before.cursor.run) : undefined;
              results.set(client, by === undefined ? { kind: 'moved' } : { kind: 'moved', by });
            } else {
              const next = kept(cursor);
              stored.set(client, next);
              known.add(client);
              results.set(client, { kind: 'written', version: next.version });
              if (fault?.kind === 'lost') unsettled.set(client, next.version);
              else unsettled.delete(client);
            }
          }
          if (fault?.kind === 'lost') throw new UnreachableError('the answer of the memory was lost');
          return results;
        },
        close: () => Promise.resolve(),
      };
    },
  };
  return remote;
}

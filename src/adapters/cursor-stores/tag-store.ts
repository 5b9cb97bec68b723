/**
 * Cursors as annotated tags of the teams repository, one for each client, moved by compare-and-swap at its remote.
 *
 *     refs/tags/PREFIX/<client>          the cursor
 *     refs/tags/PREFIX/_begun/<client>   this client has begun: distinguishes a lost cursor from none yet
 *
 * The second is created once, right after the first cursor, and never changes. Two runs that create it at once
 * agree, so there is no list for them to merge. To forget a client, a person deletes both by hand.
 */
import { randomBytes } from 'node:crypto';
import { CLIENT_NAME } from '../../core/clients/file/client-schema.ts';
import type { CursorStore, StoredCursor, StoredCursors } from '../../core/cursor/cursor-store.ts';
import { CursorError } from '../../errors.ts';
import type { ObjectFolder } from '../git/remote/object-folder.ts';
import type { RefList, RemoteRef } from '../git/remote/ref-list.ts';
import type { Remote } from '../git/remote/remote.ts';
import { formatTag, parseTag } from './tag-message.ts';
import { createTagWriter } from './tag-writer.ts';

export interface TagStoreOptions {
  /** Already validated: `git check-ref-format` accepts `refs/tags/PREFIX/x`. */
  readonly prefix: string;
  /** undefined: the remote's HEAD. */
  readonly branch: string | undefined;
  /**
   * Reads everything in one round trip. The remote then does not say which branch its HEAD is: it is called `head`.
   */
  readonly oneTrip?: { readonly head: string } | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
/** How often the refs are read again if they change meanwhile. */
const MAX_READS = 5;
/** Cursors are far smaller; a larger tag was not written by a run. */
const MAX_TAG_BYTES = 1_048_576;

export function createTagStore(
  objects: ObjectFolder,
  remote: Remote,
  { prefix, branch, oneTrip, now }: TagStoreOptions,
): CursorStore {
  const root = `refs/tags/${prefix}/`;
  const begunRoot = `${root}_begun/`;
  /** Clients whose `_begun` mark was seen. */
  const begun = new Set<string>();

  const clientOf = (ref: string, under: string): string | undefined => {
    const name = ref.startsWith(under) ? ref.slice(under.length) : '';
    return CLIENT_NAME.test(name) ? name : undefined;
  };
  const noteBegun = (list: RefList): RefList => {
    for (const ref of list.refs.keys()) {
      const client = clientOf(ref, begunRoot);
      if (client !== undefined) begun.add(client);
    }
    return list;
  };
  const listTags = async (signal?: AbortSignal): Promise<RefList> =>
    noteBegun(
      await remote.list(
        [`${root}*`, 'HEAD', ...(branch === undefined ? [] : [`refs/heads/${branch}`])],
        signal,
      ),
    );
  const fetchTags = async (signal?: AbortSignal): Promise<RefList | undefined> => {
    if (oneTrip === undefined) return undefined;
    const tip = branch === undefined ? 'HEAD' : `refs/heads/${branch}`;
    const list = await remote.listWithObjects([`${root}*`, tip], signal);
    return list && { ...noteBegun(list), head: undefined };
  };

  /** Fetches missing objects. False if a ref changed since it was listed. */
  const bring = async (wanted: ReadonlyMap<string, RemoteRef>, signal?: AbortSignal): Promise<boolean> => {
    const idsOf = ({ id, peeled }: RemoteRef): string[] => (peeled === undefined ? [id] : [id, peeled]);
    const missing = async (): Promise<string[]> => {
      const here = await objects.describe([...wanted.values()].flatMap(idsOf));
      return [...wanted].filter(([, ref]) => !idsOf(ref).every((id) => here.has(id))).map(([name]) => name);
    };
    const refs = await missing();
    if (refs.length === 0) return true; // most often: no round trip
    return (await remote.fetch(refs, signal)) === 'done' && (await missing()).length === 0;
  };

  const parse = async (tags: ReadonlyMap<string, RemoteRef>): Promise<Map<string, StoredCursor>> => {
    const info = await objects.describe([...tags.values()].map(({ id }) => id));
    const readable = [...info].filter(([, { type, size }]) => type === 'tag' && size <= MAX_TAG_BYTES);
    const texts = await objects.read(readable.map(([id]) => id));
    const found = new Map<string, StoredCursor>();
    for (const [client, { id }] of tags) {
      const text = texts.get(id);
      const type = info.get(id)?.type;
      const parsed =
        text !== undefined
          ? parseTag(Buffer.from(text).toString())
          : type === 'commit'
            ? ({ kind: 'cursor', cursor: { commit: id } } as const)
            : ({
                kind: 'corrupt',
                message: type === 'tag' ? 'it is far too long' : `it is on a ${type}, not on a commit`,
              } as const);
      found.set(
        client,
        parsed.kind === 'cursor'
          ? { ...parsed, version: id }
          : {
              kind: 'corrupt',
              message: `the tag ${prefix}/${client} is not a cursor: ${parsed.message}`,
              version: id,
            },
      );
    }
    return found;
  };

  const read = async (signal?: AbortSignal): Promise<StoredCursors> => {
    for (let reads = 0; reads < MAX_READS; reads++) {
      const fetched = reads === 0 ? await fetchTags(signal) : undefined;
      const list = fetched ?? (await listTags(signal));
      const tags = new Map<string, RemoteRef>();
      const others: string[] = [];
      const known = new Set<string>();
      for (const [ref, value] of list.refs) {
        const client = clientOf(ref, root);
        const mark = clientOf(ref, begunRoot);
        if (client !== undefined) tags.set(client, value);
        if (client !== undefined || mark !== undefined) known.add(client ?? mark ?? '');
        else if (ref.startsWith(root)) others.push(ref);
      }
      const head = branch === undefined ? (list.head ?? 'HEAD') : `refs/heads/${branch}`;
      const tip = list.refs.get(head) ?? (branch === undefined ? list.refs.get('HEAD') : undefined);
      const name = fetched && branch === undefined ? (oneTrip?.head ?? 'HEAD') : head;
      const wanted = new Map([...tags].map(([client, ref]) => [root + client, ref]));
      if (tip !== undefined) wanted.set(list.refs.has(head) ? head : 'HEAD', tip);
      if (fetched === undefined && !(await bring(wanted, signal))) continue;
      return {
        cursors: await parse(tags),
        known,
        empty: known.size === 0,
        others,
        branch: { name: name.replace(/^refs\/heads\//, ''), remote: remote.name, tip: tip?.id },
      };
    }
    throw new CursorError(
      `the tags ${prefix}/* at ${remote.name} change faster than they can be read`,
      'Run it again when fewer runs are under way.',
    );
  };

  /** Which run wrote the tag that each ref now points to. */
  const whoMoved = async (
    moved: ReadonlyMap<string, RemoteRef>,
    signal?: AbortSignal,
  ): Promise<Map<string, string>> => {
    const runs = new Map<string, string>();
    try {
      await bring(new Map([...moved].map(([client, ref]) => [root + client, ref])), signal);
      for (const [client, stored] of await parse(moved)) {
        const run = stored.kind === 'cursor' ? (stored.cursor.claim?.run ?? stored.cursor.run) : undefined;
        if (run !== undefined) runs.set(client, run);
      }
    } catch (error) {
      if (!(error instanceof CursorError)) throw error; // the name was only for a message
    }
    return runs;
  };

  return {
    name: `tag:${prefix}`,
    shared: true,
    read,
    write: createTagWriter({
      remote,
      refOf: (client) => root + client,
      markOf: (client) => begunRoot + client,
      begun,
      make: (cursors) =>
        objects.writeTags(
          cursors.map(([client, cursor]) => {
            if (!CLIENT_NAME.test(client)) throw new Error(`${JSON.stringify(client)} is not a client name`);
            const nonce = randomBytes(16).toString('hex');
            return formatTag(cursor, { client, tag: `${prefix}/${client}`, now: now(), nonce });
          }),
        ),
      list: listTags,
      whoMoved,
    }),
    close: () => Promise.resolve(),
  };
}

/**
 * What `git ls-remote --symref` prints. `^{}` is what the annotated tag above it is of.
 *
 *     ref: refs/heads/main\tHEAD
 *     <id>\tHEAD
 *     <id>\trefs/tags/team-events/a
 *     <id>\trefs/tags/team-events/a^{}
 */

export interface RemoteRef {
  /** Unpeeled: of an annotated tag, the tag object. */
  readonly id: string;
  /** Of an annotated tag, what it is of. */
  readonly peeled: string | undefined;
}

export interface RefList {
  readonly refs: ReadonlyMap<string, RemoteRef>;
  /** The ref that HEAD is, where the server tells. */
  readonly head: string | undefined;
}

const PEELED = '^{}';

export function parseRefList(text: string): RefList {
  const refs = new Map<string, RemoteRef>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const [value, ref] = line.split('\t');
    if (value === undefined || ref === undefined) continue;
    if (value.startsWith('ref: ')) {
      if (ref === 'HEAD') head = value.slice('ref: '.length);
    } else if (ref.endsWith(PEELED)) {
      const of = refs.get(ref.slice(0, -PEELED.length));
      if (of !== undefined) refs.set(ref.slice(0, -PEELED.length), { ...of, peeled: value });
    } else {
      refs.set(ref, { id: value, peeled: undefined });
    }
  }
  return { refs, head };
}

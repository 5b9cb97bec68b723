/**
 * Parses the output of `git ls-remote --symref`. `^{}` is the object that the annotated tag above it refers to.
 *
 *     ref: refs/heads/main\tHEAD
 *     <id>\tHEAD
 *     <id>\trefs/tags/team-events/a
 *     <id>\trefs/tags/team-events/a^{}
 */

export interface RemoteRef {
  /** Unpeeled: for an annotated tag, the id of the tag object. */
  readonly id: string;
  /** For an annotated tag, the object that it refers to. */
  readonly peeled: string | undefined;
}

export interface RefList {
  readonly refs: ReadonlyMap<string, RemoteRef>;
  /** The ref that HEAD refers to, if the server says so. */
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

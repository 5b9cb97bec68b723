/** From a path in a YAML document back to line and column. */
import { COLLECTION_STYLE, EVENT_ID, getScalarValue, SCALAR_STYLE, type Event } from 'js-yaml';

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Document index, then keys and indexes. */
export type NodePath = readonly (string | number)[];

/** Line and column of a character offset. */
export function positionAt(text: string, offset: number): Position {
  return createPositions(text)(offset);
}

/** Finds the line starts once, so that many positions in a long file are cheap. */
function createPositions(text: string): (offset: number) => Position {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)];
  return (offset) => {
    let low = 0;
    for (let high = starts.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** A child of a list or mapping: its index, and the index of its label (its key; in a list, itself). */
interface Child {
  readonly node: number;
  readonly label: number;
}

/**
 * Returns a function that gives the start of the node at a path. If the path cannot be followed to its end (an alias, a
 * merged key, a missing key), it gives the last node that could be reached; for an empty value it gives the key. Each
 * list and mapping is indexed once, however many children are asked for. `keyForm` normalises keys for comparison.
 */
export function createLocator(
  events: readonly Event[],
  text: string,
  keyForm: (key: string) => string,
): (path: NodePath) => Position {
  const position = createPositions(text);
  const ends = endsOf(events);
  const known = new Map<number, ReadonlyMap<string | number, Child>>();

  function childrenOf(parent: number): ReadonlyMap<string | number, Child> {
    const found = known.get(parent) ?? readChildren(parent);
    known.set(parent, found);
    return found;
  }

  function readChildren(parent: number): ReadonlyMap<string | number, Child> {
    const children = new Map<string | number, Child>();
    const kind = events[parent]?.type;
    if (kind !== EVENT_ID.SEQUENCE && kind !== EVENT_ID.MAPPING) return children;
    for (let node = parent + 1; node < events.length && events[node]?.type !== EVENT_ID.POP;) {
      const label = node;
      if (kind === EVENT_ID.SEQUENCE) children.set(children.size, { node, label });
      else {
        node = ends[label] ?? events.length;
        const name = events[label];
        const key = name?.type === EVENT_ID.SCALAR ? keyForm(getScalarValue(text, name)) : undefined;
        if (key !== undefined && !children.has(key)) children.set(key, { node, label });
      }
      node = ends[node] ?? events.length;
    }
    return children;
  }

  return (path) => {
    let node = 0;
    for (let skipped = 0; skipped < Number(path[0] ?? 0); skipped++) node = ends[node] ?? events.length;
    node++; // inside the DOCUMENT event
    let offset = startOf(events[node]) ?? 0;
    for (const key of path.slice(1)) {
      const child = childrenOf(node).get(key);
      if (child === undefined) break;
      node = child.node;
      const own = isBlock(events[node]) ? undefined : startOf(events[node]);
      offset = own ?? startOf(events[child.label]) ?? dashOf(events, text, node, offset);
    }
    return position(offset);
  };
}

/** For each node, the index after its end. */
function endsOf(events: readonly Event[]): readonly number[] {
  const ends: number[] = [];
  const open: number[] = [];
  for (const [index, { type }] of events.entries()) {
    ends.push(index + 1);
    if (type === EVENT_ID.POP) ends[open.pop() ?? index] = index + 1;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(index);
  }
  return ends;
}

/** The dash of an empty list item: the first dash after the node before it. */
function dashOf(events: readonly Event[], text: string, node: number, parentOffset: number): number {
  let before = parentOffset;
  for (let index = node - 1; index >= 0; index--) {
    const event = events[index];
    if (event?.type !== EVENT_ID.SCALAR || event.valueEnd < 0) continue;
    before = Math.max(before, event.valueEnd);
    break;
  }
  const dash = text.indexOf('-', before);
  return dash < 0 ? parentOffset : dash;
}

/** A block collection starts on the line after its key; people look for the key. */
const isBlock = (event: Event | undefined): boolean =>
  (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) &&
  event.style === COLLECTION_STYLE.BLOCK;

function startOf(event: Event | undefined): number | undefined {
  if (event === undefined) return undefined;
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
      return event.valueStart < 0 ? undefined : event.valueStart - (quoted ? 1 : 0);
    }
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1; // the asterisk
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return undefined;
  }
}

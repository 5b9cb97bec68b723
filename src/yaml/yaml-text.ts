/**
 * YAML text -> plain values, and from a path inside them back to line and column. The only user of js-yaml.
 *
 * Scalars are lossless: a plain scalar becomes a number or a boolean only where printing it gives the same
 * text back (`0x009922`, `0123`, `1e3`, `1.10` and dates stay strings). Keys are strings in Unicode NFC.
 */
import {
  COLLECTION_STYLE,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  EVENT_ID,
  FAILSAFE_SCHEMA,
  getScalarValue,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
  type Event,
} from 'js-yaml';

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Document index, then keys and indexes. */
export type NodePath = readonly (string | number)[];

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type YamlText =
  | { readonly ok: true; readonly documents: readonly unknown[]; locate(path: NodePath): Position }
  | { readonly ok: false; readonly message: string; readonly position: Position };

const MAX_DEPTH = 100;
const MAX_ALIASES = 10_000;
const MAX_MERGE_KEYS = 100_000;
const DIGITS = ['-', ...'0123456789'];
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

const losslessNumber = (source: string): number | typeof NOT_RESOLVED => {
  if (!NUMBER.test(source)) return NOT_RESOLVED;
  const value = Number(source);
  return String(value) === source ? value : NOT_RESOLVED;
};

const losslessBoolean = (source: string): boolean | typeof NOT_RESOLVED =>
  source === 'true' ? true : source === 'false' ? false : NOT_RESOLVED;

// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;
/** The form in which keys and ids are compared. */
export const nfc = (text: string): string => (NOT_ASCII.test(text) ? text.normalize('NFC') : text);

const keyText = (key: unknown): string => nfc(String(key));

const SCHEMA = FAILSAFE_SCHEMA.withTags(
  nullCoreTag,
  defineScalarTag('tag:yaml.org,2002:bool', {
    implicit: true,
    implicitFirstChars: ['t', 'f'],
    resolve: losslessBoolean,
    identify: () => false,
  }),
  ...['int', 'float'].map((name) =>
    defineScalarTag(`tag:yaml.org,2002:${name}`, {
      implicit: name === 'int',
      implicitFirstChars: DIGITS,
      resolve: losslessNumber,
      identify: () => false,
    }),
  ),
  mergeTag,
  defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
    ...mapTag,
    addPair: (carrier, key, value) => {
      if (key === '__proto__') return 'the key __proto__ is not allowed';
      if (typeof key === 'object' && key !== null) return 'a key is a list or a mapping; expected text';
      carrier[keyText(key)] = value;
      return '';
    },
    has: (carrier, key) => Object.hasOwn(carrier, keyText(key)),
  }),
);

/** Parses all documents of `text`; empty ones are left out. Never throws. */
export function parseYaml(text: string): YamlText {
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const documents = constructFromEvents(events, {
      source: text,
      schema: SCHEMA,
      maxAliases: MAX_ALIASES,
      maxTotalMergeKeys: MAX_MERGE_KEYS,
    });
    return { ok: true, documents, locate: (path) => positionAt(text, offsetOf(events, text, path)) };
  } catch (error) {
    return { ok: false, ...describe(error, text) };
  }
}

const CONFLICT = /^<{7} /m;
const DUPLICATE = 'duplicated mapping key';

function describe(error: unknown, text: string): { readonly message: string; readonly position: Position } {
  const conflict = CONFLICT.exec(text);
  if (conflict)
    return {
      message: 'a conflict of a merge was left in the file',
      position: positionAt(text, conflict.index),
    };
  const { reason, mark } =
    error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
  if (mark === undefined) return { message: reason, position: { line: 1, column: 1 } }; // missing on some errors
  const position = { line: mark.line + 1, column: mark.column + 1 };
  const key = reason === DUPLICATE ? /^[^:\r\n]*/.exec(text.slice(mark.position))?.[0] : undefined;
  return { message: key === undefined ? reason : `${reason} ${key.trim()}`, position };
}

/** Line and column of a character offset. */
export function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/**
 * Where the node at `path` starts. A path that cannot be followed to its end (an alias, a merged key, a key
 * that is not there) gives the last node that could be reached; an empty value gives its key.
 */
function offsetOf(events: readonly Event[], text: string, path: NodePath): number {
  let node = 0;
  for (let skipped = 0; skipped < Number(path[0] ?? 0); skipped++) node = afterNode(events, node);
  node++; // inside the DOCUMENT event
  let offset = startOf(events[node]) ?? 0;
  for (const key of path.slice(1)) {
    const child = childOf(events, text, node, key);
    if (child === undefined) break;
    node = child.node;
    const own = isBlock(events[node]) ? undefined : startOf(events[node]);
    offset = own ?? startOf(events[child.label]) ?? dashOf(events, text, node, offset);
  }
  return offset;
}

/** Where the dash of an empty list item stands: the first after what comes before it. */
function dashOf(events: readonly Event[], text: string, node: number, parentOffset: number): number {
  let before = parentOffset;
  for (const event of events.slice(0, node)) {
    if (event.type === EVENT_ID.SCALAR) before = Math.max(before, event.valueEnd);
  }
  const dash = text.indexOf('-', before);
  return dash < 0 ? parentOffset : dash;
}

/** A block collection begins on the line after its key: the key is where people look. */
const isBlock = (event: Event | undefined): boolean =>
  (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) &&
  event.style === COLLECTION_STYLE.BLOCK;

/** The child named `key` of a node: its index and the index of what names it (the key, or itself in a list). */
function childOf(events: readonly Event[], text: string, parent: number, key: string | number) {
  const kind = events[parent]?.type;
  if (kind !== EVENT_ID.SEQUENCE && kind !== EVENT_ID.MAPPING) return undefined;
  let child = parent + 1;
  for (let position = 0; events[child] !== undefined && events[child]?.type !== EVENT_ID.POP; position++) {
    const label = child;
    if (kind === EVENT_ID.MAPPING) child = afterNode(events, child);
    const name = events[label];
    const matches =
      kind === EVENT_ID.SEQUENCE
        ? position === key
        : name?.type === EVENT_ID.SCALAR && nfc(getScalarValue(text, name)) === key;
    if (matches) return { node: child, label };
    child = afterNode(events, child);
  }
  return undefined;
}

/** The index after the node that starts at `index`. */
function afterNode(events: readonly Event[], index: number): number {
  let depth = 0;
  do {
    const type = events[index]?.type;
    if (type === undefined) return index;
    if (type === EVENT_ID.POP) depth--;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) depth++;
    index++;
  } while (depth > 0);
  return index;
}

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

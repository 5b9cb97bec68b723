/**
 * YAML as docs/catalogues.md has it: lossless scalars, keys in NFC, anchors, aliases and merge keys; what is a problem is thrown.
 * Read by the `yaml` package, node by node: what a scalar means is decided here.
 */
import { isAlias, isMap, isNode, isScalar, isSeq, parseAllDocuments, type Document, type Node } from 'yaml';

export type Value = null | boolean | number | string | Value[] | Mapping;
export interface Mapping {
  [key: string]: Value;
}

/** What makes a file broken. */
export class Problem extends Error {}

const MAX_BYTES = 1024 * 1024;
/** Of all values of a file, those behind aliases counted at each place where they stand. */
const MAX_VALUES = 1_000_000;

/** What YAML 1.2 allows in a text. */
const PRINTABLE = /^[\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** The values of all documents that are not empty. @throws {Problem} */
export function yamlValues(bytes: Uint8Array): Value[] {
  if (bytes.length > MAX_BYTES) throw new Problem('larger than 1 MiB');
  const text = utf8(bytes);
  if (!PRINTABLE.test(text)) throw new Problem('a character that YAML does not allow');
  // The package takes no lone carriage return for the end of a line, as YAML does.
  const documents = parseAllDocuments(text.replaceAll(/\r\n?/g, '\n'), {
    schema: 'failsafe',
    uniqueKeys: false, // looked at below, in NFC
    logLevel: 'silent',
  });
  const values = [...(documents as Document[])].map(documentValue).filter((value) => value !== null);
  if (values.length === 0) throw new Problem('empty');
  return values;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('not UTF-8');
  }
}

/** Tags that say no more than the value does by itself. */
const KNOWN_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map(
  (name) => `tag:yaml.org,2002:${name}`,
);

function documentValue(document: Document): Value {
  for (const error of document.errors) throw new Problem(error.message);
  let values = 0;
  /** `inside`: the collections that `node` stands in. */
  const valueOf = (node: unknown, inside: readonly Node[]): Value => {
    if (++values > MAX_VALUES) throw new Problem('an alias bomb');
    const tag = isNode(node) && !isAlias(node) ? node.tag : undefined;
    if (tag !== undefined && tag !== '!' && !KNOWN_TAGS.includes(tag))
      throw new Problem(`an unknown tag ${tag}`);
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) throw new Problem(`the alias ${node.source} has no anchor before it`);
      if (inside.includes(target)) throw new Problem(`the alias ${node.source} stands inside itself`);
      return valueOf(target, inside);
    }
    if (isSeq(node)) return node.items.map((item) => valueOf(item, [...inside, node]));
    if (!isMap(node)) return isScalar(node) ? scalarValue(node.value, node.type, node.tag) : null;

    const own = new Map<string, Value>();
    const merged: Mapping[] = [];
    for (const { key, value } of node.items) {
      const content = valueOf(value, [...inside, node]);
      if (isScalar(key) && key.type === 'PLAIN' && key.value === '<<') {
        for (const item of Array.isArray(content) ? content : [content]) {
          if (!isMapping(item)) throw new Problem('what is merged is no mapping');
          merged.push(item);
        }
        continue;
      }
      const name = keyText(valueOf(key, [...inside, node]));
      if (own.has(name)) throw new Problem(`the key ${name} stands twice`);
      own.set(name, content);
    }
    // The mapping's own keys first, then those of the first that is merged.
    const all = new Map<string, Value>();
    for (const pairs of [own, ...merged.map((mapping) => Object.entries(mapping))]) {
      for (const [name, value] of pairs) if (!all.has(name)) all.set(name, value);
    }
    return Object.fromEntries(all);
  };
  return valueOf(document.contents, []);
}

function keyText(key: Value): string {
  if (typeof key === 'object' && key !== null) throw new Problem('a key is no text');
  return String(key).normalize('NFC');
}

/** A plain scalar is a number or boolean only where printing it gives back the same text. */
function scalarValue(source: unknown, style: string | undefined, tag: string | undefined): Value {
  const text = typeof source === 'string' ? source : '';
  if (text !== new TextDecoder().decode(new TextEncoder().encode(text)))
    throw new Problem('half a character');
  if (style !== 'PLAIN' || tag === 'tag:yaml.org,2002:str' || tag === '!') return text;
  if (['', '~', 'null', 'Null', 'NULL'].includes(text)) return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?[0-9]+(\.[0-9]+)?$/.test(text) && String(Number(text)) === text) return Number(text);
  return text;
}

export const isMapping = (value: Value | undefined): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of a scalar; undefined for what is none, and for an empty text: as good as no value. */
export const textOf = (value: Value | undefined): string | undefined =>
  value === undefined || value === null || value === '' || typeof value === 'object'
    ? undefined
    : String(value).normalize('NFC');

/** A key without a value is the same as no key, at any depth of mappings. */
export function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

/**
 * Keys as a configuration names them. `spec.members` is a key of the mapping, or, if the mapping has no such key,
 * `members` in the mapping under `spec`.
 */
import { createLookAlike, type LookAlike } from '../../text/look-alike.ts';
import { isMapping } from '../../yaml/yaml-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The value under `key`; undefined if there is none. */
export function valueUnder(fields: Fields, key: string): unknown {
  const own = fields[key];
  if (own !== undefined && Object.hasOwn(fields, key)) return own;
  const dot = key.indexOf('.');
  if (dot < 0 || !Object.hasOwn(fields, key.slice(0, dot))) return undefined; // most often
  let value: unknown = fields;
  for (const part of key.split('.')) {
    if (!isMapping(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** The path to the value, key by key. */
export const keyPath = (fields: Fields, key: string): readonly string[] =>
  Object.hasOwn(fields, key) ? [key] : key.split('.');

/**
 * A copy without the values under `keys`, and without mappings that become empty by that. One copy serves all keys, so
 * many keys of a large mapping cost no more than its size.
 */
export function without(fields: Fields, keys: readonly string[]): Fields {
  const gone = new Set<string>();
  const deeper = new Map<string, string[]>();
  for (const key of keys) {
    if (valueUnder(fields, key) === undefined) continue;
    const [first = key, ...others] = keyPath(fields, key);
    if (others.length === 0) gone.add(first);
    else deeper.set(first, [...(deeper.get(first) ?? []), others.join('.')]);
  }
  if (gone.size === 0 && deeper.size === 0) return fields; // most often
  const left: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (gone.has(key)) continue;
    const inner = deeper.get(key);
    const rest = inner && isMapping(value) ? without(value, inner) : value;
    if (inner === undefined || Object.keys(rest as Fields).length > 0) left[key] = rest;
  }
  return left;
}

/** A key that looks like a misspelling of one that a configuration names. */
export interface Slip {
  /** The path to the key, including the key itself. */
  readonly path: readonly string[];
  /** The key that was probably meant. */
  readonly known: string;
}

/** The keys that may follow at one point of the paths. */
interface Fork {
  readonly next: ReadonlySet<string>;
  readonly lookAlike: LookAlike;
  /** By next key, where a path goes on. */
  readonly deeper: ReadonlyMap<string, Fork>;
}

function forkOf(ways: readonly (readonly string[])[]): Fork {
  const next = new Set<string>();
  const further = new Map<string, (readonly string[])[]>();
  for (const [part = '', ...others] of ways) {
    next.add(part);
    if (others.length > 0) further.set(part, [...(further.get(part) ?? []), others]);
  }
  const deeper = new Map([...further].map(([part, inner]) => [part, forkOf(inner)] as const));
  return { next, lookAlike: createLookAlike([...next]), deeper };
}

/** One for each list of a configuration, because the same lists are used for every team. */
const forks = new WeakMap<readonly string[], Fork>();

function forkTo(keys: readonly string[]): Fork {
  const fork = forks.get(keys) ?? forkOf(keys.map((key) => key.split('.')));
  forks.set(keys, fork);
  return fork;
}

/** The path to an empty value on the way to one of `keys`; undefined if there is none. */
export function findEmpty(fields: Fields, keys: readonly string[]): readonly string[] | undefined {
  const look = (mapping: Fields, { deeper }: Fork): readonly string[] | undefined => {
    for (const [part, inner] of deeper) {
      if (!Object.hasOwn(mapping, part)) continue;
      const value = mapping[part];
      if (value === null) return [part];
      const found = isMapping(value) ? look(value, inner) : undefined;
      if (found !== undefined) return [part, ...found];
    }
    return undefined;
  };
  return look(fields, forkTo(keys));
}

/**
 * Finds a mapping that lacks the next key on the way to one of `keys` but has one that looks like it: `membre` for
 * `members`, `spec.memebrs` for `spec.members`. Considers only keys for which `counts` returns true.
 */
export function findSlip(
  fields: Fields,
  keys: readonly string[],
  counts: (key: string, value: unknown) => boolean,
): Slip | undefined {
  const look = (mapping: Fields, { next, lookAlike, deeper }: Fork): Slip | undefined => {
    for (const [key, value] of Object.entries(mapping)) {
      const meant = next.has(key) || !counts(key, value) ? undefined : lookAlike(key);
      if (meant === undefined || Object.hasOwn(mapping, meant)) continue;
      return { path: [key], known: meant };
    }
    for (const [part, inner] of deeper) {
      const value = Object.hasOwn(mapping, part) ? mapping[part] : undefined;
      const found = isMapping(value) ? look(value, inner) : undefined;
      if (found !== undefined) return { ...found, path: [part, ...found.path] };
    }
    return undefined;
  };
  return look(fields, forkTo(keys));
}

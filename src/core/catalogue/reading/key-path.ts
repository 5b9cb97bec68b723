/**
 * The keys that a configuration names. `spec.members` is a key of a mapping, or, where it has no such key, `members` in
 * the mapping under `spec`.
 */
import { createLookAlike, type LookAlike } from '../../text/look-alike.ts';
import { isMapping } from '../../yaml/yaml-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What stands under `key`; undefined where nothing leads there. */
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

/** The keys on the way to it. */
export const keyPath = (fields: Fields, key: string): readonly string[] =>
  Object.hasOwn(fields, key) ? [key] : key.split('.');

/**
 * A copy without what stands under `keys`, nor the mappings on the way that hold nothing else. One copy for all of them, so
 * that many keys of a large mapping cost no more than it is large.
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

/** A key that looks like one that a configuration names. */
export interface Slip {
  /** The keys on the way to it, and itself. */
  readonly path: readonly string[];
  /** What it looks like. */
  readonly known: string;
}

/** What may follow at one place on the ways to some keys. */
interface Fork {
  readonly next: ReadonlySet<string>;
  readonly lookAlike: LookAlike;
  /** By next key, where a way leads further. */
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

/** Of each configuration's lists, as the same are asked about for every team. */
const forks = new WeakMap<readonly string[], Fork>();

function forkTo(keys: readonly string[]): Fork {
  const fork = forks.get(keys) ?? forkOf(keys.map((key) => key.split('.')));
  forks.set(keys, fork);
  return fork;
}

/** Where on the way to one of `keys` nothing stands under a key; undefined where there is no such place. */
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
 * Where the way to one of `keys` ends at a mapping without its next key, but with one that looks like it: `membre` for
 * `members`, `spec.memebrs` for `spec.members`. Only of keys that `counts` takes.
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

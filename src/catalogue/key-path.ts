/**
 * The keys that a configuration names. `spec.members` is a key of a mapping, or, where it has no such key, `members` in
 * the mapping under `spec`.
 */
import { isMapping } from '../yaml/yaml-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What stands under `key`; undefined where nothing leads there. */
export function valueUnder(fields: Fields, key: string): unknown {
  const own = fields[key];
  if (own !== undefined && Object.hasOwn(fields, key)) return own;
  if (!key.includes('.')) return undefined; // most often
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

/** A copy without what stands under `key`, nor the mappings on the way that hold nothing else. */
export function without(fields: Fields, key: string): Fields {
  if (valueUnder(fields, key) === undefined) return fields;
  const [first = key, ...deeper] = keyPath(fields, key);
  const { [first]: inner, ...others } = fields;
  if (deeper.length === 0 || !isMapping(inner)) return others;
  const left = without(inner, deeper.join('.'));
  return Object.keys(left).length === 0 ? others : { ...others, [first]: left };
}

/** Plain JSON data in one canonical form: mappings sorted by key, a null value in a mapping same as no key. */
import { isMapping } from '../yaml/yaml-text.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** What one file may come to when its aliases are written out: counted in characters, 8 for each node. */
const MAX_EXPANDED = 16 * 1024 * 1024;
const MAX_DEPTH = 200;

/** Thrown where aliases make a cycle, or a file expands past its bound. */
export class ExpansionError extends Error {}

/** Code-unit order, the same in every locale. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** null is the same as no key. */
export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** For lines and sentences: a text as it is, anything else as JSON. */
export const plainText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Parsed YAML -> canonical JSON; of a mapping without these keys. @throws {ExpansionError} */
export type Canonicalizer = (value: unknown, without?: ReadonlySet<string>) => Json;

/** One budget for all its calls, so that what comes out of a small file stays bounded. */
export function createCanonicalizer(): Canonicalizer {
  let spent = 0;

  const convert = (value: unknown, depth: number): Json => {
    spent += 8;
    if (typeof value === 'string') spent += value.length;
    if (spent > MAX_EXPANDED) throw new ExpansionError('the aliases of this file expand past 16 MiB');
    if (value === null || value === undefined) return null;
    if (isScalar(value)) return value;
    if (depth > MAX_DEPTH)
      throw new ExpansionError('the values are nested too deeply, or an alias holds itself');
    if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1));
    return convertMapping(value as Record<string, unknown>, depth, undefined);
  };

  const convertMapping = (
    mapping: Record<string, unknown>,
    depth: number,
    without: ReadonlySet<string> | undefined,
  ): JsonObject => {
    const result: Record<string, Json> = {};
    let keys = Object.keys(mapping);
    if (without) keys = keys.filter((key) => !without.has(key));
    for (const key of keys.length > 1 ? keys.sort() : keys) {
      const item = convert(mapping[key], depth + 1);
      if (item === null) continue;
      spent += key.length;
      result[key] = item;
    }
    return result;
  };

  return (value, without) => (isMapping(value) ? convertMapping(value, 0, without) : convert(value, 0));
}

/** Same text for the same value; `value` must be canonical. */
export const canonicalText = (value: Json): string => JSON.stringify(value);

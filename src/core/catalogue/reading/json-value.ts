/** Plain JSON data in one canonical form: the keys of mappings sorted, null values in mappings left out. */
import { isMapping } from '../../yaml/yaml-text.ts';
import { ExpansionError, type Spend } from './expansion.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const MAX_DEPTH = 200;

/** Code-unit order, the same in every locale. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** In a mapping, null is the same as no key. */
export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** For messages: text as it is, anything else as JSON. */
export const plainText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Parsed YAML -> canonical JSON; a mapping loses the keys in `without`. @throws {ExpansionError} */
export type Canonicalizer = (value: unknown, without?: ReadonlySet<string>) => Json;

/** `spend` counts what comes out. */
export function createCanonicalizer(spend: Spend): Canonicalizer {
  const convert = (value: unknown, depth: number): Json => {
    spend(typeof value === 'string' ? 8 + value.length : 8);
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
      spend(key.length);
      const item = convert(mapping[key], depth + 1);
      if (item !== null) result[key] = item;
    }
    return result;
  };

  return (value, without) => (isMapping(value) ? convertMapping(value, 0, without) : convert(value, 0));
}

/** Same text for the same value; `value` must be canonical. */
export const canonicalText = (value: Json): string => JSON.stringify(value);

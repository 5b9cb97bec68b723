/** The keys that the settings name, in a team or a member as it is written. */
import { isMapping, type Mapping, type Value } from './yaml-values.ts';

/** What stands under a key: `spec.members` is that key, or where there is none `members` in the mapping under `spec`. */
export function valueUnder(fields: Mapping, key: string): Value | undefined {
  if (Object.hasOwn(fields, key)) return fields[key];
  let value: Value | undefined = fields;
  for (const part of key.split('.'))
    value = isMapping(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

export const under = (fields: Mapping, key: string | undefined): Value =>
  (key === undefined ? undefined : valueUnder(fields, key)) ?? null;

export const hasValue = (fields: Mapping, key: string): boolean => under(fields, key) !== null;

/** All but that, and but the mappings on the way to it that hold nothing else. */
export function without(fields: Mapping, key: string): Mapping {
  if (valueUnder(fields, key) === undefined) return fields;
  const [first = '', ...deeper] = Object.hasOwn(fields, key) ? [key] : key.split('.');
  const { [first]: inner = null, ...others } = fields;
  const left = deeper.length > 0 && isMapping(inner) ? without(inner, deeper.join('.')) : {};
  return Object.keys(left).length === 0 ? others : { ...others, [first]: left };
}

export const listOf = (value: Value): Value[] =>
  value === null ? [] : Array.isArray(value) ? value : [value];

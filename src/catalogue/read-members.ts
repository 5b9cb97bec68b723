/** The members of a team: a set by id, from one list or from several role lists. */
import { isMapping, nfc, type NodePath } from '../yaml/yaml-text.ts';
import type { Configuration } from './configuration.ts';
import {
  byCodeUnits,
  canonicalText,
  isScalar,
  type Canonicalizer,
  type JsonObject,
  isAbsent,
} from './json-value.ts';
import { keyPath, valueUnder, without } from './key-path.ts';
import { kindOf } from './layout.ts';
import type { Member } from './team.ts';

type Report = (node: NodePath, message: string) => void;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Sorted by id. Someone who is listed several times is one member with the keys of all entries; where the team
 * has several of the configured lists, `roles` holds the names of those that the member stands in.
 */
export function readMembers(
  fields: Fields,
  node: NodePath,
  { members: listNames, member: idKeys, memberCase }: Configuration,
  canonical: Canonicalizer,
  report: Report,
): Member[] {
  const lists = listNames.filter((name) => !isAbsent(valueUnder(fields, name)));
  const byId = new Map<string, JsonObject>();
  const rolesOf = new Map<string, Set<string>>();
  for (const list of lists) {
    const value = valueUnder(fields, list);
    const place = [...node, ...keyPath(fields, list)];
    if (!Array.isArray(value)) {
      report(place, `the members are ${kindOf(value)}; expected a list`);
      continue;
    }
    for (const [index, item] of (value as unknown[]).entries()) {
      const read = readMember(item, idKeys, canonical);
      if (typeof read === 'string') {
        report([...place, index], read);
        continue;
      }
      const id = nfc(memberCase === 'insensitive' ? read.id.toLowerCase() : read.id);
      const known = byId.get(id);
      byId.set(id, known === undefined ? read.own : merge(known, read.own));
      if (lists.length > 1) rolesOf.set(id, (rolesOf.get(id) ?? new Set()).add(list));
    }
  }
  return [...byId.keys()].sort().map((id): Member => {
    const member = { id, ...byId.get(id) };
    return lists.length > 1 ? { ...member, roles: [...(rolesOf.get(id) ?? [])].sort() } : member;
  });
}

const NOTHING: JsonObject = {};

/** The member, or what is wrong with it. */
function readMember(
  item: unknown,
  idKeys: readonly string[],
  canonical: Canonicalizer,
): { readonly id: string; readonly own: JsonObject } | string {
  if (isScalar(item)) {
    canonical(item); // counts
    return item === '' ? 'the member is empty text' : { id: String(item), own: NOTHING };
  }
  if (!isMapping(item)) return `the member is ${kindOf(item)}; expected text or a mapping`;
  const idKey = idKeys.find((key) => isScalar(valueUnder(item, key)) && valueUnder(item, key) !== '');
  if (idKey === undefined) return `the member has none of the keys that identify one: ${idKeys.join(', ')}`;
  const told = new Set(['id', idKey]);
  const own = canonical(idKey.includes('.') ? without(item, idKey) : item, told) as JsonObject;
  return { id: String(valueUnder(item, idKey)), own };
}

/** Of two entries of one member the keys of both; where they differ the choice does not depend on their order. */
function merge(a: JsonObject, b: JsonObject): JsonObject {
  const merged = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    const known = merged.get(key);
    if (known === undefined || canonicalText(value) < canonicalText(known)) merged.set(key, value);
  }
  return Object.fromEntries([...merged].sort(([x], [y]) => byCodeUnits(x, y)));
}

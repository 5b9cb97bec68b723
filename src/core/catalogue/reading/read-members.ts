/** The members of a team: a set by id, from one list or from several role lists. */
import type { Result } from '../../result.ts';
import { controlCharacterIn, quoted } from '../../text/unicode.ts';
import { isMapping, nfc, type NodePath } from '../../yaml/yaml-text.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { Member } from '../team.ts';
import {
  byCodeUnits,
  canonicalText,
  isAbsent,
  isScalar,
  type Canonicalizer,
  type Json,
  type JsonObject,
} from './json-value.ts';
import { keyPath, valueUnder, without } from './key-path.ts';
import { kindOf } from './layout.ts';
import type { TeamContext } from './team-context.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The members, sorted by id. Someone listed several times is one member with the keys of all entries. If the team has
 * several of the configured lists, `roles` holds the names of the lists that include the member.
 */
export function readMembers(
  fields: Fields,
  node: NodePath,
  { configuration, canonical, spend, report }: TeamContext,
): Member[] {
  const lists = memberLists(fields, configuration);
  const several = lists.length > 1;
  const byId = new Map<
    string,
    { readonly own: JsonObject; more?: Keys; readonly roles: Set<string> | undefined }
  >();
  for (const list of lists) {
    const value = valueUnder(fields, list);
    const place = [...node, ...keyPath(fields, list)];
    if (!Array.isArray(value)) {
      report(place, `the members are ${kindOf(value)}; expected a list`);
      continue;
    }
    for (const [index, item] of (value as unknown[]).entries()) {
      const read = readMember(item, configuration, canonical);
      if (!read.ok) {
        report([...place, index], read.wrong);
        continue;
      }
      const { id, own } = read.value;
      spend(id.length + (several ? list.length : 0));
      const known = byId.get(id);
      if (known === undefined) byId.set(id, { own, roles: several ? new Set([list]) : undefined });
      else {
        known.roles?.add(list);
        known.more ??= addKeys(new Map(), known.own);
        addKeys(known.more, own);
      }
    }
  }
  return [...byId.keys()].sort().map((id): Member => {
    const { own, more, roles } = byId.get(id) ?? {};
    const member = { id, ...(more === undefined ? own : sortedKeys(more)) };
    return roles === undefined ? member : { ...member, roles: [...roles].sort() };
  });
}

/** The configured lists that a team has. */
export const memberLists = (fields: Fields, { members }: Configuration): string[] =>
  members.filter((name) => !isAbsent(valueUnder(fields, name)));

/** The id of a member in the form that is compared; undefined if it has none. */
export function memberId(item: unknown, { member, memberCase }: Configuration): string | undefined {
  const key = isMapping(item) ? identifyingKey(item, member) : undefined;
  const written = isMapping(item) && key !== undefined ? valueUnder(item, key) : item;
  if (!isScalar(written) || written === '') return undefined;
  const text = String(written);
  return nfc(memberCase === 'insensitive' ? text.toLowerCase() : text);
}

const identifyingKey = (item: Fields, keys: readonly string[]): string | undefined =>
  keys.find((key) => isScalar(valueUnder(item, key)) && valueUnder(item, key) !== '');

const NOTHING: JsonObject = {};

/** Returns the member, or a message that says what is wrong with it. */
function readMember(
  item: unknown,
  configuration: Configuration,
  canonical: Canonicalizer,
): Result<{ readonly id: string; readonly own: JsonObject }> {
  const { member: idKeys } = configuration;
  if (isScalar(item))
    canonical(item); // for its cost
  else if (!isMapping(item)) return refused(`the member is ${kindOf(item)}; expected text or a mapping`);
  const id = memberId(item, configuration);
  if (id === undefined) {
    return refused(
      isMapping(item)
        ? `the member has none of the keys that identify one: ${idKeys.join(', ')}`
        : 'the member is empty text',
    );
  }
  const control = controlCharacterIn(id);
  if (control !== undefined)
    return refused(`the member ${quoted(id)} holds a control character (${control})`);
  if (!isMapping(item)) return { ok: true, value: { id, own: NOTHING } };
  const idKey = identifyingKey(item, idKeys) ?? '';
  const told = new Set(['id', idKey]);
  const own = canonical(idKey.includes('.') ? without(item, [idKey]) : item, told) as JsonObject;
  return { ok: true, value: { id, own } };
}

const refused = (wrong: string): Result<never> => ({ ok: false, wrong });

/** By key: the value, and the value as text. */
type Keys = Map<string, { readonly value: Json; readonly text: string }>;

/**
 * Merges the keys of several entries of one member. If values differ, the choice does not depend on the order of the
 * entries.
 */
function addKeys(keys: Keys, own: JsonObject): Keys {
  for (const [key, value] of Object.entries(own)) {
    const text = canonicalText(value);
    const known = keys.get(key);
    if (known === undefined || text < known.text) keys.set(key, { value, text });
  }
  return keys;
}

const sortedKeys = (keys: Keys): JsonObject =>
  Object.fromEntries(
    [...keys].map(([key, { value }]) => [key, value] as const).sort(([a], [b]) => byCodeUnits(a, b)),
  );

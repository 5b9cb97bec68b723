/**
 * The changed fields of a team. The only user of deep-diff.
 *
 * deep-diff compares lists by index and misses an added key whose value is empty text. So it gets only mappings of
 * texts: each list and scalar as JSON, each key with a prefix. Only the paths that it finds are used.
 */
import deepDiff from 'deep-diff';
import { byCodeUnits, canonicalText, type Json, type JsonObject } from '../catalogue/reading/json-value.ts';
import type { Member, Team } from '../catalogue/team.ts';
import { isMapping } from '../yaml/yaml-text.ts';
import type { FieldChange } from './event-type.ts';

/** Sorted by field. Members who joined or left are not included: they have events of their own. */
export function fieldChanges(before: Team, after: Team): FieldChange[] {
  const [from, to] = differingParts(before, after);
  if (Object.keys(from).length === 0) return []; // most often: only people came and went
  const differences = deepDiff.diff(encode(from), encode(to)) ?? [];
  return differences
    .map(({ path = [] }) => path.map((key) => String(key).slice(1)))
    .map((path) => describe(path, valueAt(from, path), valueAt(to, path)))
    .sort((a, b) => byCodeUnits(a.field, b.field));
}

/** The parts of both teams that differ; for people who are members in both, their keys by id. */
function differingParts(before: Team, after: Team): [JsonObject, JsonObject] {
  const from: Record<string, Json> = {};
  const to: Record<string, Json> = {};
  for (const part of ['name', 'tags', 'perimeter', 'attributes'] as const) {
    if (canonicalText(before[part]) === canonicalText(after[part])) continue;
    from[part] = before[part];
    to[part] = after[part];
  }
  const earlier = new Map(before.members.map((member) => [member.id, member]));
  const changed = after.members.flatMap((member): [Member, Member][] => {
    const known = earlier.get(member.id);
    return known === undefined || canonicalText(known) === canonicalText(member) ? [] : [[known, member]];
  });
  if (changed.length > 0) {
    from['members'] = Object.fromEntries(changed.map(([{ id, ...own }]) => [id, own]));
    to['members'] = Object.fromEntries(changed.map(([, { id, ...own }]) => [id, own]));
  }
  return [from, to];
}

/** The change of a set: which values it gained and lost. */
export function setChange(field: string, from: readonly Json[], to: readonly Json[]): FieldChange {
  return { field, from, to, added: missingIn(from, to), removed: missingIn(to, from) };
}

function missingIn(known: readonly Json[], items: readonly Json[]): readonly Json[] {
  const texts = new Set(known.map(canonicalText));
  return items.filter((item) => !texts.has(canonicalText(item)));
}

type Encoded = string | { readonly [key: string]: Encoded };

function encode(value: Json): Encoded {
  if (!isMapping(value)) return canonicalText(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`.${key}`, encode(item)]));
}

function valueAt(team: JsonObject, path: readonly string[]): Json {
  let value: Json | undefined = team;
  for (const key of path) value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value ?? null;
}

function describe(path: readonly string[], from: Json, to: Json): FieldChange {
  const field = fieldName(path);
  const isSet =
    path[0] === 'tags'
      ? path.length === 1
      : path[0] === 'members' && path.length === 3 && path[2] === 'roles';
  if (isSet && (Array.isArray(from) || from === null) && (Array.isArray(to) || to === null)) {
    return { ...setChange(field, from ?? [], to ?? []), from, to };
  }
  return { field, from, to };
}

/** `members.alice.role`; a key with special characters is written `members["a.b"].role`. */
function fieldName(path: readonly string[]): string {
  return path
    .map((key) => (/^[^.[\]"\\]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`))
    .join('')
    .replace(/^\./, '');
}

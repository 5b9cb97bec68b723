/**
 * The changed fields of a team. The only user of deep-diff.
 *
 * deep-diff compares lists by index and overlooks an added key that is empty text; so it is given mappings of
 * texts only: each list and scalar as its JSON, each key behind a mark. What it finds are the paths.
 */
import deepDiff from 'deep-diff';
import {
  byCodeUnits,
  canonicalText,
  isMapping,
  type Json,
  type JsonObject,
} from '../catalogue/json-value.ts';
import type { Member, Team } from '../catalogue/team.ts';
import type { FieldChange } from './team-event.ts';

/** Sorted by field. Who joined and who left is not among them: that is told by events of their own. */
export function fieldChanges(before: Team, after: Team): FieldChange[] {
  const [from, to] = [comparable(before, after), comparable(after, before)];
  const differences = deepDiff.diff(encode(from), encode(to)) ?? [];
  return differences
    .map(({ path = [] }) => path.map((key) => String(key).slice(1)))
    .map((path) => describe(path, valueAt(from, path), valueAt(to, path)))
    .sort((a, b) => byCodeUnits(a.field, b.field));
}

/** The change of a set: what it gained and lost by value. */
export function setChange(field: string, from: readonly Json[], to: readonly Json[]): FieldChange {
  return { field, from, to, added: missingIn(from, to), removed: missingIn(to, from) };
}

function missingIn(known: readonly Json[], items: readonly Json[]): readonly Json[] {
  const texts = new Set(known.map(canonicalText));
  return items.filter((item) => !texts.has(canonicalText(item)));
}

/** The team as a mapping of mappings; of the members only those who stand in both, by id. */
function comparable({ name, members, tags, perimeter, attributes }: Team, other: Team): JsonObject {
  const others = new Set(other.members.map(({ id }) => id));
  const both = members.filter(({ id }) => others.has(id)).map(({ id, ...own }: Member) => [id, own] as const);
  return { name, tags, perimeter, attributes, members: Object.fromEntries(both) };
}

type Encoded = string | { readonly [key: string]: Encoded };

function encode(value: Json): Encoded {
  if (!isMapping(value)) return canonicalText(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [`.${key}`, encode(item)]),
  );
}

function valueAt(team: JsonObject, path: readonly string[]): Json {
  let value: Json | undefined = team;
  for (const key of path)
    value = isMapping(value) && Object.hasOwn(value, key) ? (value)[key] : undefined;
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

/** `members.alice.role`; a key that is not plain is written `members["a.b"].role`. */
function fieldName(path: readonly string[]): string {
  return path
    .map((key) => (/^[^.[\]"\\]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`))
    .join('')
    .replace(/^\./, '');
}

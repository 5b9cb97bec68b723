/** From one file's text to its teams, as docs/catalogues.md has it. */
import { hasValue, listOf, under, valueUnder, without } from './fields.ts';
import type { Settings } from './settings.ts';
import { writtenTeams, type WrittenTeam } from './written-teams.ts';
import {
  isMapping,
  Problem,
  textOf,
  withoutNulls,
  yamlValues,
  type Mapping,
  type Value,
} from './yaml-values.ts';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Mapping[];
  readonly tags: Value;
  readonly perimeter: Value;
  readonly attributes: Value;
}

/** A team, and what is known of it beside what events carry. */
export interface FoundTeam {
  readonly team: Team;
  readonly file: string;
  readonly previously: readonly string[];
}

const MAX_TEAMS = 100_000;

/** The teams of a file. @throws {Problem} where there is anything wrong with it */
export function fileTeams(path: string, bytes: Uint8Array, settings: Settings): FoundTeam[] {
  const isNone = (team: WrittenTeam): boolean => {
    const { id, missing } = idOf(team, path, settings);
    return missing === undefined && settings.excludes(id);
  };
  const written = yamlValues(bytes).flatMap((document) => [...writtenTeams(document, settings, isNone)]);
  if (written.length > MAX_TEAMS) throw new Problem('too many teams');
  const teams = written.map((one) => readTeam(one, path, settings));
  const ids = teams.map(({ team }) => team.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Problem(`the id ${twice} stands twice`);
  return teams;
}

function readTeam(written: WrittenTeam, path: string, settings: Settings): FoundTeam {
  const { fields } = written;
  const { id, missing } = idOf(written, path, settings);
  if (missing !== undefined) throw new Problem(`a team has no ${missing}`);
  noControls(id);
  const usesId = settings.id.includes('{id}');
  if (usesId && typeof fields['id'] === 'object' && fields['id'] !== null)
    throw new Problem('an id is no text');
  for (const key of settings.required) if (!hasValue(fields, key)) throw new Problem(`a team has no ${key}`);

  const nameKey = settings.name.find((key) => hasValue(fields, key) && valueUnder(fields, key) !== '');
  const tagsKey = settings.tags.find((key) => hasValue(fields, key));
  const perimeterKey = settings.perimeter.find((key) => hasValue(fields, key));
  const name = under(fields, nameKey);
  if (typeof name === 'object' && name !== null) throw new Problem('a name is no text');

  const tags = readTags(under(fields, tagsKey));
  const labels = isMapping(tags) ? Object.entries(tags).flat() : listOf(tags);
  noControls(...labels.filter((label) => typeof label === 'string'));

  // Every other key is an attribute, also one that could have been the name, tags or perimeter had it come first.
  const told = [nameKey, tagsKey, perimeterKey].filter((key) => key !== undefined);
  told.push(...settings.members, ...settings.previously, ...settings.ignore, ...(usesId ? ['id'] : []));
  told.push(...settings.name.filter((key) => valueUnder(fields, key) === ''));
  const attributes = told.reduce(without, fields);
  return {
    file: path,
    previously: settings.previously
      .flatMap((key) => listOf(under(fields, key)))
      .flatMap((item) => {
        const text = textOf(item);
        return text === undefined ? [] : [...new Set([text, idOf(written, path, settings, text).id])];
      }),
    team: {
      id,
      name: name === null ? id : String(name),
      members: readMembers(fields, settings),
      tags,
      perimeter: withoutNulls(under(fields, perimeterKey)),
      attributes: withoutNulls(attributes),
    },
  };
}

/** `instead`: what stands there for the last placeholder. */
function idOf(
  team: WrittenTeam,
  path: string,
  settings: Settings,
  instead?: string,
): { readonly id: string; readonly missing: string | undefined } {
  let missing: string | undefined;
  const last = settings.id.lastIndexOf('{');
  const id = settings.id.replaceAll(/\{([^{}]*)\}/g, (_, placeholder: string, at: number) => {
    const value = (at === last ? instead : undefined) ?? idPart(placeholder, team, path, settings);
    if (value === undefined) missing ??= placeholder;
    return value ?? '';
  });
  return { id: id.normalize('NFC'), missing };
}

/** Ids and tags hold none: what ends a line, moves the cursor, or turns the direction of writing. */
function noControls(...texts: readonly string[]): void {
  for (const text of texts) {
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
      const isBreak = code === 0x2028 || code === 0x2029;
      const isTurn = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
      if (isControl || isBreak || isTurn) throw new Problem(`a control character in ${JSON.stringify(text)}`);
    }
  }
}

/** A placeholder of the id: of the path, of the map, or any field. */
function idPart(
  placeholder: string,
  written: WrittenTeam,
  path: string,
  settings: Settings,
): string | undefined {
  const { fields, key, otherwise } = written;
  if (placeholder === 'key') return key === '' ? undefined : key;
  if (placeholder !== 'id') return pathPart(placeholder, path) ?? textOf(valueUnder(fields, placeholder));
  const own = textOf(fields['id']);
  if (own !== undefined) return own;
  const nameKey = settings.name.find((name) => hasValue(fields, name));
  const value = { file: pathPart('file', path), name: textOf(under(fields, nameKey)), key }[otherwise];
  return value === '' ? undefined : value;
}

function pathPart(placeholder: string, path: string): string | undefined {
  const segments = path.replace(/(?<=[^/])\.[^./]*$/, '').split('/');
  const segment = /^path\[([0-9]+)\]$/.exec(placeholder);
  if (segment) return segments[Number(segment[1])];
  return { path: segments.join('/'), file: segments.at(-1), dir: segments.at(-2) }[placeholder];
}

/** The id of any team of a file at this path; undefined where more than the path makes it. */
export function idOfPath(path: string, settings: Settings): string | undefined {
  const parts = settings.id.split(/\{([^{}]*)\}/).map((part, at) => (at % 2 ? pathPart(part, path) : part));
  return parts.some((part, at) => part === undefined || (at % 2 === 1 && part === ''))
    ? undefined
    : parts.join('').normalize('NFC');
}

/** A set by id, told in the order of the ids. Several lists are role lists; of a person listed twice all keys count. */
function readMembers(fields: Mapping, settings: Settings): Mapping[] {
  const lists = settings.members.filter((key) => hasValue(fields, key));
  const members = new Map<string, Mapping>();
  const roles = new Map<string, Set<string>>();
  for (const list of lists) {
    const items = valueUnder(fields, list);
    if (!Array.isArray(items)) throw new Problem(`${list} is no list`);
    for (const item of items) {
      const { id, ...own } = readMember(item, settings);
      members.set(id, bothOf(members.get(id) ?? {}, own));
      roles.set(id, (roles.get(id) ?? new Set()).add(list));
    }
  }
  return [...members.keys()].sort().map((id) => ({
    ...members.get(id),
    id,
    ...(lists.length > 1 && { roles: [...(roles.get(id) ?? [])].sort() }),
  }));
}

function readMember(item: Value, settings: Settings): Mapping & { id: string } {
  const key = isMapping(item)
    ? settings.member.find((name) => textOf(under(item, name)) !== undefined)
    : undefined;
  const text = textOf(isMapping(item) ? under(item, key) : item);
  if (text === undefined) throw new Problem('a member has no id');
  const id = settings.memberCase === 'insensitive' ? text.toLowerCase().normalize('NFC') : text;
  noControls(id);
  const own = isMapping(item) && key !== undefined ? (withoutNulls(without(item, key)) as Mapping) : {};
  return { ...own, id };
}

/** Where both have a key the choice must not depend on their order: the lesser as JSON with sorted keys. */
function bothOf(a: Mapping, b: Mapping): Mapping {
  const both: Mapping = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const known = both[key];
    if (known === undefined || sortedJson(value) < sortedJson(known)) both[key] = value;
  }
  return both;
}

/** As a list a set of texts, as a mapping kept. */
function readTags(value: Value): Value {
  if (isMapping(value)) return withoutNulls(value);
  const byText = new Map<string, Value>();
  for (const item of listOf(value)) {
    if (item === null) continue;
    const tag = typeof item === 'object' ? withoutNulls(item) : String(item);
    byText.set(typeof tag === 'string' ? tag : sortedJson(tag), tag);
  }
  return [...byText.keys()].sort().map((text) => byText.get(text) ?? null);
}

function sortedJson(value: Value): string {
  return JSON.stringify(value, (_, item: Value) =>
    isMapping(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

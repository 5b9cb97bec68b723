/**
 * The smallest settings by which the teams of a candidate are read: first everything is named, then each setting is left
 * out if the program reads the same teams without it.
 */
import { isScalar } from '../../../core/catalogue/reading/json-value.ts';
import { valueUnder } from '../../../core/catalogue/reading/key-path.ts';
import { isMapping } from '../../../core/yaml/yaml-text.ts';
import type { Candidate } from './candidates.ts';
import { escaped, globsOf } from './globs-of.ts';
import { idTemplates } from './id-templates.ts';
import { IDENTITIES, isTemplateName, LOGINS, USUAL_KEYS } from './key-words.ts';
import { isSame, readWith, SETTING_KEYS, type CatalogueFile, type Settings } from './reading.ts';
import { childrenKeys, peopleKeys, type Fields } from './team-shapes.ts';

/** Keys that a configuration has without being told. */
const KNOWN = {
  name: ['name', 'nom'],
  tags: ['tags'],
  perimeter: ['perimeter', 'perimetre', 'périmètre', 'scope'],
} as const;
const HALF = 0.5;
const NEARLY_ALL = 0.95;

/** `files` are all YAML and JSON files of the repository. */
export function settingsOf(candidate: Candidate, files: readonly CatalogueFile[]): Settings {
  const paths = candidate.files.map(({ path }) => path);
  const places = candidate.files.flatMap((file) => file.places);
  const tops = places.flatMap(({ teams }) => teams.map(({ fields }) => fields));
  const children = distinct(tops.flatMap(childrenKeys));
  const teams = withChildren(tops, children);
  const layouts = new Set(places.map(({ layout }) => layout));
  const at = distinct(places.map((place) => place.at.join('.'))).filter((key) => key !== '');
  const where: Settings = {
    ...(layouts.size === 1 && { layout: candidate.layout }),
    ...(at.length > 0 && { at }),
  };
  const named: Settings = {
    files: globsOf(paths, disturbing(files, where)),
    ...where,
    ...(children.some((key) => key !== 'teams') && { children }),
    ...usualKeys(teams),
    ...identity(candidate, teams),
    members: byFrequency(teams.flatMap(peopleKeys)),
    ...excluded(candidate),
  };
  const withMembers = withoutMisfits({ ...named, ...memberKeys(teams, named) }, files);
  const withIds = withId(withMembers, candidate, files);
  const withCase = isWrittenInSeveralCases(withIds, files)
    ? { ...withIds, memberCase: 'insensitive' }
    : withIds;
  return smallest(withCase, files);
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** The paths of files that cannot be read in this way; what `at` leads to is a team in any file. */
const disturbing = (files: readonly CatalogueFile[], where: Settings): readonly string[] =>
  files
    .filter((file) => {
      if (where.at === undefined) return true;
      const { problems } = readWith([file], { ...where, files: escaped(file.path) });
      return problems > 0;
    })
    .map(({ path }) => path);

/** With their child teams; what aliases repeat, once. */
function withChildren(teams: readonly Fields[], keys: readonly string[]): readonly Fields[] {
  const all = new Set(teams);
  for (const team of all)
    for (const key of keys) {
      const held = valueUnder(team, key);
      const inner = isMapping(held) ? Object.values(held) : Array.isArray(held) ? (held as unknown[]) : [];
      for (const child of inner) if (isMapping(child)) all.add(child);
    }
  return [...all];
}

function byFrequency(keys: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

const share = (teams: readonly Fields[], key: string): number =>
  teams.filter((fields) => ![undefined, null].includes(valueUnder(fields, key) as null)).length /
  Math.max(teams.length, 1);

/** For name, tags and perimeter: another usual key, if half of the teams have it and hardly any has a known one. */
function usualKeys(teams: readonly Fields[]): Settings {
  const found: Record<string, string> = {};
  for (const role of ['name', 'tags', 'perimeter'] as const) {
    if (KNOWN[role].some((key) => share(teams, key) >= HALF)) continue;
    const key = USUAL_KEYS[role].find((one) => share(teams, one) >= HALF);
    if (key !== undefined) found[role] = key;
  }
  return found;
}

/** In a list without ids and names: the key that every team has. */
function identity({ layout }: Candidate, teams: readonly Fields[]): Settings {
  if (layout !== 'list' || ['id', ...KNOWN.name].some((key) => share(teams, key) === 1)) return {};
  const key = IDENTITIES.find((one) => share(teams, one) === 1);
  return key === undefined ? {} : { name: key };
}

/** Keys of maps, and ids, that are no teams. */
function excluded({ files }: Candidate): Settings {
  const places = files.flatMap((file) => file.places);
  const templates = places.flatMap(({ teams }) =>
    teams.flatMap(({ key, fields }) =>
      key !== undefined && isTemplateName(key) && peopleKeys(fields).length === 0 ? [key] : [],
    ),
  );
  const keys = distinct([...places.flatMap(({ others }) => others), ...templates]);
  const more = keys.filter((key) => !/^(?:\.|x-)/.test(key));
  return more.length === 0 ? {} : { exclude: ['.*', 'x-*', ...more.map(escaped)] };
}

/** What identifies a member written as a mapping: the best key that nearly all have, then what identifies the others. */
function memberKeys(teams: readonly Fields[], { members = [] }: Settings): Settings {
  const people = teams
    .flatMap((fields) => [members].flat().map((key) => valueUnder(fields, key)))
    .flatMap((list) => (Array.isArray(list) ? (list as unknown[]).filter(isMapping) : []));
  if (people.length === 0) return {};
  const having = (key: string): number =>
    people.filter((person) => isScalar(valueUnder(person, key)) && valueUnder(person, key) !== '').length;
  const best = LOGINS.find((key) => having(key) >= people.length * NEARLY_ALL);
  if (best === undefined) return {};
  const others = LOGINS.filter((key) => key !== best && having(key) > 0);
  return { member: having(best) === people.length ? best : [best, ...others] };
}

/** Leaves out each list of members but the most frequent that is, in some team, no such list. */
function withoutMisfits(settings: Settings, files: readonly CatalogueFile[]): Settings {
  let current = settings;
  let { problems } = readWith(files, current);
  for (const key of [settings.members ?? []].flat().slice(1)) {
    if (problems === 0) break;
    const fewer = { ...current, members: [current.members ?? []].flat().filter((one) => one !== key) };
    const reading = readWith(files, fewer);
    if (reading.problems >= problems) continue;
    current = fewer;
    ({ problems } = reading);
  }
  return current;
}

/** The first id template with the fewest problems: two teams of one id are one. */
function withId(settings: Settings, candidate: Candidate, files: readonly CatalogueFile[]): Settings {
  let best = settings;
  let fewest = Infinity;
  for (const id of idTemplates(candidate, settings)) {
    const current = id === undefined ? settings : { ...settings, id };
    const { problems } = readWith(files, current);
    if (problems < fewest) [best, fewest] = [current, problems];
    if (fewest === 0) break;
  }
  return best;
}

/** Whether somebody is written in two ways, as `Alice` and `alice`. */
function isWrittenInSeveralCases(settings: Settings, files: readonly CatalogueFile[]): boolean {
  const ids = new Set<string>();
  for (const { members } of readWith(files, settings).teams)
    for (const { id } of JSON.parse(members) as readonly { readonly id: string }[]) ids.add(id);
  return new Set([...ids].map((id) => id.toLowerCase())).size < ids.size;
}

function smallest(settings: Settings, files: readonly CatalogueFile[]): Settings {
  const wanted = readWith(files, settings);
  let current = settings;
  for (const keys of [['files', 'layout', 'at'] as const, ...SETTING_KEYS.map((key) => [key] as const)]) {
    const fewer: Settings = Object.fromEntries(
      Object.entries(current).filter(([key]) => !keys.some((one) => one === key)),
    );
    if (isSame(readWith(files, fewer), wanted)) current = fewer;
  }
  return Object.fromEntries(
    Object.entries(current).map(([key, value]) => [key, value.length === 1 ? [value].flat()[0] : value]),
  );
}

/** Contract §2, `layout`, `at` and `children`: where the teams stand in a document. */
import { hasValue, valueUnder, without } from './fields.ts';
import type { Settings } from './settings.ts';
import { isMapping, Problem, type Mapping, type Value } from './yaml-values.ts';

/** A team as it is written; `otherwise` is its id where no field says it. */
export interface WrittenTeam {
  readonly fields: Mapping;
  readonly key: string | undefined;
  readonly otherwise: 'file' | 'name' | 'key';
}

/**
 * `layout: auto`: a document that is a list, or has an `at` key holding a list → list; an `at` key holding a map of
 * maps → map; else one team. All `at` keys count. A map with any mapping in it is one of maps: the rest are problems.
 * `teams: []` is no team; `teams:` with nothing at all, where nothing else describes a team, is as an empty file.
 */
export function* writtenTeams(document: Value, settings: Settings): Iterable<WrittenTeam> {
  const inside = isMapping(document)
    ? settings.at.map((key) => valueUnder(document, key)).filter((value) => value !== undefined)
    : [];
  const isOneTeam = (): boolean =>
    settings.layout === 'team' ||
    (settings.layout === 'auto' && !Array.isArray(document) && !inside.some(holdsTeams));
  if (isOneTeam()) {
    const { name, members, tags, perimeter, previously } = settings;
    const ofId = [...settings.id.matchAll(/\{([^{}]*)\}/g)].map(([, field = '']) => field);
    const ofTeam = [...ofId, ...name, ...members, ...tags, ...perimeter, ...previously];
    const describesNone = (): boolean => !ofTeam.some((key) => hasValue(document as Mapping, key));
    if (settings.layout === 'auto' && inside.includes(null) && describesNone())
      throw new Problem('nothing under a key of teams');
    return yield* withChildren(document, undefined, 'file', settings);
  }
  if (settings.atAlone && inside.length === 0) {
    if (settings.at.some((key) => isAlmostThere(document, key.split('.'))))
      throw new Problem('almost a key of teams');
    return;
  }
  for (const teams of inside.length > 0 ? inside : [document]) {
    if (settings.layout === 'auto' && !holdsTeams(teams) && teams !== document) continue;
    if (settings.layout === 'list' && !Array.isArray(teams) && !isEmptyCollection(teams))
      throw new Problem('no list');
    if (settings.layout === 'map' && !isMapping(teams) && !isEmptyCollection(teams))
      throw new Problem('no map');
    yield* eachOf(teams, settings);
  }
}

/** Whether the way of keys ends where there is a key that a slip of the hand makes of the next one. */
function isAlmostThere(value: Value, [next = '', ...others]: readonly string[]): boolean {
  if (!isMapping(value)) return false;
  if (Object.hasOwn(value, next)) return others.length > 0 && isAlmostThere(value[next] ?? null, others);
  return Object.keys(value).some((key) => isSlip(key, next));
}

/** By case, accents and blanks alone, or one letter more, less, another, or two that changed places (of long ones: two such). */
function isSlip(key: string, known: string): boolean {
  const [a, b] = [key, known].map((one) =>
    one
      .normalize('NFD')
      .replaceAll(/\p{Mn}|[-_ ]/gu, '')
      .toLowerCase(),
  );
  if (a === undefined || b === undefined || a === b) return true;
  const longest = Math.max(a.length, b.length);
  if (longest < 4 || (longest === 4 && a.length === b.length)) return false;
  const reach = (text: string): Set<string> => {
    const near = new Set([text]);
    for (let at = 0; at <= text.length; at++) {
      const [before, after] = [text.slice(0, at), text.slice(at)];
      near.add(before + after.slice(1));
      near.add(before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2));
      for (const letter of new Set(b)) {
        near.add(before + letter + after);
        near.add(before + letter + after.slice(1));
      }
    }
    return near;
  };
  const once = reach(a);
  return once.has(b) || (longest >= 9 && [...once].some((one) => reach(one).has(b)));
}

const holdsTeams = (value: Value): boolean => Array.isArray(value) || isMapOfMaps(value);

const isEmptyCollection = (value: Value): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const isMapOfMaps = (value: Value): boolean =>
  isMapping(value) &&
  (Object.keys(value).length === 0 || Object.values(value).some((item) => item === null || isMapping(item)));

const isListOfTeams = (value: Value): boolean =>
  Array.isArray(value) && (value.length === 0 || value.some((item) => isMapping(item)));

function* eachOf(teams: Value, settings: Settings): Iterable<WrittenTeam> {
  if (Array.isArray(teams)) {
    for (const team of teams) yield* withChildren(team, undefined, 'name', settings);
  } else if (isMapping(teams)) {
    for (const [key, team] of Object.entries(teams))
      if (!settings.excludes(key)) yield* withChildren(team ?? {}, key, 'key', settings);
  }
}

/** A team, and those under its `children` key, which is no attribute. */
function* withChildren(
  team: Value,
  key: string | undefined,
  otherwise: WrittenTeam['otherwise'],
  settings: Settings,
): Iterable<WrittenTeam> {
  if (!isMapping(team)) throw new Problem('a team is no mapping');
  const nested = settings.children
    .map((name) => ({ name, teams: valueUnder(team, name) ?? null }))
    .filter(({ teams }) => isListOfTeams(teams) || isMapOfMaps(teams));
  yield { fields: nested.reduce((fields, { name }) => without(fields, name), team), key, otherwise };
  for (const { teams } of nested) yield* eachOf(teams, settings);
}

/**
 * What looks like teams in a document: a mapping with lists of people is a team, a list or a map of them holds teams.
 *
 *     orgs:
 *       acme:
 *         members: [alice, bob]          an organisation: not a team
 *         teams:                      -> a map at orgs.acme.teams
 *           core: { maintainers: [alice], members: [bob] }
 */
import { isScalar } from '../../../core/catalogue/reading/json-value.ts';
import { valueUnder } from '../../../core/catalogue/reading/key-path.ts';
import { isMapping } from '../../../core/yaml/yaml-text.ts';
import { IDENTITIES, LOGINS, namesOrganisations, namesPeople, namesTeams } from './key-words.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface TeamPlace {
  readonly layout: 'team' | 'list' | 'map';
  /** The keys that lead to the list or map; none if the document itself is it. */
  readonly at: readonly string[];
  /** The teams, without their child teams; `key` is set in a map. */
  readonly teams: readonly { readonly key: string | undefined; readonly fields: Fields }[];
  /** Keys of a map whose values are no mappings, so they cannot be teams. */
  readonly others: readonly string[];
}

/** How many keys may lead to teams. */
const MAX_DEPTH = 3;
/** Of a list or map, so many must look like teams. */
const MOST = 0.5;
/** Of the keys of a map, so many may hold something else. */
const FEW = 0.2;

const NAMES = ['id', ...IDENTITIES];

const isPerson = (value: unknown): boolean =>
  isMapping(value)
    ? LOGINS.some((key) => isScalar(valueUnder(value, key)))
    : typeof value === 'string' && value !== '' && !/[\n/]/.test(value);

/** Looked at once: aliases may repeat a mapping again and again. */
const known = new WeakMap<Fields, readonly string[]>();

/** The keys, or paths of two keys, under which a team has lists of people. */
export function peopleKeys(fields: Fields): readonly string[] {
  const before = known.get(fields);
  if (before !== undefined) return before;
  const found: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (isPeopleList(key, value)) found.push(key);
    else if (isMapping(value) && !key.includes('.') && !namesTeams(key))
      for (const [inner, list] of Object.entries(value))
        if (!inner.includes('.') && isPeopleList(inner, list)) found.push(`${key}.${inner}`);
  }
  known.set(fields, found);
  return found;
}

const isPeopleList = (key: string, value: unknown): boolean =>
  Array.isArray(value) && namesPeople(key) && value.every(isPerson);

/** Where the teams of a document are; undefined if nothing in it looks like one. */
export function placeOfTeams(document: unknown): TeamPlace | undefined {
  const whole =
    isMapping(document) && Object.keys(document).some(namesTeams) ? undefined : asPlace(document, []);
  if (whole !== undefined || !isMapping(document)) return whole;
  const inside = placesInside(document, []);
  const best = inside.find(({ at }) => namesTeams(at.at(-1) ?? '')) ?? inside[0];
  if (best !== undefined && (namesTeams(best.at.at(-1) ?? '') || peopleKeys(document).length === 0))
    return best;
  if (peopleKeys(document).length === 0) return undefined;
  return { layout: 'team', at: [], teams: [{ key: undefined, fields: document }], others: [] };
}

/** All places with teams below a mapping, the shallow ones first; nothing inside a team is looked at. */
function placesInside(
  mapping: Fields,
  path: readonly string[],
  seen = new Set<unknown>(),
): readonly TeamPlace[] {
  const here: TeamPlace[] = [];
  const deeper: TeamPlace[] = [];
  for (const [key, value] of Object.entries(mapping)) {
    if (key.includes('.') || seen.has(value)) continue; // a path of keys could not name it; an alias repeats it
    if (typeof value === 'object') seen.add(value);
    const at = [...path, key];
    const place = namesOrganisations(key) ? undefined : asPlace(value, at);
    if (place !== undefined) here.push(place);
    else if (isMapping(value) && at.length < MAX_DEPTH) deeper.push(...placesInside(value, at, seen));
  }
  return [...here, ...deeper];
}

function asPlace(value: unknown, at: readonly string[]): TeamPlace | undefined {
  const isNamed = namesTeams(at.at(-1) ?? '');
  const entries: readonly (readonly [string | undefined, unknown])[] = Array.isArray(value)
    ? (value as unknown[]).map((one) => [undefined, one] as const)
    : isMapping(value)
      ? Object.entries(value)
      : [];
  const teams = entries.flatMap(([key, fields]) => (isMapping(fields) ? [{ key, fields }] : []));
  const others = entries.flatMap(([key, fields]) =>
    isMapping(fields) || fields === null ? [] : [key ?? ''],
  );
  if (entries.some(([key]) => key !== undefined && namesOrganisations(key))) return undefined;
  if (
    Array.isArray(value) &&
    !teams.every(({ fields }) => NAMES.some((key) => isScalar(valueUnder(fields, key))))
  )
    return undefined;
  if (teams.length === 0 || others.length > (Array.isArray(value) ? 0 : entries.length * FEW))
    return undefined;
  const likely = teams.filter(({ fields }) => peopleKeys(fields).length > 0).length;
  // Under a key such as `teams`, entries without members are teams as well, if each has a name.
  const isNamedAlike =
    isNamed && teams.every(({ key, fields }) => key !== undefined || isScalar(fields['name']));
  if (likely === 0 ? !isNamedAlike : likely < teams.length * MOST && !isNamed) return undefined;
  return { layout: Array.isArray(value) ? 'list' : 'map', at, teams, others };
}

/** The keys under which teams hold child teams, other than `teams`. */
export const childrenKeys = (fields: Fields): readonly string[] =>
  Object.entries(fields).flatMap(([key, value]) =>
    namesTeams(key) && !key.includes('.') && asPlace(value, [key]) !== undefined ? [key] : [],
  );

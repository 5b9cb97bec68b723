/**
 * Where the teams stand inside a document.
 *
 *     id: payments          - id: payments        teams:              teams:
 *     members: [alice]      - id: core              - id: payments      payments: { members: [alice] }
 *
 *     team                  list                  list, at `teams`    map, at `teams`
 */
import { lookAlike } from '../yaml/look-alike.ts';
import { isMapping, type NodePath } from '../yaml/yaml-text.ts';
import type { Configuration } from './configuration.ts';
import { ExpansionError, isAbsent } from './json-value.ts';
import { keyPath, valueUnder, without } from './key-path.ts';

/** A team as it stands in the file; `key` is its key in a map, `shape` what its default id depends on. */
export interface RawTeam {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly node: NodePath;
  readonly shape: 'team' | 'list' | 'map';
  readonly key: string | undefined;
}

type Report = (node: NodePath, message: string) => void;

const MAX_TEAMS = 100_000;
const MAX_CHILD_DEPTH = 50;

/** All teams of one document, parents before their children, in the order of the file. */
export function findTeams(
  document: unknown,
  node: NodePath,
  configuration: Configuration,
  report: Report,
): RawTeam[] {
  const { layout, at, children } = configuration;
  const found: RawTeam[] = [];

  const add = (
    fields: unknown,
    where: NodePath,
    shape: RawTeam['shape'],
    key: string | undefined,
    depth: number,
  ): void => {
    if (!isMapping(fields)) {
      report(where, `a team is written as a mapping of its keys, not as ${kindOf(fields)}`);
      return;
    }
    if (found.length >= MAX_TEAMS)
      throw new ExpansionError(`the file expands to more than ${MAX_TEAMS} teams`);
    if (depth > MAX_CHILD_DEPTH)
      throw new ExpansionError('child teams are nested too deeply, or an alias holds itself');
    const held = children.filter((name) => holdsTeams(valueUnder(fields, name)));
    found.push({ fields: held.reduce(without, fields), node: where, shape, key });
    for (const name of held) {
      addAll(valueUnder(fields, name), [...where, ...keyPath(fields, name)], depth + 1);
    }
  };

  const addAll = (teams: unknown, where: NodePath, depth: number): void => {
    if (Array.isArray(teams)) {
      teams.forEach((team, index) => add(team, [...where, index], 'list', undefined, depth));
    } else if (isMapping(teams)) {
      for (const [key, team] of Object.entries(teams)) {
        if (!configuration.excludes(key)) add(team ?? {}, [...where, key], 'map', key, depth);
      }
    }
  };

  const places = isMapping(document) ? placesIn(document, node, at) : [];
  const misplaced = ({ teams, where }: Place, kind: string): void => {
    if (teams === null) report(where, 'nothing stands here; where there is no team, write []');
    else report(where, `expected a ${kind} of teams, at the top or under one of: ${at.join(', ')}`);
  };
  const addPlaces = (kind: string, fits: (teams: unknown) => boolean): void => {
    if (configuration.atAlone && places.length === 0) {
      const slip = slipOf(document, at);
      if (slip === undefined) return;
      report(
        [...node, ...slip.path],
        `the key ${JSON.stringify(slip.key)} holds no teams; is it ${JSON.stringify(slip.known)}?`,
      );
    } else
      for (const place of places.length > 0 ? places : [{ teams: document, where: node }]) {
        if (fits(place.teams) || isEmpty(place.teams)) addAll(place.teams, place.where, 0);
        else misplaced(place, kind);
      }
  };

  switch (layout) {
    case 'team':
      add(document, node, 'team', undefined, 0);
      break;
    case 'list':
      addPlaces('list', Array.isArray);
      break;
    case 'map':
      addPlaces('map', isMapping);
      break;
    case 'auto': {
      const held = places.filter(({ teams }) => Array.isArray(teams) || isMapOfTeams(teams));
      const nothing = places.find(({ teams }) => teams === null);
      if (Array.isArray(document)) addAll(document, node, 0);
      else if (held.length > 0) for (const { teams, where } of held) addAll(teams, where, 0);
      else if (nothing !== undefined && !describesTeam(document, configuration)) misplaced(nothing, 'list');
      else add(document, node, 'team', undefined, 0);
      break;
    }
  }
  return found;
}

/** Whether a mapping says anything that makes it a team, and not the frame around teams that are gone. */
function describesTeam(document: unknown, configuration: Configuration): boolean {
  const { idTemplate, name, members, tags, perimeter, previously } = configuration;
  const ofId = idTemplate.filter((_, index) => index % 2 === 1);
  return (
    isMapping(document) &&
    [...ofId, ...name, ...members, ...tags, ...perimeter, ...previously].some(
      (key) => !isAbsent(valueUnder(document, key)),
    )
  );
}

interface Place {
  readonly teams: unknown;
  readonly where: NodePath;
}

/** Where teams may stand in a document: what is under its `at` keys. */
function placesIn(document: Record<string, unknown>, node: NodePath, at: readonly string[]): Place[] {
  const places: Place[] = [];
  for (const key of at) {
    const teams = valueUnder(document, key);
    if (teams !== undefined) places.push({ teams, where: [...node, ...keyPath(document, key)] });
  }
  return places;
}

/** Whether nothing in a document is a team, as it has none of the keys under which alone teams stand. */
export const holdsNoTeam = (document: unknown, { atAlone, at }: Configuration): boolean =>
  atAlone &&
  document !== null &&
  !(isMapping(document) && at.some((key) => valueUnder(document, key) !== undefined));

interface Slip {
  readonly path: readonly string[];
  readonly key: string;
  readonly known: string;
}

/** A key that looks like one of `at`, where the way to that one ends. */
function slipOf(document: unknown, at: readonly string[]): Slip | undefined {
  for (const wanted of at) {
    const path: string[] = [];
    let value = document;
    for (const known of wanted.split('.')) {
      if (!isMapping(value)) break;
      if (!Object.hasOwn(value, known)) {
        const key = Object.keys(value).find((one) => lookAlike(one, [known]) !== undefined);
        if (key === undefined) break;
        return { path: [...path, key], key, known };
      }
      path.push(known);
      value = value[known];
    }
  }
  return undefined;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Whether a mapping is one of teams: empty, or with any team in it. What else is in it is a problem, not a reason to doubt. */
const isMapOfTeams = (value: unknown): boolean => {
  if (!isMapping(value)) return false;
  const items = Object.values(value);
  return items.length === 0 || items.some((item) => item === null || isMapping(item));
};

/** Whether the value of a children key is teams, and not, say, a list of names. */
const holdsTeams = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 || value.some(isMapping) : isMapOfTeams(value);

/** For messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a mapping'
    : `the ${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(value)}`;
}

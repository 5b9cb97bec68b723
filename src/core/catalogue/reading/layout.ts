/**
 * Where the teams are in a document.
 *
 *     id: payments          - id: payments        teams:              teams:
 *     members: [alice]      - id: core              - id: payments      payments: { members: [alice] }
 *
 *     team                  list                  list, at `teams`    map, at `teams`
 */
import { quoted } from '../../text/unicode.ts';
import { isMapping, type NodePath } from '../../yaml/yaml-text.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { ExpansionError } from './expansion.ts';
import { isAbsent, isScalar } from './json-value.ts';
import { findEmpty, findSlip, keyPath, valueUnder, without } from './key-path.ts';
import type { TeamContext } from './team-context.ts';
import { teamId, type WrittenTeam } from './team-id.ts';

/** A team as written, with its path in the file. */
export interface RawTeam extends WrittenTeam {
  readonly node: NodePath;
  readonly id: ReturnType<typeof teamId>;
}

/** What is needed to find the teams of one file. */
export interface LayoutContext extends Omit<TeamContext, 'canonical'> {
  /** Called for a document with no team where the configuration expects them. */
  readonly warn?: (node: NodePath, message: string) => void;
  /** Called for each excluded key of a map, and each excluded id. */
  readonly excluded?: (name: string) => void;
}

const MAX_TEAMS = 100_000;
const MAX_CHILD_DEPTH = 50;
/** Charged for each team found, in characters: aliases can turn a few into many. */
const TEAM_COST = 64;
const NOTHING_HERE = 'there is nothing here; if there is no team, write []';

/** All teams of one document, parents before their children, in the order of the file. @throws {ExpansionError} */
export function findTeams(document: unknown, node: NodePath, context: LayoutContext): RawTeam[] {
  const { path, configuration, spend, report, warn, excluded } = context;
  const { layout, at, atAlone, children, excludes } = configuration;
  const found: RawTeam[] = [];

  /** Whether a name is excluded: then it and everything in it are no teams. */
  const isExcluded = (name: string): boolean => {
    if (!excludes(name)) return false;
    excluded?.(name);
    return true;
  };

  const add = (
    written: unknown,
    where: NodePath,
    shape: RawTeam['shape'],
    key: string | undefined,
    depth: number,
  ): void => {
    spend(TEAM_COST);
    if (key !== undefined && isExcluded(key)) return;
    if (!isMapping(written)) {
      report(where, `a team is written as a mapping of its keys, not as ${kindOf(written)}`);
      return;
    }
    if (found.length >= MAX_TEAMS)
      throw new ExpansionError(`the file expands to more than ${MAX_TEAMS} teams`);
    if (depth > MAX_CHILD_DEPTH)
      throw new ExpansionError('child teams are nested too deeply, or an alias holds itself');
    const held = children.filter((name) => holdsTeams(valueUnder(written, name)));
    const fields = without(written, held);
    const id = teamId({ fields, shape, key }, path, configuration);
    if ('id' in id && isExcluded(id.id)) return;
    found.push({ fields, node: where, shape, key, id });
    for (const name of held) {
      addAll(valueUnder(written, name), [...where, ...keyPath(written, name)], depth + 1);
    }
  };

  const addAll = (teams: unknown, where: NodePath, depth: number): void => {
    if (Array.isArray(teams)) {
      teams.forEach((team, index) => add(team, [...where, index], 'list', undefined, depth));
    } else if (isMapping(teams)) {
      for (const [key, team] of Object.entries(teams)) add(team ?? {}, [...where, key], 'map', key, depth);
    }
  };

  const places = isMapping(document) ? placesIn(document, node, at) : [];
  const under = at.length > 0 ? ` or under one of: ${at.join(', ')}` : '';
  const expected = atAlone ? '' : `, at the top${under}`;
  const misplaced = ({ teams, where }: Place, kind: string): void => {
    if (teams === null) report(where, NOTHING_HERE);
    else report(where, `expected a ${kind} of teams${expected}`);
  };

  /** Handles a document that has none of the `at` keys. */
  const addWithoutPlace = (kind: string, fits: (teams: unknown) => boolean): void => {
    if (isEmpty(document)) return;
    if (!atAlone) {
      if (fits(document)) addAll(document, node, 0);
      else misplaced({ teams: document, where: node }, kind);
      return;
    }
    const keys = isMapping(document) ? document : {};
    const empty = findEmpty(keys, at);
    const slip = findSlip(keys, at, (key, value) => !isScalar(value) && !excludes(key));
    if (empty !== undefined) report([...node, ...empty], NOTHING_HERE);
    else if (slip !== undefined)
      report(
        [...node, ...slip.path],
        `the key ${quoted(slip.path.at(-1) ?? '')} holds no teams; is it ${quoted(slip.known)}?`,
      );
    else warn?.(node, `no team is read here: teams are read only under ${at.join(', ')}`);
  };

  const addPlaces = (kind: string, fits: (teams: unknown) => boolean): void => {
    if (places.length === 0) addWithoutPlace(kind, fits);
    for (const place of places) {
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

/** Whether a mapping has any key that describes a team; else it is only the frame around teams that are gone. */
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

/** The places where teams may be in a document: the values of its `at` keys. */
function placesIn(document: Record<string, unknown>, node: NodePath, at: readonly string[]): Place[] {
  const places: Place[] = [];
  for (const key of at) {
    const teams = valueUnder(document, key);
    if (teams !== undefined) places.push({ teams, where: [...node, ...keyPath(document, key)] });
  }
  return places;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/**
 * Whether a value is a map of teams: empty, or with at least one team. Other items in it are problems, not reasons to
 * doubt.
 */
const isMapOfTeams = (value: unknown): boolean => {
  if (!isMapping(value)) return false;
  const items = Object.values(value);
  return items.length === 0 || items.some((item) => item === null || isMapping(item));
};

/** Whether the value of a `children` key holds teams, and not, say, a list of names. */
export const holdsTeams = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 || value.some(isMapping) : isMapOfTeams(value);

/** Names the kind of a value, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a mapping'
    : typeof value === 'string'
      ? `the text ${quoted(value)}`
      : `the ${typeof value} ${JSON.stringify(value)}`;
}

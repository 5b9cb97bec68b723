/**
 * Where the teams stand inside a document.
 *
 *     id: payments          - id: payments        teams:              teams:
 *     members: [alice]      - id: core              - id: payments      payments: { members: [alice] }
 *
 *     team                  list                  list, at `teams`    map, at `teams`
 */
import { isMapping, type NodePath } from '../yaml/yaml-text.ts';
import type { Configuration } from './configuration.ts';
import { ExpansionError } from './json-value.ts';

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
  { layout, at, children }: Configuration,
  report: Report,
): RawTeam[] {
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
    const childKey = children.find((name) => holdsTeams(fields[name]));
    if (childKey === undefined) {
      found.push({ fields, node: where, shape, key });
      return;
    }
    const { [childKey]: nested, ...own } = fields;
    found.push({ fields: own, node: where, shape, key });
    addAll(nested, [...where, childKey], depth + 1);
  };

  const addAll = (teams: unknown, where: NodePath, depth: number): void => {
    if (Array.isArray(teams)) {
      teams.forEach((team, index) => add(team, [...where, index], 'list', undefined, depth));
    } else if (isMapping(teams)) {
      for (const [key, team] of Object.entries(teams)) add(team ?? {}, [...where, key], 'map', key, depth);
    }
  };

  const atKey = isMapping(document) ? at.find((name) => Object.hasOwn(document, name)) : undefined;
  const inside: unknown = atKey === undefined ? undefined : (document as Record<string, unknown>)[atKey];
  const insideNode = atKey === undefined ? node : [...node, atKey];

  switch (layout) {
    case 'team':
      add(document, node, 'team', undefined, 0);
      break;
    case 'list':
      if (Array.isArray(document)) addAll(document, node, 0);
      else if (atKey !== undefined && (Array.isArray(inside) || inside === null))
        addAll(inside, insideNode, 0);
      else report(node, `expected a list of teams, at the top or under one of: ${at.join(', ')}`);
      break;
    case 'map':
      if (atKey !== undefined && (isMapping(inside) || inside === null)) addAll(inside, insideNode, 0);
      else if (atKey === undefined && isMapping(document)) addAll(document, node, 0);
      else report(node, `expected a map of teams, at the top or under one of: ${at.join(', ')}`);
      break;
    case 'auto':
      if (Array.isArray(document)) addAll(document, node, 0);
      else if (atKey !== undefined && (inside === null || Array.isArray(inside) || isMapOfTeams(inside)))
        addAll(inside, insideNode, 0);
      else add(document, node, 'team', undefined, 0);
      break;
  }
  return found;
}

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

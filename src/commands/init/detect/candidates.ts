/** Groups the documents of a repository into candidates: files that hold teams in the same way. */
import { DEFAULT_CONFIGURATION } from '../../../core/catalogue/configuration/configuration.ts';
import { byCodeUnits } from '../../../core/catalogue/reading/json-value.ts';
import { isTemplateName, namesTeams } from './key-words.ts';
import { peopleKeys, placeOfTeams, type TeamPlace } from './team-shapes.ts';

/** A file of the repository that is YAML or JSON. */
export interface ReadFile {
  readonly path: string;
  readonly documents: readonly unknown[];
}

export interface Candidate {
  readonly layout: TeamPlace['layout'];
  /** Sorted by path. */
  readonly files: readonly { readonly path: string; readonly places: readonly TeamPlace[] }[];
  readonly teams: number;
  /** The more teams with members, the more likely; three times as likely where a key or folder says `teams`. */
  readonly score: number;
  /** Whether a key or folder says `teams`. */
  readonly isNamed: boolean;
}

/** A single file of a team is taken for one only if its folder or its name says so. */
const LEAST_TEAMS = 2;
const NAMED = 3;
/** What a team without members counts. */
const EMPTY = 0.1;

type Found = Candidate['files'][number];

/** The most likely one first. */
export function candidatesIn(files: readonly ReadFile[]): readonly Candidate[] {
  const found = files.flatMap(({ path, documents }): Found[] => {
    if (isTemplateName(path.slice(path.lastIndexOf('/') + 1))) return [];
    const places = documents.flatMap((document) => placeOfTeams(document) ?? []);
    return places.length > 0 ? [{ path, places }] : [];
  });
  const baseNames = new Map<string, number>();
  for (const { path } of found) baseNames.set(baseOf(path), (baseNames.get(baseOf(path)) ?? 0) + 1);
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = groupOf(one, (baseNames.get(baseOf(one.path)) ?? 0) > 1);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()]
    .filter((group) => !areFieldNames(group))
    .map(asCandidate)
    .filter(({ teams, score }) => teams >= LEAST_TEAMS || score >= NAMED)
    .sort((a, b) => b.score - a.score || byCodeUnits(a.files[0]?.path ?? '', b.files[0]?.path ?? ''));
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Files of one group are described by one configuration. */
function groupOf({ path, places: [place] }: Found, isCommonName: boolean): string {
  // What the program finds without a configuration belongs together, in whatever layout.
  if (DEFAULT_CONFIGURATION.matches(path)) return 'default';
  const { layout, at } = place ?? { layout: 'team', at: [] };
  if (at.length > 0) return [layout, at.length, at.at(-1)].join('\n');
  return [layout, isCommonName ? baseOf(path) : path.slice(0, path.indexOf('/') + 1)].join('\n');
}

/**
 * Whether the keys of maps are rather the fields of one team: the same ones in each file, as `space-manager` and
 * `space-developer` with lists of users are.
 */
function areFieldNames(files: readonly Found[]): boolean {
  const maps = files.flatMap(({ places }) =>
    places.filter(({ layout, at }) => layout === 'map' && at.length === 0),
  );
  const keys = maps.flatMap(({ teams }) => teams.map(({ key }) => key));
  return maps.length > 1 && keys.length >= 2 * new Set(keys).size;
}

function asCandidate(files: readonly Found[]): Candidate {
  const places = files.flatMap((file) => file.places);
  const teams = places.flatMap((place) => place.teams);
  const withMembers = teams.filter(({ fields }) => peopleKeys(fields).length > 0).length;
  const isNamed = files.every(
    ({ path, places: [place] }) => namesTeams(place?.at.at(-1) ?? '') || folderWords(path).some(namesTeams),
  );
  return {
    layout: places[0]?.layout ?? 'team',
    files,
    teams: teams.length,
    isNamed,
    score: (withMembers + EMPTY * (teams.length - withMembers)) * (isNamed ? NAMED : 1),
  };
}

/** The folders of a path and its base name. */
const folderWords = (path: string): readonly string[] => path.replace(/\.[^.]*$/, '').split('/');

/** Reads all files as a configuration would have them read, with the program's own reader. */
import {
  parseConfiguration,
  type Configuration,
} from '../../../core/catalogue/configuration/configuration.ts';
import { readTeamFile, type Blob } from '../../../core/catalogue/reading/team-file.ts';
import type { TeamEntry } from '../../../core/catalogue/team.ts';

/** Values of `catalogue` in team-events.yml, by key. */
export type Settings = Readonly<Partial<Record<SettingKey, string | readonly string[]>>>;
/** In the order in which they are written. */
export const SETTING_KEYS = [
  'files',
  'layout',
  'at',
  'children',
  'id',
  'name',
  'members',
  'member',
  'memberCase',
  'tags',
  'perimeter',
  'exclude',
] as const;
export type SettingKey = (typeof SETTING_KEYS)[number];

export interface CatalogueFile {
  readonly path: string;
  readonly blob: Blob;
}

export interface Reading {
  readonly teams: readonly TeamEntry[];
  /** Problems of files, and ids that several files have. */
  readonly problems: number;
}

/** Throws for settings that no file could hold, which would be a bug. */
export function configurationOf(settings: Settings): Configuration {
  const parsed = parseConfiguration(JSON.stringify({ catalogue: settings }));
  if (!parsed.ok) throw new Error(`unusable settings: ${parsed.wrong.map(({ message }) => message).join()}`);
  return parsed.value;
}

/** Teams in the order of `files`. */
export function readWith(files: readonly CatalogueFile[], settings: Settings): Reading {
  const configuration = configurationOf(settings);
  const teams: TeamEntry[] = [];
  let problems = 0;
  for (const { path, blob } of files) {
    if (!configuration.matches(path)) continue;
    const content = readTeamFile(path, blob, configuration);
    teams.push(...content.entries);
    problems += content.problems.length;
  }
  return { teams, problems: problems + teams.length - new Set(teams.map(({ id }) => id)).size };
}

/** Whether both readings give the same teams in every detail, and equally few problems. */
export function isSame(one: Reading, other: Reading): boolean {
  return (
    one.problems === other.problems &&
    one.teams.length === other.teams.length &&
    one.teams.every(({ text }, index) => text === other.teams[index]?.text)
  );
}

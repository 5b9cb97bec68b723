/**
 * What a broken file holds: its newest valid version since its path last appeared.
 *
 * The walk knows it from the step before. Where it has not come that way (at its start, and after a step that
 * is not from first parent to child) history is asked.
 */
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  parseConfiguration,
  type Configuration,
} from './configuration.ts';
import { readBlob, type HistorySource, type PathChange, type TreeFile } from './history.ts';
import { decode, readTeamFile } from './team-file.ts';
import type { TeamEntry } from './team.ts';

/** The last valid entries of `path` as of `revision`; none where it was never valid. */
export async function lastValidEntries(
  source: HistorySource,
  revision: string,
  path: string,
  fixed: Configuration | undefined,
): Promise<readonly TeamEntry[]> {
  const versions = versionsOf(await source.pathChanges(revision, [path, CONFIGURATION_FILE]));
  for (const [index, version] of versions.entries()) {
    const file = regular(version.get(path));
    if (file === undefined) return [];
    const configuration = fixed ?? (await newestValidConfiguration(source, versions.slice(index)));
    if (!configuration.matches(path)) return [];
    const content = readTeamFile(path, await readBlob(source, file.blob), configuration);
    if (content.problems.length === 0) return content.entries;
  }
  return [];
}

/** The configuration as of `revision`, where the file there is broken: its last valid version, else the default. */
export async function lastValidConfiguration(
  source: HistorySource,
  revision: string,
): Promise<Configuration> {
  return newestValidConfiguration(
    source,
    versionsOf(await source.pathChanges(revision, [CONFIGURATION_FILE])),
  );
}

async function newestValidConfiguration(
  source: HistorySource,
  versions: readonly Version[],
): Promise<Configuration> {
  for (const version of versions) {
    const file = regular(version.get(CONFIGURATION_FILE));
    if (file === undefined) break;
    const decoded = decode(await readBlob(source, file.blob));
    const parsed = decoded.ok ? parseConfiguration(decoded.text) : undefined;
    if (parsed?.ok) return parsed.value;
  }
  return DEFAULT_CONFIGURATION;
}

/** What stands at each of the asked paths at one time. */
type Version = ReadonlyMap<string, TreeFile | undefined>;

/** From changes, newest first, to the states between them, newest first. */
function versionsOf(changes: readonly PathChange[]): Version[] {
  const newest = new Map<string, TreeFile | undefined>();
  for (const { path, after } of changes) if (!newest.has(path)) newest.set(path, after);
  const versions: Version[] = [newest];
  for (const [index, change] of changes.entries()) {
    const older = new Map(versions.at(-1)).set(change.path, change.before);
    // Changes of one commit are one step back.
    if (changes[index - 1]?.commit === change.commit) versions.pop();
    versions.push(older);
  }
  return versions;
}

const regular = (file: TreeFile | undefined): TreeFile | undefined =>
  file?.kind === 'file' ? file : undefined;

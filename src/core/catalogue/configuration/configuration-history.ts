/**
 * Which version of `team-events.yml` was in force at which commit. A broken version leaves the last valid one in force.
 */
import { isFile, readBlob, type FileChange, type HistorySource } from '../history.ts';
import { decode, type Blob } from '../reading/team-file.ts';
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  parseConfiguration,
  type Configuration,
} from './configuration.ts';

/** Blob ids of the versions in force; undefined where there is no file and the defaults apply. */
export interface ConfigurationHistory {
  readonly newest: string | undefined;
  /** The version in force before each commit that changed the file, by commit id. */
  readonly before: ReadonlyMap<string, string | undefined>;
}

/**
 * Reads the history of the file along the first parents of `revision`. Versions are kept as blob ids because there may
 * be many.
 */
export async function readConfigurationHistory(
  source: HistorySource,
  revision: string,
): Promise<ConfigurationHistory> {
  const changes: { readonly commit: string; readonly change: FileChange }[] = [];
  for await (const window of source.changesBack(revision, CONFIGURATION_FILE)) {
    for (const { commit, changes: all } of window) {
      for (const change of all) changes.push({ commit, change });
    }
  }
  const blobs = new Set(changes.flatMap(({ change: { after } }) => (isFile(after) ? after.blob : [])));
  const valid = await validConfigurations(source, [...blobs]);
  const before = new Map<string, string | undefined>();
  let newest: string | undefined;
  for (const { commit, change } of changes.reverse()) {
    before.set(commit, newest);
    if (!isFile(change.after)) newest = undefined;
    else if (valid.has(change.after.blob)) newest = change.after.blob;
  }
  return { newest, before };
}

async function validConfigurations(
  source: HistorySource,
  blobs: readonly string[],
): Promise<ReadonlySet<string>> {
  const valid = new Set<string>();
  if (blobs.length === 0) return valid;
  let next = 0;
  for await (const batch of source.blobs(blobs).batches()) {
    for (const blob of batch) {
      const id = blobs[next++] ?? '';
      if (configurationOf(blob) !== undefined) valid.add(id);
    }
  }
  return valid;
}

/** The parsed configuration; undefined if it is broken. */
export function configurationOf(blob: Blob): Configuration | undefined {
  const decoded = decode(blob);
  const parsed = decoded.ok ? parseConfiguration(decoded.value) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

/**
 * The configuration in force at `revision`: if the file there is broken, its last valid version, or the default if it
 * has none.
 */
export async function lastValidConfiguration(
  source: HistorySource,
  revision: string,
): Promise<Configuration> {
  const { newest } = await readConfigurationHistory(source, revision);
  const found = newest === undefined ? undefined : configurationOf(await readBlob(source, newest));
  return found ?? DEFAULT_CONFIGURATION;
}

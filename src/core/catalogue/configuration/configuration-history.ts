/** Which version of `team-events.yml` was in force when: where the file is broken, its last valid one since it appeared. */
import { isFile, readBlob, type FileChange, type HistorySource } from '../history.ts';
import { decode, type Blob } from '../reading/team-file.ts';
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  parseConfiguration,
  type Configuration,
} from './configuration.ts';

/** Blobs of the versions in force; undefined where there is no file, and the defaults count. */
export interface ConfigurationHistory {
  readonly newest: string | undefined;
  /** Before each commit that changed the file. */
  readonly before: ReadonlyMap<string, string | undefined>;
}

/** Along the first parents of `revision`. Versions are named by blob, as there may be many. */
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

/** undefined where it is broken. */
export function configurationOf(blob: Blob): Configuration | undefined {
  const decoded = decode(blob);
  const parsed = decoded.ok ? parseConfiguration(decoded.text) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

/** The configuration as of `revision`, where the file there is broken: its last valid version, else the default. */
export async function lastValidConfiguration(
  source: HistorySource,
  revision: string,
): Promise<Configuration> {
  const { newest } = await readConfigurationHistory(source, revision);
  const found = newest === undefined ? undefined : configurationOf(await readBlob(source, newest));
  return found ?? DEFAULT_CONFIGURATION;
}

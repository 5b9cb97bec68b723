/**
 * The configuration in force at a revision, and the problems of its file. A broken file leaves its last valid version
 * in force.
 */
import type { FileProblem } from '../../yaml/file-problem.ts';
import { readBlob, type HistorySource, type TreeFile } from '../history.ts';
import { decode } from '../reading/team-file.ts';
import { DEFAULT_CONFIGURATION, parseConfiguration, type Configuration } from './configuration.ts';
import { lastValidConfiguration } from './configuration-history.ts';

export interface ConfigurationState {
  readonly blob: string | undefined;
  readonly value: Configuration;
  readonly problems: readonly FileProblem[];
  readonly commit: string;
}

/** For revisions without the file. */
export const NO_FILE: ConfigurationState = {
  blob: undefined,
  value: DEFAULT_CONFIGURATION,
  problems: [],
  commit: '',
};

/**
 * Reads the configuration at `revision`. `before` is the state one step earlier; undefined if the walk did not come
 * through that step.
 */
export async function readConfigurationState(
  source: HistorySource,
  file: TreeFile | undefined,
  revision: string,
  before: ConfigurationState | undefined,
): Promise<ConfigurationState> {
  if (file?.kind !== 'file') return NO_FILE;
  const decoded = decode(await readBlob(source, file.blob));
  const parsed = decoded.ok
    ? parseConfiguration(decoded.value)
    : { ok: false as const, wrong: [decoded.wrong] };
  if (parsed.ok) return { blob: file.blob, value: parsed.value, problems: [], commit: revision };
  const value = before ? before.value : await lastValidConfiguration(source, revision);
  return { blob: file.blob, value, problems: parsed.wrong, commit: revision };
}

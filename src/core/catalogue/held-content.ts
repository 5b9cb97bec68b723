/**
 * The content that broken files keep: the newest valid version since the path last appeared. A file that was moved and
 * broken in one step keeps the teams of the file that it came from (`moved-teams.ts`).
 *
 * Normally the walk knows this from the step before. At its start, and after a step that is not from first parent to
 * child, it does not; then one pass back through history finds the content for all broken files.
 */
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  type Configuration,
} from './configuration/configuration.ts';
import {
  configurationOf,
  readConfigurationHistory,
  type ConfigurationHistory,
} from './configuration/configuration-history.ts';
import type { IdTemplate } from './configuration/id-template.ts';
import { isFile, type BlobReader, type FileChange, type HistorySource, type TreeFile } from './history.ts';
import { heirOf, inheritedTeams, type ChangedFile, type Heir } from './moved-teams.ts';
import { openFileReader } from './reading/file-reader.ts';
import { readTeamFile } from './reading/team-file.ts';
import type { TeamEntry } from './team.ts';

/** A file that was broken in every version looked at so far; `entries` is its last valid content, once found. */
interface Search {
  readonly path: string;
  blob: string;
  entries: readonly TeamEntry[];
}

interface Inheritance {
  readonly heir: Heir;
  readonly into: Search;
  readonly gone: readonly Search[];
  readonly template: IdTemplate;
}

/**
 * The last valid teams of each of the `broken` files of `revision`, by path; empty if the file was never valid.
 * `configuration` is the one at the revision; `override` replaces the configuration at all revisions.
 */
export async function heldContents(
  source: HistorySource,
  revision: string,
  broken: readonly TreeFile[],
  configuration: Configuration,
  override: Configuration | undefined,
): Promise<ReadonlyMap<string, readonly TeamEntry[]>> {
  const asked = new Map(broken.map(({ path, blob }) => [path, searchFor(path, blob)]));
  /** By the path that each file has at the commit reached so far; `current` is the configuration at that commit. */
  const searches = new Map(asked);
  let current = configuration;
  const inheritances: Inheritance[] = [];
  const blobs = source.openBlobs();
  const configurationBefore = createConfigurationLookup(source, revision, blobs);

  /** Looks at an older version of a file: if it is valid, the search ends, else it goes on to older ones. */
  const look = async (search: Search, blob: string, before: Configuration): Promise<void> => {
    if (!before.matches(search.path)) return;
    const { problems, entries } = readTeamFile(search.path, await blobs.read(blob), before);
    if (problems.length === 0) search.entries = entries;
    else searches.set(search.path, Object.assign(search, { blob }));
  };

  /** Goes back over one commit, looking at the files that it changed; at all files if it changed how files are read. */
  const goBack = async (commit: string, changes: readonly FileChange[]): Promise<void> => {
    const configures = override === undefined && changes.some(({ path }) => path === CONFIGURATION_FILE);
    const before = configures ? await configurationBefore(commit) : current;
    const changed = new Map(changes.filter(({ path }) => searches.has(path)).map((one) => [one.path, one]));
    let move: ReturnType<typeof findMove> | undefined;
    for (const path of configures ? [...searches.keys()] : changed.keys()) {
      const search = searches.get(path);
      if (search === undefined) continue;
      searches.delete(path);
      const change = changed.get(path);
      if (change === undefined || isFile(change.before)) {
        await look(search, change?.before?.blob ?? search.blob, before);
        continue;
      }
      const found = await (move ??= findMove(source, changes, before, current));
      if (found?.heir.path !== path) continue;
      const { heir, files } = found;
      const gone = files.map((one) => searchFor(one.path, one.blob));
      inheritances.push({ heir, into: search, gone, template: current.idTemplate });
      for (const one of gone) await look(one, one.blob, before);
    }
    current = before;
  };

  try {
    for await (const window of source.changesBack(revision)) {
      for (const { commit, changes } of window) {
        if (searches.size > 0) await goBack(commit, changes);
      }
      if (searches.size === 0) break;
    }
  } finally {
    blobs.close();
  }
  for (const { heir, into, gone, template } of inheritances.reverse()) {
    into.entries = inheritedTeams(heir, gone, template);
    for (const search of gone) search.entries = []; // frees memory: there may be many moves
  }
  return new Map([...asked].map(([path, { entries }]) => [path, entries]));
}

const searchFor = (path: string, blob: string): Search => ({ path, blob, entries: [] });

/** The heir of a commit and the files whose teams it takes over; undefined if there is none. */
async function findMove(
  source: HistorySource,
  changes: readonly FileChange[],
  before: Configuration,
  after: Configuration,
): Promise<{ readonly heir: Heir; readonly files: readonly TreeFile[] } | undefined> {
  const files = changes
    .flatMap((change) => (isFile(change.before) && !isFile(change.after) ? change.before : []))
    .filter(({ path }) => before.matches(path));
  if (files.length === 0) return undefined;
  const present = changes.flatMap((change) =>
    isFile(change.after) && after.matches(change.path)
      ? { file: change.after, comes: !isFile(change.before) }
      : [],
  );
  const reader = openFileReader(
    source,
    present.map(({ file }) => file),
    after,
  );
  const read: ChangedFile[] = [];
  try {
    for (const { file, comes } of present) {
      read.push({ path: file.path, comes, ...(await reader.read(file)) });
    }
  } finally {
    reader.close();
  }
  const heir = heirOf(read);
  return heir && { heir, files };
}

function createConfigurationLookup(
  source: HistorySource,
  revision: string,
  blobs: BlobReader,
): (commit: string) => Promise<Configuration> {
  let history: Promise<ConfigurationHistory> | undefined;
  return async (commit) => {
    const blob = (await (history ??= readConfigurationHistory(source, revision))).before.get(commit);
    const found = blob === undefined ? undefined : configurationOf(await blobs.read(blob));
    return found ?? DEFAULT_CONFIGURATION;
  };
}

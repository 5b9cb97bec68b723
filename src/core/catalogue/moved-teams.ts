/**
 * A file that is moved and broken in one step. Its teams are inferred from the other files of the step:
 *
 *     teams/a.yml          goes     a: [alice]
 *     teams/europe/a.yml   comes    broken, the only one that does  ->  a: [alice]
 *     teams/c.yml          comes    c: [carol]
 *
 * If exactly one broken file comes, it is the heir: it keeps the teams of the files that go, except those that a valid
 * file of the step has or names in `previously`. With two broken files it is unknown whose teams are whose: no heir.
 * "Comes" and "goes" mean that the path appears in the tree or disappears, so the step alone decides.
 */
import type { Catalogue, CatalogueFile } from './catalogue.ts';
import { idOfPath, type IdTemplate } from './configuration/id-template.ts';
import { isFile, type FileChange } from './history.ts';
import { byCodeUnits } from './reading/json-value.ts';
import type { FileContent } from './reading/team-file.ts';
import type { TeamEntry } from './team.ts';

/** A file of the catalogue that a step changed and that exists after the step. */
export interface ChangedFile extends FileContent {
  readonly path: string;
  /** Whether its path held no file before. */
  readonly comes: boolean;
}

export interface Heir {
  readonly path: string;
  /** Ids that other files of the step have or name in `previously`. */
  readonly taken: ReadonlySet<string>;
}

/** undefined if none of the files that come is broken, or several are. */
export function heirOf(files: readonly ChangedFile[]): Heir | undefined {
  const [heir, ...others] = files.filter(({ comes, problems }) => comes && problems.length > 0);
  if (heir === undefined || others.length > 0) return undefined;
  const valid = files.filter(({ problems }) => problems.length === 0);
  const taken = valid.flatMap(({ entries }) => entries.flatMap(({ id, previously }) => [id, ...previously]));
  return { path: heir.path, taken: new Set(taken) };
}

/** A file that no longer exists, and the teams that it held. */
export interface GoneFile {
  readonly path: string;
  readonly entries: readonly TeamEntry[];
}

/**
 * The teams that the heir keeps from the files that went. If the path alone makes the id, the heir can have only the
 * team with the id of its own path; any other team would have changed its id by the move.
 */
export function inheritedTeams(
  { path, taken }: Heir,
  gone: readonly GoneFile[],
  template: IdTemplate,
): readonly TeamEntry[] {
  const own = idOfPath(template, path);
  const ids = new Set(taken);
  const held: TeamEntry[] = [];
  const files = [...gone].sort((a, b) => byCodeUnits(a.path, b.path));
  for (const entry of files.flatMap(({ entries }) => entries)) {
    if (ids.has(entry.id) || (own !== undefined && entry.id !== own)) continue;
    ids.add(entry.id);
    held.push({ ...entry, file: path, node: [] });
  }
  return held;
}

/**
 * The teams that the heir of a step keeps, by its path. `before` is the catalogue before the step, `after` the changed
 * files after it.
 */
export function heldByHeir(
  changes: readonly FileChange[],
  before: Catalogue,
  after: ReadonlyMap<string, CatalogueFile | undefined>,
  template: IdTemplate,
): ReadonlyMap<string, readonly TeamEntry[]> {
  const gone = changes.flatMap(({ path, after: file }): GoneFile[] => {
    const known = isFile(file) ? undefined : before.file(path);
    return known ? [{ path, entries: known.entries }] : [];
  });
  if (gone.length === 0) return new Map();
  const changed = changes.flatMap(({ path, before: file }): ChangedFile[] => {
    const known = after.get(path);
    return known ? [{ path, comes: !isFile(file), ...known }] : [];
  });
  const heir = heirOf(changed);
  return new Map(heir && [[heir.path, inheritedTeams(heir, gone, template)]]);
}

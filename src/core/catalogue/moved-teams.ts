/**
 * A file that is moved and broken in one step. Nothing in it can be read, so the step tells whose teams it holds:
 *
 *     teams/a.yml          goes     a: [alice]
 *     teams/europe/a.yml   comes    broken, the only one that does  ->  a: [alice]
 *     teams/c.yml          comes    c: [carol]
 *
 * The broken file that comes alone is the heir: it holds the teams of the files that go, but for those that a valid file of
 * the step has, or names as its earlier ones. Of two broken ones nobody can tell whose teams are whose, so neither is.
 * "Comes" and "goes" are said of paths of the tree, so that a step is all that has to be known.
 */
import type { Catalogue, CatalogueFile } from './catalogue.ts';
import { idOfPath, type IdTemplate } from './configuration/id-template.ts';
import { isFile, type FileChange } from './history.ts';
import { byCodeUnits } from './reading/json-value.ts';
import type { FileContent } from './reading/team-file.ts';
import type { TeamEntry } from './team.ts';

/** A file of the catalogue that a step changes and that is there afterwards. */
export interface ChangedFile extends FileContent {
  readonly path: string;
  /** Its path held no file before. */
  readonly comes: boolean;
}

export interface Heir {
  readonly path: string;
  /** Ids that are spoken for by other files of the step. */
  readonly taken: ReadonlySet<string>;
}

/** undefined where none or several of the files that come are broken. */
export function heirOf(files: readonly ChangedFile[]): Heir | undefined {
  const [heir, ...others] = files.filter(({ comes, problems }) => comes && problems.length > 0);
  if (heir === undefined || others.length > 0) return undefined;
  const valid = files.filter(({ problems }) => problems.length === 0);
  const taken = valid.flatMap(({ entries }) => entries.flatMap(({ id, previously }) => [id, ...previously]));
  return { path: heir.path, taken: new Set(taken) };
}

/** A file that is there no more, and what it held. */
export interface GoneFile {
  readonly path: string;
  readonly entries: readonly TeamEntry[];
}

/**
 * What the heir holds of the files that go. Where the path alone makes the id, the heir can only have one team, as the
 * move made any other another one.
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

/** What the heir of a step holds, by its path: `before` is the catalogue before it, `after` what its files hold now. */
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

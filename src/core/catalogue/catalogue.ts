/** All teams at one revision, kept current file by file. */
import { UsageError } from '../../errors.ts';
import type { FileProblem } from '../yaml/file-problem.ts';
import { byCodeUnits } from './reading/json-value.ts';
import type { TeamEntry } from './team.ts';

/** One file of the catalogue. If it has problems, `entries` is its last valid content. */
export interface CatalogueFile {
  readonly blob: string;
  readonly entries: readonly TeamEntry[];
  readonly problems: readonly FileProblem[];
  /** The revision in which the file got this content. */
  readonly commit: string;
}

/** Teams by id before and after a change: only the ids that the changed files hold. */
export interface TouchedTeams {
  readonly before: ReadonlyMap<string, TeamEntry>;
  readonly after: ReadonlyMap<string, TeamEntry>;
}

type Files = ReadonlyMap<string, CatalogueFile | undefined>;

/** The files to replace in one step, collected until `Catalogue.replace` takes them. */
export interface CatalogueChange {
  /** By path; undefined means that the file is gone. */
  readonly files: Files;
  /** Adds a file to the change. @throws {UsageError} if the catalogue would exceed its size limit */
  readonly hold: (path: string, file: CatalogueFile | undefined) => void;
}

/** Limit for all teams together, in characters. A few aliases can expand to much text, and there may be many files. */
export const MAX_HELD = 256 * 1024 * 1024;

const sizeOf = (file: CatalogueFile | undefined): number =>
  file === undefined
    ? 0
    : file.entries.reduce((sum, { text, members }) => sum + text.length + members.length, 0);

const NAMED = 3;

function tooMuch(files: Files, most: number): UsageError {
  const sizes = [...files].map(([path, file]) => ({ path, size: sizeOf(file) }));
  const largest = sizes.sort((a, b) => b.size - a.size || byCodeUnits(a.path, b.path)).slice(0, NAMED);
  return new UsageError(
    `the teams of this catalogue come to more than ${Math.floor(most / 1024 / 1024)} million characters, the most of them ` +
      `from ${largest.map(({ path }) => path).join(', ')}`,
    'Take aliases that are repeated out of these files, or leave the files out in team-events.yml (or --config FILE): catalogue.files.',
  );
}

/**
 * If several files define the same id, the one whose path comes first in code-unit order is used. A class, because the
 * state is real: it moves from revision to revision.
 */
export class Catalogue {
  readonly #files = new Map<string, CatalogueFile>();
  /** By id, the entries in use. */
  readonly #teams = new Map<string, TeamEntry>();
  /** By id and path, the entries not in use because a file with an earlier path defines the same id. */
  readonly #hidden = new Map<string, Map<string, TeamEntry>>();

  readonly #most: number;
  #held = 0;

  constructor(most = MAX_HELD) {
    this.#most = most;
  }

  file(path: string): CatalogueFile | undefined {
    return this.#files.get(path);
  }

  get files(): ReadonlyMap<string, CatalogueFile> {
    return this.#files;
  }

  /** The number of teams. */
  get size(): number {
    return this.#teams.size;
  }

  /** Every team in use, in no particular order. */
  teams(): Iterable<TeamEntry> {
    return this.#teams.values();
  }

  /**
   * The entries not in use because another file defines the same id, each with the entry that is used, in no particular
   * order.
   */
  *hidden(): Iterable<{ readonly entry: TeamEntry; readonly counts: TeamEntry }> {
    for (const [id, entries] of this.#hidden) {
      const counts = this.#teams.get(id);
      for (const entry of entries.values()) if (counts !== undefined) yield { entry, counts };
    }
  }

  /** Starts an empty change; nothing is replaced until `replace`. */
  openChange(): CatalogueChange {
    const files = new Map<string, CatalogueFile | undefined>();
    let held = this.#held;
    const hold: CatalogueChange['hold'] = (path, file) => {
      held += sizeOf(file) - sizeOf(files.has(path) ? files.get(path) : this.#files.get(path));
      files.set(path, file);
      if (held > this.#most) throw tooMuch(new Map([...this.#files, ...files]), this.#most);
    };
    return { files, hold };
  }

  /**
   * Replaces the content of these files (undefined: the file is gone). Returns the teams of the changed ids, before and
   * after.
   */
  replace(files: Iterable<readonly [path: string, file: CatalogueFile | undefined]>): TouchedTeams {
    const changes = [...files];
    const ids = new Set<string>();
    for (const [path, file] of changes) {
      for (const { id } of this.#files.get(path)?.entries ?? []) ids.add(id);
      for (const { id } of file?.entries ?? []) ids.add(id);
    }
    const before = this.#pick(ids);
    for (const [path] of changes) this.#remove(path);
    // Done after all removals: finding the next entry looks at every file that defines the id.
    for (const id of ids) if (!this.#teams.has(id)) this.#promote(id);
    for (const [path, file] of changes) if (file !== undefined) this.#add(path, file);
    return { before, after: this.#pick(ids) };
  }

  #remove(path: string): void {
    for (const { id } of this.#files.get(path)?.entries ?? []) {
      if (this.#teams.get(id)?.file === path) this.#teams.delete(id);
      else this.#hidden.get(id)?.delete(path);
      if (this.#hidden.get(id)?.size === 0) this.#hidden.delete(id);
    }
    this.#held -= sizeOf(this.#files.get(path));
    this.#files.delete(path);
  }

  /** Puts the hidden entry with the first path into use, after the one before it is gone. */
  #promote(id: string): void {
    const entries = this.#hidden.get(id);
    if (entries === undefined) return;
    let first: TeamEntry | undefined;
    for (const entry of entries.values()) if (first === undefined || entry.file < first.file) first = entry;
    if (first === undefined) return;
    this.#teams.set(id, first);
    entries.delete(first.file);
    if (entries.size === 0) this.#hidden.delete(id);
  }

  #add(path: string, file: CatalogueFile): void {
    this.#files.set(path, file);
    this.#held += sizeOf(file);
    for (const entry of file.entries) {
      const counts = this.#teams.get(entry.id);
      if (counts === undefined || entry.file < counts.file) this.#teams.set(entry.id, entry);
      if (counts !== undefined) this.#hide(entry.file < counts.file ? counts : entry);
    }
  }

  #hide(entry: TeamEntry): void {
    const known = this.#hidden.get(entry.id);
    if (known === undefined) this.#hidden.set(entry.id, new Map([[entry.file, entry]]));
    else known.set(entry.file, entry);
  }

  #pick(ids: Iterable<string>): Map<string, TeamEntry> {
    const picked = new Map<string, TeamEntry>();
    for (const id of ids) {
      const entry = this.#teams.get(id);
      if (entry !== undefined) picked.set(id, entry);
    }
    return picked;
  }
}

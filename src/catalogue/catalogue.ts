/** All teams at one revision, kept current file by file. */
import type { FileProblem } from '../yaml/checked-file.ts';
import { byCodeUnits } from './json-value.ts';
import type { TeamEntry } from './team.ts';

/** A file of the catalogue. `entries` is its last valid content where there are problems. */
export interface CatalogueFile {
  readonly blob: string;
  readonly entries: readonly TeamEntry[];
  readonly problems: readonly FileProblem[];
  /** The revision that brought this content. */
  readonly commit: string;
}

/** Teams by id before and after; only ids that one of the changed files holds. */
export interface TouchedTeams {
  readonly before: ReadonlyMap<string, TeamEntry>;
  readonly after: ReadonlyMap<string, TeamEntry>;
}

/**
 * Where an id stands in several files the first path in code-unit order counts.
 * A class because the state is real: it moves from revision to revision.
 */
export class Catalogue {
  readonly #files = new Map<string, CatalogueFile>();
  readonly #entries = new Map<string, readonly TeamEntry[]>();

  file(path: string): CatalogueFile | undefined {
    return this.#files.get(path);
  }

  get files(): ReadonlyMap<string, CatalogueFile> {
    return this.#files;
  }

  /** The number of teams. */
  get size(): number {
    return this.#entries.size;
  }

  /** Every team that counts, in no certain order. */
  *teams(): Iterable<TeamEntry> {
    for (const [first] of this.#entries.values()) if (first !== undefined) yield first;
  }

  /** The entries that stand behind another file's team of the same id. */
  *hidden(): Iterable<{ readonly entry: TeamEntry; readonly counts: TeamEntry }> {
    for (const [counts, ...others] of this.#entries.values()) {
      for (const entry of others) if (counts !== undefined) yield { entry, counts };
    }
  }

  /** Replaces the content of these files (undefined: the file is gone) and tells what that did to the teams. */
  replace(files: Iterable<readonly [path: string, file: CatalogueFile | undefined]>): TouchedTeams {
    const changes = [...files];
    const ids = new Set<string>();
    for (const [path, file] of changes) {
      for (const { id } of this.#files.get(path)?.entries ?? []) ids.add(id);
      for (const { id } of file?.entries ?? []) ids.add(id);
    }
    const before = this.#pick(ids);
    for (const [path, file] of changes) this.#replaceFile(path, file);
    return { before, after: this.#pick(ids) };
  }

  #replaceFile(path: string, file: CatalogueFile | undefined): void {
    for (const { id } of this.#files.get(path)?.entries ?? []) {
      const others = (this.#entries.get(id) ?? []).filter((entry) => entry.file !== path);
      if (others.length > 0) this.#entries.set(id, others);
      else this.#entries.delete(id);
    }
    if (file === undefined) {
      this.#files.delete(path);
      return;
    }
    this.#files.set(path, file);
    for (const entry of file.entries) {
      const known = this.#entries.get(entry.id);
      const all =
        known === undefined ? [entry] : [...known, entry].sort((a, b) => byCodeUnits(a.file, b.file));
      this.#entries.set(entry.id, all);
    }
  }

  #pick(ids: Iterable<string>): Map<string, TeamEntry> {
    const picked = new Map<string, TeamEntry>();
    for (const id of ids) {
      const entry = this.#entries.get(id)?.[0];
      if (entry !== undefined) picked.set(id, entry);
    }
    return picked;
  }
}

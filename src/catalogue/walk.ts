/**
 * From history to consecutive catalogues: each revision read with its own `team-events.yml`, broken files held at
 * their last valid content, only what changed read anew.
 */
import type { FileProblem } from '../yaml/checked-file.ts';
import { parseYaml } from '../yaml/yaml-text.ts';
import { Catalogue, type CatalogueFile, type TouchedTeams } from './catalogue.ts';
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  parseConfiguration,
  type Configuration,
} from './configuration.ts';
import { lastValidConfiguration, lastValidEntries } from './held-content.ts';
import type { FileChange, HistorySource, Step, TreeFile } from './history.ts';
import { byCodeUnits } from './json-value.ts';
import { decode, readTeamFile, type Blob, type FileContent } from './team-file.ts';
import type { Problem } from './team.ts';

/** What one step did to the teams, and the configuration of its newer side. */
export interface CatalogueStep extends TouchedTeams {
  readonly step: Step;
  readonly configuration: Configuration;
}

interface ConfigurationState {
  readonly blob: string | undefined;
  readonly value: Configuration;
  readonly problems: readonly FileProblem[];
  readonly commit: string;
}

const NO_FILE: ConfigurationState = {
  blob: undefined,
  value: DEFAULT_CONFIGURATION,
  problems: [],
  commit: '',
};

/** A class because the state is real: `start`, then `advance` window by window, then `problems`. */
export class CatalogueWalk {
  readonly catalogue = new Catalogue();
  /** Paths passed over, with why. */
  readonly warnings = new Map<string, string>();
  readonly #source: HistorySource;
  readonly #fixed: Configuration | undefined;
  readonly #touched = new Set<string>();
  #configuration: ConfigurationState;
  #blobs: ReadonlyMap<string, Blob> = new Map();
  #matched = false;

  /** `fixed` replaces `team-events.yml` at all revisions. */
  constructor(source: HistorySource, fixed?: Configuration) {
    this.#source = source;
    this.#fixed = fixed;
    this.#configuration = fixed ? { ...NO_FILE, value: fixed } : NO_FILE;
  }

  get configuration(): Configuration {
    return this.#configuration.value;
  }

  /** Whether any file matched the globs at any revision so far. */
  get matched(): boolean {
    return this.#matched;
  }

  /** Loads the catalogue that the walk starts from; null is the empty one. */
  async start(from: string | null): Promise<void> {
    if (from === null) return;
    const files = await this.#source.files(from);
    const configurationFile = files.find(({ path }) => path === CONFIGURATION_FILE);
    if (!this.#fixed) this.#configuration = await this.#readConfiguration(configurationFile, from, undefined);
    await this.#fetch(files.filter((file) => this.#isTeamFile(file)));
    this.catalogue.replace(await this.#readFiles(files.map(asChange), from, false));
    this.#blobs = new Map();
  }

  /** Goes through the steps of one window, oldest first. A step that touched no team gives empty maps. */
  async *advance(steps: readonly Step[]): AsyncGenerator<CatalogueStep> {
    const wanted = steps.flatMap(({ changes }) => changes.map(({ after }) => after));
    await this.#fetch(wanted.filter((file) => file !== undefined && this.#isTeamFile(file)));
    for (const step of steps) {
      const changes = await this.#effectiveChanges(step);
      for (const { path } of changes) if (this.#concerns(path)) this.#touched.add(path);
      const touched = this.catalogue.replace(
        await this.#readFiles(changes, step.commit.id, step.consecutive),
      );
      yield { step, configuration: this.configuration, ...touched };
    }
    this.#blobs = new Map();
  }

  /** What is wrong now in the files that the walk has touched, by path, line and column. */
  async problems(): Promise<Problem[]> {
    const found: Problem[] = [];
    const { blob, problems, commit } = this.#configuration;
    if (blob !== undefined && this.#touched.has(CONFIGURATION_FILE)) {
      for (const problem of problems) found.push({ path: CONFIGURATION_FILE, commit, ...problem });
    }
    for (const path of this.#touched) {
      const file = this.catalogue.file(path);
      for (const problem of file?.problems ?? [])
        found.push({ path, commit: file?.commit ?? '', ...problem });
    }
    for (const { entry, counts } of this.catalogue.hidden()) {
      if (!this.#touched.has(entry.file) && !this.#touched.has(counts.file)) continue;
      const file = this.catalogue.file(entry.file);
      if (file === undefined) continue;
      const blobs = await this.#source.blobs([file.blob]);
      const decoded = decode(blobs.get(file.blob) ?? { size: 0, bytes: new Uint8Array() });
      const yaml = decoded.ok ? parseYaml(decoded.text) : undefined;
      const position = yaml?.ok ? yaml.locate(entry.node) : { line: 1, column: 1 };
      const id = JSON.stringify(entry.team.id);
      const message = `the team id ${id} stands in ${counts.file} too, which counts; this one is left out`;
      found.push({ path: entry.file, commit: file.commit, ...position, message });
    }
    return found.sort((a, b) => byCodeUnits(a.path, b.path) || a.line - b.line || a.column - b.column);
  }

  /** The changes of a step, after the configuration has followed: all files where it is another one now. */
  async #effectiveChanges(step: Step): Promise<readonly FileChange[]> {
    const revision = step.commit.id;
    const { blob, problems } = this.#configuration;
    const change = step.changes.find(({ path }) => path === CONFIGURATION_FILE);
    const mayDiffer = change !== undefined || (!step.consecutive && problems.length > 0);
    if (!this.#fixed && mayDiffer) {
      const file = change
        ? change.after
        : { path: CONFIGURATION_FILE, kind: 'file' as const, blob: blob ?? '' };
      const before = step.consecutive ? this.#configuration : undefined;
      this.#configuration = await this.#readConfiguration(file, revision, before);
      const files = await this.#source.files(revision);
      await this.#fetch(files.filter((each) => this.#isTeamFile(each)));
      const present = new Set(files.map(({ path }) => path));
      const gone = [...this.catalogue.files.keys()].filter((path) => !present.has(path));
      return [...files.map(asChange), ...gone.map((path) => ({ path, after: undefined }))];
    }
    if (step.consecutive) return step.changes;
    // What a broken file holds may have changed on the way, though the file itself is the same again.
    const changed = new Set(step.changes.map(({ path }) => path));
    const broken = [...this.catalogue.files].filter(
      ([path, file]) => file.problems.length > 0 && !changed.has(path),
    );
    const unchanged = broken.map(([path, file]) => asChange({ path, kind: 'file', blob: file.blob }));
    return [...step.changes, ...unchanged];
  }

  async #readConfiguration(
    file: TreeFile | undefined,
    revision: string,
    before: ConfigurationState | undefined,
  ): Promise<ConfigurationState> {
    if (file?.kind !== 'file') return NO_FILE;
    const blob = await this.#blob(file.blob);
    const decoded = decode(blob);
    const parsed = decoded.ok
      ? parseConfiguration(decoded.text)
      : { ok: false as const, problems: [decoded.problem] };
    if (parsed.ok) return { blob: file.blob, value: parsed.value, problems: [], commit: revision };
    const value = before ? before.value : await lastValidConfiguration(this.#source, revision);
    return { blob: file.blob, value, problems: parsed.problems, commit: revision };
  }

  async #readFiles(
    changes: readonly FileChange[],
    revision: string,
    consecutive: boolean,
  ): Promise<(readonly [string, CatalogueFile | undefined])[]> {
    const files: (readonly [string, CatalogueFile | undefined])[] = [];
    for (const { path, after } of changes) {
      const known = this.catalogue.file(path);
      if (after === undefined || !this.#isTeamFile(after)) {
        if (known !== undefined) files.push([path, undefined]);
        if (after !== undefined && this.configuration.matches(path)) {
          this.warnings.set(path, after.kind === 'link' ? 'a symbolic link' : 'a submodule');
        }
        continue;
      }
      this.#matched = true;
      const content: FileContent = readTeamFile(path, await this.#blob(after.blob), this.configuration);
      const entries =
        content.problems.length === 0
          ? content.entries
          : consecutive
            ? (known?.entries ?? [])
            : await lastValidEntries(this.#source, revision, path, this.#fixed);
      files.push([path, { blob: after.blob, entries, problems: content.problems, commit: revision }]);
    }
    return files;
  }

  #isTeamFile(file: TreeFile): boolean {
    return file.kind === 'file' && this.configuration.matches(file.path);
  }

  #concerns(path: string): boolean {
    return path === CONFIGURATION_FILE || this.configuration.matches(path);
  }

  async #fetch(files: readonly (TreeFile | undefined)[]): Promise<void> {
    const ids = new Set(files.flatMap((file) => (file === undefined ? [] : [file.blob])));
    if (ids.size > 0) this.#blobs = new Map([...this.#blobs, ...(await this.#source.blobs(ids))]);
  }

  async #blob(id: string): Promise<Blob> {
    const known = this.#blobs.get(id) ?? (await this.#source.blobs([id])).get(id);
    if (known === undefined) throw new Error(`git gave no content for blob ${id}`);
    return known;
  }
}

const asChange = (file: TreeFile): FileChange => ({ path: file.path, after: file });

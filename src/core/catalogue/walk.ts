/**
 * Turns history into consecutive catalogues. Each revision is read with its own `team-events.yml`, broken files keep
 * their last valid content, and only changed files are read again.
 */
import type { FileProblem } from '../yaml/file-problem.ts';
import { Catalogue, type CatalogueFile } from './catalogue.ts';
import type { CatalogueStep } from './catalogue-step.ts';
import { CONFIGURATION_FILE, type Configuration } from './configuration/configuration.ts';
import {
  NO_FILE,
  readConfigurationState,
  type ConfigurationState,
} from './configuration/configuration-state.ts';
import { heldContents } from './held-content.ts';
import { isFile, type HistorySource, type PathState, type Step, type TreeFile } from './history.ts';
import { heldByHeir } from './moved-teams.ts';
import { openFileReader, type FileReader } from './reading/file-reader.ts';
import { byCodeUnits } from './reading/json-value.ts';
import { repeatedTeams } from './repeated-teams.ts';
import type { Problem } from './team.ts';
import { unreadFiles, type UnreadFiles } from './unread-files.ts';

/** The files that a step has to look at. */
interface Followed {
  /** The files that the step changed; all files if the configuration changed. */
  readonly states: readonly PathState[];
  /** Files that are still broken, but whose kept content may be different now. */
  readonly broken: readonly TreeFile[];
}

interface Window {
  readonly steps: readonly Step[];
  readonly reader: FileReader;
}

/** A class, because the state is real: call `start`, then `through` with the windows of the range, then `problems`. */
export class CatalogueWalk {
  readonly catalogue = new Catalogue();
  /** Paths that were ignored, with the reason. */
  readonly warnings = new Map<string, string>();
  /** Team files, and the configuration, touched by the steps so far. */
  readonly touched = new Set<string>();
  readonly #source: HistorySource;
  readonly #override: Configuration | undefined;
  #configuration: ConfigurationState;
  #matched = false;
  #unread: { readonly files: UnreadFiles; readonly revision: string } | undefined;

  /** `override` replaces `team-events.yml` at all revisions. */
  constructor(source: HistorySource, override?: Configuration) {
    this.#source = source;
    this.#override = override;
    this.#configuration = override ? { ...NO_FILE, value: override } : NO_FILE;
  }

  get configuration(): Configuration {
    return this.#configuration.value;
  }

  /** Whether any file matched the globs at any revision so far. */
  get matched(): boolean {
    return this.#matched;
  }

  /**
   * Loads the catalogue at which the walk starts; null means the empty one. With `withoutTotals`, and if paths alone
   * decide which files a step can affect, unaffected files stay unread and are missing in `catalogue`.
   */
  async start(from: string | null, withoutTotals = false): Promise<void> {
    if (from === null) return;
    const files = await this.#source.files(from);
    const configurationFile = files.find(({ path }) => path === CONFIGURATION_FILE);
    if (!this.#override)
      this.#configuration = await readConfigurationState(this.#source, configurationFile, from, undefined);
    const teamFiles = files.filter((file) => this.#isTeamFile(file));
    const unread =
      withoutTotals && this.#override ? unreadFiles(teamFiles, this.#override.idTemplate) : undefined;
    if (unread) this.#unread = { files: unread, revision: from };
    if (teamFiles.length > 0) this.#matched = true;
    await this.#load(unread ? files.filter((file) => !this.#isTeamFile(file)) : files, from);
  }

  /** Loads files that were there when the walk began, so they are no change. */
  async #load(files: readonly TreeFile[], revision: string): Promise<void> {
    const reader = this.#open(files);
    try {
      const followed = { states: files.map(asState), broken: [] };
      this.catalogue.replace(await this.#catalogueFiles(followed, reader, revision, undefined));
    } finally {
      reader.close();
    }
    for (const { path } of files) this.touched.delete(path);
  }

  async #loadConcerned(steps: readonly Step[]): Promise<void> {
    if (this.#unread === undefined) return;
    const { files, revision } = this.#unread;
    const known = steps.every(({ consecutive }) => consecutive);
    const paths = steps.flatMap(({ changes }) => changes.map(({ path }) => path));
    const concerned = known ? files.take(paths) : files.takeAll();
    if (concerned.length > 0) await this.#load(concerned, revision);
  }

  /**
   * Goes through the steps, oldest first. A step that touched no team yields empty maps. Git reads the next window and
   * its files while the current one is processed.
   */
  async *through(windows: AsyncIterator<readonly Step[]>): AsyncGenerator<CatalogueStep> {
    let next = this.#announce(windows);
    try {
      for (let window = await next; window !== undefined; window = await next) {
        next = this.#announce(windows);
        yield* this.#advance(window.steps, window.reader);
      }
    } finally {
      void next.then(
        (window) => window?.reader.close(),
        () => undefined,
      );
      await windows.return?.();
    }
  }

  /** Fetches the next window, and requests its files as soon as git has listed them. */
  #announce(windows: AsyncIterator<readonly Step[]>): Promise<Window | undefined> {
    const announced = windows.next().then(({ done, value }) => {
      return done ? undefined : { steps: value, reader: this.#open(filesOf(value)) };
    });
    announced.catch(() => undefined); // reported when it is awaited
    return announced;
  }

  async *#advance(steps: readonly Step[], announced: FileReader): AsyncGenerator<CatalogueStep> {
    let reader = announced;
    try {
      await this.#loadConcerned(steps);
      for (const [index, step] of steps.entries()) {
        const followed = await this.#follow(step);
        if (reader.configuration !== this.configuration) {
          reader.close();
          const files = followed.states.flatMap(({ after }) => after ?? []);
          reader = this.#open([...files, ...filesOf(steps.slice(index + 1))]);
        }
        const files = await this.#catalogueFiles(followed, reader, step.commit.id, step);
        yield { step, configuration: this.configuration, ...this.catalogue.replace(files) };
      }
    } finally {
      reader.close();
    }
  }

  /** The present problems of the files that the walk touched and of `others`, sorted by path, line and column. */
  async problems(others: Iterable<string> = []): Promise<Problem[]> {
    const touched = new Set([...this.touched, ...others]);
    const found = await repeatedTeams(this.#source, this.catalogue, touched);
    const { blob, problems, commit } = this.#configuration;
    const ofConfiguration = blob !== undefined && touched.has(CONFIGURATION_FILE) ? problems : [];
    for (const problem of ofConfiguration) found.push({ path: CONFIGURATION_FILE, commit, ...problem });
    for (const path of touched) {
      const { problems: broken = [], commit: since = '' } = this.catalogue.file(path) ?? {};
      for (const problem of broken) found.push({ path, commit: since, ...problem });
    }
    return found.sort((a, b) => byCodeUnits(a.path, b.path) || a.line - b.line || a.column - b.column);
  }

  /** The files that a step has to look at; first updates the configuration. */
  async #follow(step: Step): Promise<Followed> {
    const revision = step.commit.id;
    const { blob, problems } = this.#configuration;
    const change = step.changes.find(({ path }) => path === CONFIGURATION_FILE);
    const mayDiffer = change !== undefined || (!step.consecutive && problems.length > 0);
    if (change !== undefined) this.touched.add(CONFIGURATION_FILE);
    if (!this.#override && mayDiffer) {
      const same: TreeFile = { path: CONFIGURATION_FILE, kind: 'file', blob: blob ?? '' };
      const before = step.consecutive ? this.#configuration : undefined;
      const file = change ? change.after : same;
      this.#configuration = await readConfigurationState(this.#source, file, revision, before);
      const files = await this.#source.files(revision);
      const present = new Set(files.map(({ path }) => path));
      const gone = [...this.catalogue.files.keys()].filter((path) => !present.has(path));
      const states = [...files.map(asState), ...gone.map((path) => ({ path, after: undefined }))];
      return { states, broken: [] };
    }
    if (step.consecutive) return { states: step.changes, broken: [] };
    // The content that a broken file keeps may have changed in between, even if the file itself is the same.
    const changed = new Set(step.changes.map(({ path }) => path));
    const broken = [...this.catalogue.files].flatMap(([path, { blob: same, problems: known }]) =>
      known.length > 0 && !changed.has(path) ? [{ path, kind: 'file' as const, blob: same }] : [],
    );
    return { states: step.changes, broken };
  }

  /** A reader of the team files among `files`. */
  #open(files: readonly TreeFile[]): FileReader {
    const teamFiles = files.filter((file) => this.#isTeamFile(file));
    return openFileReader(this.#source, teamFiles, this.configuration);
  }

  /** The new content of each path; undefined if the catalogue no longer has it. `step` is the step that led here. */
  async #catalogueFiles(
    { states, broken }: Followed,
    reader: FileReader,
    revision: string,
    step: Step | undefined,
  ): Promise<ReadonlyMap<string, CatalogueFile | undefined>> {
    const { files, hold } = this.catalogue.openChange();
    const newlyBroken: TreeFile[] = [];
    for (const { path, after } of states) {
      const known = this.catalogue.file(path);
      if (after === undefined || !this.#isTeamFile(after)) {
        if (known !== undefined) hold(path, undefined);
        if (after !== undefined && after.kind !== 'file' && this.configuration.mayHold(path)) {
          this.warnings.set(path, after.kind === 'link' ? 'a symbolic link' : 'a submodule');
        }
        continue;
      }
      this.#matched = true;
      const content = reader.read(after);
      const { problems, entries: valid } = content instanceof Promise ? await content : content;
      if (problems.length > 0) newlyBroken.push(after);
      const entries = problems.length > 0 ? (known?.entries ?? []) : valid;
      // A file with the same content and the same problems keeps its commit, even if it was read again.
      const isNew = known?.blob !== after.blob || !sameProblems(known.problems, problems);
      if (isNew) this.touched.add(path);
      hold(path, { blob: after.blob, entries, problems, commit: isNew ? revision : known.commit });
    }
    const all = [...broken, ...newlyBroken];
    if (all.length === 0) return files;
    const held = step?.consecutive
      ? heldByHeir(step.changes, this.catalogue, files, this.configuration.idTemplate)
      : await heldContents(this.#source, revision, all, this.configuration, this.#override);
    for (const [path, entries] of held) {
      const file = files.get(path) ?? this.catalogue.file(path);
      if (file !== undefined) hold(path, { ...file, entries });
    }
    return files;
  }

  #isTeamFile(file: TreeFile): boolean {
    return isFile(file) && this.configuration.matches(file.path);
  }
}

const sameProblems = (a: readonly FileProblem[], b: readonly FileProblem[]): boolean =>
  a.length === b.length && a.every(({ message }, index) => message === b[index]?.message);

const filesOf = (steps: readonly Step[]): TreeFile[] =>
  steps.flatMap(({ changes }) => changes.flatMap(({ after }) => after ?? []));

const asState = (file: TreeFile): PathState => ({ path: file.path, after: file });

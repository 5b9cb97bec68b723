/**
 * From history to consecutive catalogues: each revision read with its own `team-events.yml`, broken files held at
 * their last valid content, only what changed read anew.
 */
import type { FileProblem } from '../yaml/checked-file.ts';
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

/** What a step has to look at. */
interface Followed {
  /** What it changed; all files where the configuration is another one now. */
  readonly states: readonly PathState[];
  /** Files that are as broken as they were, and may hold something else now. */
  readonly broken: readonly TreeFile[];
}

interface Window {
  readonly steps: readonly Step[];
  readonly reader: FileReader;
}

/** A class because the state is real: `start`, then `through` the windows of the range, then `problems`. */
export class CatalogueWalk {
  readonly catalogue = new Catalogue();
  /** Paths passed over, with why. */
  readonly warnings = new Map<string, string>();
  /** Team files, and the configuration, that the steps so far touched. */
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
   * Loads the catalogue that the walk starts from; null is the empty one. `withoutTotals`: where paths alone tell what a step
   * concerns, what none does stays unread, and is missing in `catalogue`.
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

  /** Takes in what has been there since the walk's start, which is no change. */
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
   * Goes through the steps, oldest first. A step that touched no team gives empty maps. Git is at work on the next
   * window and its files while this one is worked on.
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

  /** The next window, as soon as git has told it, with its files asked for. */
  #announce(windows: AsyncIterator<readonly Step[]>): Promise<Window | undefined> {
    const announced = windows.next().then(({ done, value }) => {
      return done ? undefined : { steps: value, reader: this.#open(filesOf(value)) };
    });
    announced.catch(() => undefined); // told when it is awaited
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

  /** What is wrong now in the files that the walk has touched, and in `others`, by path, line and column. */
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

  /** What a step has to look at, after the configuration has followed. */
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
    // What a broken file holds may have changed on the way, though the file itself is the same again.
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

  /** What each path of the catalogue holds now; undefined where it is no part of it. `step` is what led here. */
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
      // A file that is as broken as it was is told as it was, whatever made it be read again.
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

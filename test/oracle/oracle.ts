/**
 * The second opinion on what a catalogue is: all teams at one revision, written straight from docs/catalogues.md
 * with nothing of `src/`, in the plainest way. The walk must agree with it at every commit.
 */
import { fileTeams, idOfPath, type FoundTeam } from './file-teams.ts';
import type { History, TreeFile } from './history.ts';
import { DEFAULT_SETTINGS, readSettings, SETTINGS_FILE, type Settings } from './settings.ts';
import { Problem } from './yaml-values.ts';

export interface CatalogueAt {
  /** The teams that count, by id. */
  readonly teams: ReadonlyMap<string, FoundTeam>;
  /** The files that the globs match. */
  readonly files: number;
  /** What is wrong, by path. */
  readonly problems: ReadonlyMap<string, string>;
}

export interface Oracle {
  catalogueAt(revision: string): Promise<CatalogueAt>;
}

/** What one file gives to the catalogue: its own teams, or where it has a problem those that it holds. */
interface FileAnswer {
  readonly blob: string;
  readonly teams: readonly FoundTeam[];
  readonly problem: string | undefined;
}

/** All that was found out about a revision. */
interface Answers {
  readonly revision: string;
  readonly settings: SettingsAnswer;
  readonly files: ReadonlyMap<string, FileAnswer>;
}

interface SettingsAnswer {
  /** The file's blob; undefined where there is none. */
  readonly blob: string | undefined;
  readonly value: Settings;
  readonly problem: string | undefined;
}

/**
 * `fixed` replaces `team-events.yml` at all revisions. With `remember` the answers for the revision asked for last are
 * kept, so that of its child only what differs is read: for long histories.
 */
export function createOracle(history: History, fixed?: Settings, remember = false): Oracle {
  let last: Answers | undefined;

  /** Each revision is read with its own `team-events.yml`; a broken one: its last valid version. */
  async function settingsAt(revision: string | undefined): Promise<SettingsAnswer> {
    if (last !== undefined && last.revision === revision) return last.settings;
    const files = revision === undefined || fixed !== undefined ? undefined : await history.files(revision);
    const blob = files?.get(SETTINGS_FILE)?.blob;
    if (revision === undefined || blob === undefined) {
      return { blob, value: fixed ?? DEFAULT_SETTINGS, problem: undefined };
    }
    const content = await history.content(blob);
    try {
      return { blob, value: readSettings(content), problem: undefined };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { value } = await settingsAt(await history.firstParent(revision));
      return { blob, value, problem: error.message };
    }
  }

  /** What a path gave at a revision; nothing where it was no file of the catalogue. */
  async function teamsHeld(path: string, revision: string | undefined): Promise<readonly FoundTeam[]> {
    if (revision === undefined) return [];
    if (last?.revision === revision) return last.files.get(path)?.teams ?? [];
    const file = (await history.files(revision)).get(path);
    const settings = (await settingsAt(revision)).value;
    if (file === undefined || !settings.matches(path)) return [];
    return (await answerOf(file, settings, revision)).teams;
  }

  /** A file with any problem holds its last valid content: the newest valid version since the path last appeared. */
  async function answerOf(file: TreeFile, settings: Settings, revision: string): Promise<FileAnswer> {
    const { path, blob } = file;
    const found = await teamsIn(file, settings);
    if (!(found instanceof Problem)) return { blob, teams: found, problem: undefined };
    const parent = await history.firstParent(revision);
    const wasThere = parent !== undefined && (await history.files(parent)).has(path);
    const teams = wasThere ? await teamsHeld(path, parent) : await teamsMoved(path, revision, settings);
    return { blob, teams, problem: found.message };
  }

  async function teamsIn({ path, blob }: TreeFile, settings: Settings): Promise<FoundTeam[] | Problem> {
    try {
      return fileTeams(path, await history.content(blob), settings);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  /**
   * The only broken file that comes in a commit holds the teams of those that go in it, if no valid file of the commit has
   * them or names them as its earlier ones; where ids are made of paths, only its own.
   */
  async function teamsMoved(path: string, revision: string, settings: Settings): Promise<FoundTeam[]> {
    const parent = await history.firstParent(revision);
    if (parent === undefined) return [];
    const [before, after] = [await history.files(parent), await history.files(revision)];
    const spokenFor = new Set<string>();
    for (const file of after.values()) {
      const isSame = before.get(file.path)?.blob === file.blob;
      if (isSame || file.path === path || !settings.matches(file.path)) continue;
      const teams = await teamsIn(file, settings);
      if (teams instanceof Problem) {
        if (!before.has(file.path)) return [];
        continue;
      }
      for (const { team, previously } of teams) for (const id of [team.id, ...previously]) spokenFor.add(id);
    }
    const own = idOfPath(path, settings);
    const moved = new Map<string, FoundTeam>();
    for (const gone of [...before.keys()].filter((one) => !after.has(one)).sort()) {
      for (const one of await teamsHeld(gone, parent)) {
        const { id } = one.team;
        if (!spokenFor.has(id) && !moved.has(id) && (own ?? id) === id) moved.set(id, { ...one, file: path });
      }
    }
    return [...moved.values()];
  }

  return {
    async catalogueAt(revision) {
      const parent = last && (await history.firstParent(revision));
      const before = last?.revision === parent ? last : undefined;
      const files = await history.files(revision);
      const isSame = before !== undefined && before.settings.blob === files.get(SETTINGS_FILE)?.blob;
      const settings = isSame ? before.settings : await settingsAt(revision);

      const answers = new Map<string, FileAnswer>();
      for (const file of files.values()) {
        if (!settings.value.matches(file.path)) continue;
        const known = before?.settings.value === settings.value ? before.files.get(file.path) : undefined;
        const same = known?.blob === file.blob;
        answers.set(file.path, same ? known : await answerOf(file, settings.value, revision));
      }
      if (remember) last = { revision, settings, files: answers };
      return catalogueOf(answers, settings.problem);
    },
  };
}

/** The same id in two files: the first path in code-unit order counts, the other is left out and is a problem. */
function catalogueOf(
  files: ReadonlyMap<string, FileAnswer>,
  settingsProblem: string | undefined,
): CatalogueAt {
  const teams = new Map<string, FoundTeam>();
  const problems = new Map<string, string>();
  if (settingsProblem !== undefined) problems.set(SETTINGS_FILE, settingsProblem);
  for (const [path, { teams: found, problem }] of files) {
    if (problem !== undefined) problems.set(path, problem);
    for (const one of found) {
      const { id } = one.team;
      const other = teams.get(id);
      if (other === undefined || one.file < other.file) teams.set(id, one);
      if (other !== undefined)
        problems.set([path, other.file].sort()[1] ?? '', `the id ${id} stands in two files`);
    }
  }
  return { teams, files: files.size, problems };
}

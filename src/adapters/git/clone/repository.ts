/** The door to git: one repository, read through simple-git. Nothing here writes into it. */
import { setMaxListeners } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, simpleGit, type SimpleGit } from 'simple-git';
import { closeAtProcessEnd } from '../../process/process-end.ts';
import { gitEnvironment, READING } from '../git-environment.ts';
import { settingOf, type Setting } from '../settings.ts';
import { makeView } from './clone-view.ts';
import type { FoundClone } from './find-clone.ts';
import { checkGit, makeViewFolder, quarantine, readSettings, requireClone } from './open-clone.ts';

/** What `git` itself said. A GitError, as simple-git turns any other into one that has lost its code. */
export class GitCommandError extends GitError {
  readonly code: number;

  constructor(code: number, message: string) {
    super(undefined, message);
    this.name = 'GitCommandError';
    this.code = code;
  }
}

export interface Repository {
  /** As the user named it, for messages. */
  readonly directory: string;
  /** The root of the work tree; the git directory of a bare repository. Commands run here. */
  readonly root: string;
  readonly bare: boolean;
  readonly shallow: boolean;
  /** Where its files lie: for what has to go past git. */
  readonly clone: FoundClone;
  /** What its own configuration says. It is read, and never obeyed. */
  readonly configuration: readonly Setting[];
  /** The folder through which git sees it; nobody else can read it, and it goes with the process. */
  readonly view: string;
  /** Variables that every command on it is given, such as where more objects are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git and gives its stdout. @throws {GitCommandError} on any exit code but 0. */
  git(...args: string[]): Promise<string>;
  readonly caller: Caller;
}

/** Who asks. */
export interface Caller {
  /** The variables of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** Tells what is odd and no failure. */
  warn(text: string): void;
}

const SILENT: Caller = { environment: process.env, warn: () => undefined };

/** Opens a clone or a bare repository. @throws {UsageError} where there is none, or git cannot read it */
export async function openRepository(directory: string, caller: Caller = SILENT): Promise<Repository> {
  const clone = requireClone(directory);
  const [configuration] = await Promise.all([readSettings(directory, clone), checkGit(directory)]);
  const objects = quarantine(caller.environment);
  const view = makeViewFolder((folder) => makeView(folder, clone, configuration, objects));
  const { root, gitDirectory, commonDirectory } = clone;
  const bare = root === gitDirectory || isTrue(settingOf(configuration, 'core.bare'));
  const environment = { GIT_DIR: view };
  const home = bare ? gitDirectory : root;
  return {
    directory,
    root: home,
    bare,
    shallow: (statSync(join(commonDirectory, 'shallow'), { throwIfNoEntry: false })?.size ?? 0) > 0,
    clone,
    configuration,
    view,
    environment,
    git: commandsIn(home, environment),
    caller,
  };
}

const isTrue = (value = ''): boolean => /^(?:true|yes|on|1)$/i.test(value);

/** The same repository, whose commands are given these variables too. */
export function withVariables(
  repository: Repository,
  variables: Readonly<Record<string, string>>,
): Repository {
  const environment = { ...repository.environment, ...variables };
  return { ...repository, environment, git: commandsIn(repository.root, environment) };
}

function commandsIn(directory: string, environment: Repository['environment']): Repository['git'] {
  let git: SimpleGit | undefined;
  return (...args) => {
    git ??= open(directory, environment);
    return git.raw(['--no-replace-objects', '--literal-pathspecs', ...args]);
  };
}

/** Ends the commands that are under way when the process ends. */
const processEnd = new AbortController();
setMaxListeners(0, processEnd.signal);
closeAtProcessEnd(() => processEnd.abort());

function open(directory: string, environment: Repository['environment']): SimpleGit {
  const git = simpleGit({
    baseDir: directory,
    unsafe: { allowUnsafeConfigPaths: true }, // of the caller's configuration nothing is read
    allowEnvironment: [...Object.keys(READING), ...Object.keys(environment)],
    abort: processEnd.signal,
    completion: { onClose: true, onExit: false },
    // Without this, a command that fails without a word counts as done.
    errors: (error, { exitCode, stdErr }) =>
      exitCode === 0 && error === undefined
        ? undefined
        : new GitCommandError(
            exitCode,
            Buffer.concat(stdErr).toString().trim() || `git ended with exit code ${exitCode}`,
          ),
  });
  return git.env(gitEnvironment(environment));
}

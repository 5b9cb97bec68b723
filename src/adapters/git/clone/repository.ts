/** Access to one git repository, read through simple-git. Nothing here writes to it. */
import { setMaxListeners } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, simpleGit, type SimpleGit } from 'simple-git';
import { closeAtProcessEnd } from '../../process/process-end.ts';
import { gitEnvironment, READING } from '../git-environment.ts';
import { settingOf, type Setting } from '../settings.ts';
import { makeView } from './clone-view.ts';
import type { FoundClone } from './find-clone.ts';
import { makeViewFolder, quarantine, readSettings, requireClone } from './open-clone.ts';

/** An error reported by `git`. It is a GitError, because simple-git turns any other error into one without its code. */
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
  /** Its folders, for what must be done without git. */
  readonly clone: FoundClone;
  /** Its own configuration. It is read, but never obeyed. */
  readonly configuration: readonly Setting[];
  /** The folder through which git sees it; private to this user, and removed with the process. */
  readonly view: string;
  /** Variables for every command on it, such as where more objects are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git and returns its stdout. @throws {GitCommandError} on any exit code but 0 */
  git(...args: string[]): Promise<string>;
  readonly caller: Caller;
}

/** The environment and the warnings of whoever uses the repository. */
export interface Caller {
  /** The variables of the process. */
  readonly environment: NodeJS.ProcessEnv;
  /** Reports something unusual that is no failure. */
  warn(text: string): void;
}

const SILENT: Caller = { environment: process.env, warn: () => undefined };

/** Opens a clone or a bare repository. @throws {UsageError} if there is none, or git cannot read it */
export async function openRepository(directory: string, caller: Caller = SILENT): Promise<Repository> {
  const clone = requireClone(directory);
  const configuration = await readSettings(directory, clone);
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

/** The same repository, with more variables for its commands. */
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

/** Ends running commands when the process ends. */
const processEnd = new AbortController();
setMaxListeners(0, processEnd.signal);
closeAtProcessEnd(() => processEnd.abort());

function open(directory: string, environment: Repository['environment']): SimpleGit {
  const git = simpleGit({
    baseDir: directory,
    unsafe: { allowUnsafeConfigPaths: true }, // the caller's configuration is not read
    allowEnvironment: [...Object.keys(READING), ...Object.keys(environment)],
    abort: processEnd.signal,
    completion: { onClose: true, onExit: false },
    // Without this, a command that fails silently counts as successful.
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

/** The door to git: one repository, read through simple-git. Nothing here writes into it. */
import { setMaxListeners } from 'node:events';
import { GitConstructError, GitError, simpleGit, type SimpleGit } from 'simple-git';
import { HistoryError, RunError, UsageError } from '../errors.ts';
import { closeAtProcessEnd } from '../process-end.ts';
import { ofClients } from './credentials.ts';

/** Makes git's answers independent of the caller's configuration, and lets it read another user's clone. */
export const GIT_OPTIONS: readonly string[] = [
  'safe.directory=*',
  'core.quotePath=true',
  'log.showRoot=true',
  'log.showSignature=false',
  'log.follow=false',
  'diff.relative=false',
];

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
  /** Variables that every command on it is given, such as where more objects are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git and gives its stdout. @throws {GitCommandError} on any exit code but 0. */
  git(...args: string[]): Promise<string>;
}

/** Opens a clone or a bare repository. @throws {UsageError} where there is none, or git cannot read it. */
export async function openRepository(directory: string): Promise<Repository> {
  const here = commandsIn(directory);
  let answers: string[];
  try {
    answers = (
      await here(
        'rev-parse',
        '--is-bare-repository',
        '--is-shallow-repository',
        '--absolute-git-dir',
        '--show-cdup',
      )
    ).split('\n');
  } catch (error) {
    if (error instanceof RunError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${directory} is not a git repository that can be read: ${said}`,
      'Name a clone or a bare repository with --repo DIR.',
    );
  }
  const [bare, shallow, gitDirectory = directory, up = ''] = answers;
  const root = bare === 'true' ? gitDirectory : up === '' ? directory : `${directory}/${up}`;
  return {
    directory,
    root,
    bare: bare === 'true',
    shallow: shallow === 'true',
    environment: {},
    git: root === directory ? here : commandsIn(root),
  };
}

/** The same repository, whose commands are given these variables too. */
export function withEnvironment(
  repository: Repository,
  variables: Readonly<Record<string, string>>,
): Repository {
  const environment = { ...repository.environment, ...variables };
  return { ...repository, environment, git: commandsIn(repository.root, environment) };
}

/** What the caller's git variables say is not for this repository, and simple-git lets no program be named. */
const LEFT_OUT = /^(?:GIT_.*|EDITOR|PAGER|PREFIX|SSH_ASKPASS|VISUAL)$/i;

/** The environment of a command that reads the repository. */
export function gitEnvironment({ environment }: Pick<Repository, 'environment'>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name) && !ofClients(name));
  return { ...Object.fromEntries(own), ...environment };
}

function commandsIn(directory: string, environment: Repository['environment'] = {}): Repository['git'] {
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
  try {
    const git = simpleGit({
      baseDir: directory,
      config: [...GIT_OPTIONS],
      allowEnvironment: Object.keys(environment),
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
    return git.env(gitEnvironment({ environment }));
  } catch (error) {
    if (!(error instanceof GitConstructError)) throw error;
    throw new UsageError(`there is no directory ${directory}`, 'Name the teams repo with --repo DIR.');
  }
}

const FULL_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** The full id of the commit that `ref` names. @throws {HistoryError} where it names none. */
export async function resolveCommit(repository: Repository, ref: string): Promise<string> {
  refuseShallow(repository);
  try {
    const id = (
      await repository.git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)
    ).trim();
    if (FULL_ID.test(id)) return id; // `^main` resolves too, to something that is no commit
  } catch (error) {
    if (!(error instanceof GitCommandError)) throw error;
  }
  const { directory } = repository;
  if (ref === 'HEAD') throw new HistoryError(`${directory} has no commit yet`, 'Commit something first.');
  throw new HistoryError(
    `there is no commit ${JSON.stringify(ref)} in ${directory}`,
    `Check its spelling, or bring it here: git -C ${directory} fetch origin`,
  );
}

/** @throws {HistoryError} */
export function refuseShallow({ shallow, directory }: Repository): void {
  if (!shallow) return;
  throw new HistoryError(
    `${directory} is a shallow clone; the order of events and what broken files hold need the whole history`,
    `Complete it: git -C ${directory} fetch --unshallow  (in CI: no depth, GIT_DEPTH: 0)`,
  );
}

/** Whether `older` is `newer` or can be reached from it; both full ids. */
export async function isAncestor(repository: Repository, older: string, newer: string): Promise<boolean> {
  try {
    await repository.git('merge-base', '--is-ancestor', older, newer);
    return true;
  } catch (error) {
    if (error instanceof GitCommandError && error.code === 1) return false;
    throw error;
  }
}

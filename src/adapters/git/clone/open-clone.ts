/** The steps to open a clone: finding it, reading its configuration, and checking that git can read it. */
import { tmpdir } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { CursorError, UsageError } from '../../../errors.ts';
import { makePrivateFolder } from '../../process/private-folder.ts';
import { gitEnvironment } from '../git-environment.ts';
import { requireGit } from '../git-version.ts';
import { runGit, type GitResult } from '../run-git.ts';
import { messageLines } from '../message-lines.ts';
import { parseSettings, type Setting } from '../settings.ts';
import { findClone, type FoundClone } from './find-clone.ts';

const TIMEOUT_MS = 60_000;

/** @throws {UsageError} if the folder is not in a clone */
export function requireClone(directory: string): FoundClone {
  let clone: FoundClone | undefined;
  try {
    clone = findClone(directory);
  } catch {
    throw new UsageError(`there is no directory ${directory}`, 'Name the teams repo with --repo DIR.');
  }
  if (clone !== undefined) return clone;
  throw unreadable(directory, 'no git directory is in it, or above it');
}

function unreadable(directory: string, why: string): UsageError {
  const [first, ...more] = messageLines(why);
  return new UsageError(
    `${directory} is not a git repository that can be read: ${first}`,
    'Name a clone or a bare repository with --repo DIR.',
    more,
  );
}

/**
 * The only command that sees the clone's own git directory: it prints the settings, and starts no program. It is asked
 * for its version at the same time (https://git-scm.com/docs/api-trace2), which saves starting another.
 *
 * @throws {UsageError} also if there is no git, or it is too old
 */
export async function readSettings(
  directory: string,
  { gitDirectory }: FoundClone,
): Promise<readonly Setting[]> {
  const result = await startGit(['config', '--local', '--includes', '--list', '-z'], directory, {
    GIT_DIR: gitDirectory,
    GIT_TRACE2_EVENT: '1', // on stderr
  });
  const { version, words } = parseTrace(result.kind === 'ended' ? result.stderr : '');
  requireGit(version ?? (await askVersion(directory)));
  if (result.kind !== 'ended') throw unreadable(directory, 'git does not print its configuration');
  if (result.code !== 0) throw unreadable(directory, words);
  return parseSettings(result.stdout);
}

/** What git before 2.22, or one built without traces, does not tell by itself. */
async function askVersion(directory: string): Promise<string> {
  const result = await startGit(['version'], directory, {});
  return result.kind === 'ended' ? result.stdout.replace(/^git version /, '') : '';
}

/**
 * The version that a trace tells, and the other lines.
 *
 *     {"event":"version",…,"exe":"2.39.5"}
 */
function parseTrace(stderr: string): { readonly version: string | undefined; readonly words: string } {
  const lines = stderr.split('\n');
  const [, version] = /^\{"event":"version",.*"exe":"([^"]*)"/m.exec(stderr) ?? [];
  return { version, words: lines.filter((line) => !line.startsWith('{"event":"')).join('\n') };
}

const startGit = (
  args: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<GitResult> =>
  runGit({ args, directory, environment: gitEnvironment(environment), timeoutMs: TIMEOUT_MS });

/** Makes a private folder of this run and lets `fill` fill it. @throws {CursorError} if there is no room for it */
export function makeViewFolder(fill: (view: string) => void): string {
  try {
    const view = makePrivateFolder();
    fill(view);
    return view;
  } catch (error) {
    throw new CursorError(
      `cannot write into the temporary folder ${tmpdir()}: ${(error as Error).message.trim()}`,
      'Make room there, or name another folder with the variable TMPDIR.',
    );
  }
}

/**
 * More object folders than the clone's: in a hook before a push is accepted, git keeps the objects of the push apart.
 */
export function quarantine(environment: NodeJS.ProcessEnv): readonly string[] {
  if (!environment['GIT_QUARANTINE_PATH']) return [];
  const own = environment['GIT_OBJECT_DIRECTORY'];
  const others = environment['GIT_ALTERNATE_OBJECT_DIRECTORIES']?.split(delimiter) ?? [];
  return [own ?? '', ...others].filter((path) => path !== '').map((path) => resolve(path));
}

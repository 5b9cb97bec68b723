/**
 * Finds the folders of a clone, without git, because git obeys a clone's configuration from its first command on.
 *
 *     teams/.git/        HEAD, objects, refs …                      a clone
 *     teams/.git         "gitdir: …/clone/.git/worktrees/teams"     a work tree of another, or a submodule
 *     teams.git/         HEAD, objects, refs …                      a bare one
 */
import { lstatSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface FoundClone {
  /** Root of the work tree; the git directory of a bare repository. */
  readonly root: string;
  /** The folder of its HEAD and index. */
  readonly gitDirectory: string;
  /** The folder of its objects, refs and configuration; the same folder if the clone has one work tree. */
  readonly commonDirectory: string;
}

/** The clone that contains a folder; undefined if none does. @throws if the folder does not exist */
export function findClone(directory: string): FoundClone | undefined {
  for (let folder = realpathSync(directory); ; folder = dirname(folder)) {
    const root = folder === realpathSync(directory) ? directory : folder;
    const dotGit = join(folder, '.git');
    const gitDirectory = isFolder(dotGit) ? dotGit : linkedDirectory(dotGit);
    const found = [gitDirectory, folder].flatMap((path) =>
      path === undefined ? [] : (asClone(root, path) ?? []),
    );
    if (found[0] !== undefined) return found[0];
    if (dirname(folder) === folder) return undefined;
  }
}

/** The content of HEAD: `ref: refs/heads/main`, or a commit; the same form if HEAD is a symbolic link. */
export function readHead(gitDirectory: string): string | undefined {
  const path = join(gitDirectory, 'HEAD');
  try {
    const text = lstatSync(path).isSymbolicLink()
      ? `ref: ${readlinkSync(path)}`
      : readFileSync(path, 'latin1');
    return /^(?:ref:\s*refs\/|[0-9a-f]{40})/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function asClone(root: string, gitDirectory: string): FoundClone | undefined {
  if (readHead(gitDirectory) === undefined) return undefined;
  const common = readLine(join(gitDirectory, 'commondir'));
  const commonDirectory = common === undefined ? gitDirectory : resolve(gitDirectory, common);
  const complete = ['objects', 'refs'].every((name) => isFolder(join(commonDirectory, name)));
  return complete ? { root, gitDirectory, commonDirectory } : undefined;
}

function linkedDirectory(dotGit: string): string | undefined {
  const [, path] = /^gitdir: (.+)$/.exec(readLine(dotGit) ?? '') ?? [];
  return path === undefined ? undefined : resolve(dirname(dotGit), path);
}

function readLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    return undefined;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

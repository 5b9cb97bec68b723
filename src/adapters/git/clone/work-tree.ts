/** The files of the work tree; they are only looked at to report that they are not read. */
import { join } from 'node:path';
import { unquotePath } from '../history/raw-log.ts';
import type { Setting } from '../settings.ts';
import { withVariables, type Repository } from './repository.ts';

/** Settings of a clone that affect how its files are compared with commits: harmless keys and values only. */
const KEYS =
  /^core\.(?:autocrlf|checkstat|eol|filemode|ignorecase|precomposeunicode|sparsecheckout|sparsecheckoutcone|symlinks|trustctime)$/;
const VALUES = /^(?:true|false|yes|no|on|off|0|1|input|crlf|lf|native|default|minimal)$/i;

/** Paths that differ from HEAD or are untracked; none in a bare repository. */
export async function uncommittedPaths(repository: Repository): Promise<string[]> {
  const { bare, clone, configuration } = repository;
  if (bare) return [];
  const seeing = withVariables(repository, {
    GIT_WORK_TREE: '.', // where commands run
    GIT_INDEX_FILE: join(clone.gitDirectory, 'index'),
  });
  const isKnown = ([key, value]: Setting): boolean => KEYS.test(key) && VALUES.test(value);
  const output = await seeing.git(
    '--no-optional-locks', // it writes nothing
    ...configuration.filter(isKnown).flatMap((setting) => ['-c', setting.join('=')]),
    'status',
    '--porcelain',
    '--no-renames',
    '--untracked-files=all',
    '--ignore-submodules=all', // git would obey the configuration of each submodule
  );
  return output.split('\n').map((line) => unquotePath(line.slice(3)));
}

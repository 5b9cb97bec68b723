/** Many globs as one. Those without wildcards are looked up, so that a list of ids or paths may be as long as it likes. */
import { compileGlob, type Glob } from './glob.ts';

export interface GlobSet extends Pick<Glob, 'matches' | 'mayBegin'> {
  readonly isEmpty: boolean;
}

/** Globs that begin with `!` are those of `excluded`. */
export interface GlobSets {
  readonly included: GlobSet;
  readonly excluded: GlobSet;
}

/** Whether a glob matches nothing but itself. */
export const isLiteral = (glob: string): boolean => !/[*?[\]{}\\]/.test(glob);

/** `dot` as in {@link compileGlob}; `form`: what each glob is taken as, without its `!`. */
export function compileGlobSets(
  globs: readonly string[],
  dot: boolean,
  form: (glob: string) => string,
): GlobSets {
  const included = globs.filter((glob) => !glob.startsWith('!')).map(form);
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => form(glob.slice(1)));
  return { included: compileGlobSet(included, dot), excluded: compileGlobSet(excluded, dot) };
}

function compileGlobSet(globs: readonly string[], dot: boolean): GlobSet {
  const literals = new Set(globs.filter(isLiteral));
  const folders = new Set([...literals].flatMap(foldersOf));
  const wild = globs.flatMap((glob) => (isLiteral(glob) ? [] : (compileGlob(glob, dot) ?? [])));
  return {
    isEmpty: globs.length === 0,
    matches: (text) => literals.has(text) || wild.some((glob) => glob.matches(text)),
    mayBegin: (segments) =>
      folders.has(`${segments.join('/')}/`) || wild.some((glob) => glob.mayBegin(segments)),
  };
}

/** `a/b/c` -> `a/`, `a/b/` and, as it may be a folder itself, `a/b/c/`. */
const foldersOf = (path: string): string[] =>
  [...`${path}/`.matchAll(/\//g)].map(({ index }) => `${path}/`.slice(0, index + 1));

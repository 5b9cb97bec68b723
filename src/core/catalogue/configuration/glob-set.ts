/**
 * Many globs matched as one. Globs without wildcards are looked up in a set, so long lists of ids or paths stay fast.
 */
import { compileGlob, type Glob } from './glob.ts';

export interface GlobSet extends Pick<Glob, 'matches' | 'mayBegin'> {
  readonly isEmpty: boolean;
}

/** `excluded` has the globs that began with `!`. */
export interface GlobSets {
  readonly included: GlobSet;
  readonly excluded: GlobSet;
}

/** Whether a glob matches only itself. */
export const isLiteral = (glob: string): boolean => !/[*?[\]{}\\]/.test(glob);

/** Compiles `globs`. `dot` as in {@link compileGlob}; `form` normalises each glob after its `!` is removed. */
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

/** `a/b/c` -> `a/`, `a/b/` and `a/b/c/`, since the path itself may be a folder. */
const foldersOf = (path: string): string[] =>
  [...`${path}/`.matchAll(/\//g)].map(({ index }) => `${path}/`.slice(0, index + 1));

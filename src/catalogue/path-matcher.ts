/** Which paths of the tree are files of the catalogue. */
import { nfc } from '../yaml/yaml-text.ts';
import { compileGlob, type Glob } from './glob.ts';

export interface PathMatcher {
  /** Whether a path is a file of the catalogue. */
  matches(path: string): boolean;
  /** Whether it is one, or could be a folder of some. */
  mayHold(path: string): boolean;
}

/** Globs of which `!` excludes; answers are remembered, as the same paths come again and again. */
export function createPathMatcher(globs: readonly string[]): PathMatcher {
  const compiled = (some: readonly string[]): readonly Glob[] =>
    some.flatMap((glob) => compileGlob(fromRoot(glob), false) ?? []);
  const included = compiled(globs.filter((glob) => !glob.startsWith('!')));
  const excluded = compiled(globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)));
  const excludes = (path: string): boolean => excluded.some((glob) => glob.matches(path));
  const known = new Map<string, boolean>();
  return {
    matches(path) {
      let answer = known.get(path);
      if (answer === undefined) {
        const text = nfc(path);
        answer = included.some((glob) => glob.matches(text)) && !excludes(text);
        known.set(path, answer);
      }
      return answer;
    },
    mayHold(path) {
      const text = nfc(path);
      const segments = text.split('/');
      return !excludes(text) && included.some((glob) => glob.mayBegin(segments));
    },
  };
}

/** Paths of the tree begin with no slash and no dot. */
const fromRoot = (glob: string): string => nfc(glob).replace(/^\.?\//, '');

/** Which paths of the tree are files of the catalogue, and which names those of no team. */
import { nfc } from '../../yaml/yaml-text.ts';
import { compileGlobSets } from './glob-set.ts';

export interface PathMatcher {
  /** Whether a path is a file of the catalogue. */
  matches(path: string): boolean;
  /** Whether it is one, or could be a folder of some. */
  mayHold(path: string): boolean;
}

/** Globs of which `!` excludes; answers are remembered, as the same paths come again and again. */
export function createPathMatcher(globs: readonly string[]): PathMatcher {
  const { included, excluded } = compileGlobSets(globs, false, fromRoot);
  const known = new Map<string, boolean>();
  return {
    matches(path) {
      let answer = known.get(path);
      if (answer === undefined) {
        const text = nfc(path);
        answer = included.matches(text) && !excluded.matches(text);
        known.set(path, answer);
      }
      return answer;
    },
    mayHold(path) {
      const text = nfc(path);
      return !excluded.matches(text) && included.mayBegin(text.split('/'));
    },
  };
}

/** Whether a name matches, by globs of which `!` excludes. */
export function createNameMatcher(globs: readonly string[]): (name: string) => boolean {
  const { included, excluded } = compileGlobSets(globs, true, nfc);
  return (name) => included.matches(name) && !excluded.matches(name);
}

/** Paths of the tree begin with no slash and no dot. */
const fromRoot = (glob: string): string => nfc(glob).replace(/^\.?\//, '');

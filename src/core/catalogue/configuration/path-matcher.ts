/** Decides which paths are files of the catalogue, and which names are excluded from the teams. */
import { nfc } from '../../yaml/yaml-text.ts';
import { compileGlobSets } from './glob-set.ts';

export interface PathMatcher {
  /** Whether a path is a file of the catalogue. */
  matches(path: string): boolean;
  /** Whether a path matches, or could be a folder of paths that match. */
  mayHold(path: string): boolean;
}

/** Globs starting with `!` exclude. Answers are cached, because the same paths are asked for again and again. */
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

/** Whether a name matches; globs starting with `!` exclude. */
export function createNameMatcher(globs: readonly string[]): (name: string) => boolean {
  const { included, excluded } = compileGlobSets(globs, true, nfc);
  return (name) => included.matches(name) && !excluded.matches(name);
}

/** Removes a leading `/` or `./`: paths of the tree start with neither. */
const fromRoot = (glob: string): string => nfc(glob).replace(/^\.?\//, '');

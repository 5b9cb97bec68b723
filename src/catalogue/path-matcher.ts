/** Which paths of the tree are files of the catalogue. */
import picomatch from 'picomatch';
import { nfc } from '../yaml/yaml-text.ts';

export interface PathMatcher {
  /** Whether a path is a file of the catalogue. */
  matches(path: string): boolean;
  /** Whether it is one, or could be a folder of some. */
  mayHold(path: string): boolean;
}

/** `s`: a path may hold a newline. */
const OPTIONS = { noextglob: true, flags: 's' };

/** Globs of which `!` excludes; answers are remembered, as the same paths come again and again. */
export function createPathMatcher(globs: readonly string[]): PathMatcher {
  const included = globs.filter((glob) => !glob.startsWith('!')).map(fromRoot);
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => fromRoot(glob.slice(1)));
  const includes = picomatch(included, OPTIONS);
  const excludes = excluded.length > 0 ? picomatch(excluded, OPTIONS) : () => false;
  const known = new Map<string, boolean>();
  return {
    matches(path) {
      let answer = known.get(path);
      if (answer === undefined) {
        const text = nfc(path);
        answer = includes(text) && !excludes(text);
        known.set(path, answer);
      }
      return answer;
    },
    mayHold(path) {
      const segments = nfc(path).split('/');
      return !excludes(nfc(path)) && included.some((glob) => beginsWith(glob, segments));
    },
  };
}

/** Paths of the tree begin with no slash and no dot. */
const fromRoot = (glob: string): string => nfc(glob).replace(/^\.?\//, '');

/** Whether a path that `glob` matches may begin with these segments. */
function beginsWith(glob: string, segments: readonly string[]): boolean {
  const wanted = glob.split('/');
  for (const [index, segment] of segments.entries()) {
    const pattern = wanted[index];
    if (pattern === undefined) return false;
    // Behind `**`, or where braces hold a slash, anything may follow.
    if (pattern === '**' || pattern.includes('{') !== pattern.includes('}')) return true;
    if (!picomatch.isMatch(segment, pattern, OPTIONS)) return false;
  }
  return true;
}

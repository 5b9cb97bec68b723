/**
 * Globs for texts with slashes. Globs and texts both come from untrusted files, so the time to match is bounded by the
 * product of their lengths. Regular expressions give no such bound.
 *
 *     *     any characters but a slash         [a-z] [!a-z]   one of a set, or one that is not in it
 *     ?     one of them                        {a,b}          either
 *     **    between slashes: any folders       \              takes the next character as it is
 */

export interface Glob {
  matches(text: string): boolean;
  /** Whether a text that starts with these segments could match. */
  mayBegin(segments: readonly string[]): boolean;
  /** How many globs remain once braces are expanded. */
  readonly alternatives: number;
}

/** Matches any number of items, including none. */
const ANY = Symbol('any');
type Pattern<Item> = readonly (typeof ANY | ((item: Item) => boolean))[];

/** Limit for the alternatives that the braces of one glob may expand to. */
const MAX_ALTERNATIVES = 100;

/** undefined if the braces expand to too many alternatives. `dot`: wildcards also match a leading dot of a segment. */
export function compileGlob(glob: string, dot: boolean): Glob | undefined {
  const patterns = alternatives(glob)?.map((one) => segmentPatterns(one, dot));
  if (patterns === undefined) return undefined;
  const mayPass = (segment: string): boolean => dot || !segment.startsWith('.');
  return {
    alternatives: patterns.length,
    matches(text) {
      const segments = text.split('/');
      return patterns.some((pattern) => matchesAll(pattern, segments, mayPass));
    },
    mayBegin: (segments) =>
      patterns.some((pattern) => {
        const any = pattern.indexOf(ANY);
        const known = any < 0 ? segments : segments.slice(0, any);
        return known.every((segment, index) => {
          const wanted = pattern[index];
          return wanted !== undefined && wanted !== ANY && wanted(segment);
        });
      }),
  };
}

/**
 * Matches items one by one. On a mismatch only the last ANY has to take one more item, because the earlier ones already
 * took as few as possible. `mayPass` says whether an ANY may take an item.
 */
function matchesAll<Item>(
  pattern: Pattern<Item>,
  items: ArrayLike<Item>,
  mayPass: (item: Item) => boolean,
): boolean {
  let wanted = 0;
  let next = 0;
  let afterAny = -1;
  let taken = 0;
  while (next < items.length) {
    const item = items[next] as Item;
    const one = pattern[wanted];
    if (one === ANY) {
      afterAny = ++wanted;
      taken = next;
    } else if (one?.(item) === true) {
      wanted++;
      next++;
    } else if (afterAny >= 0 && mayPass(items[taken] as Item)) {
      wanted = afterAny;
      next = ++taken;
    } else return false;
  }
  return pattern.slice(wanted).every((one) => one === ANY);
}

function segmentPatterns(glob: string, dot: boolean): Pattern<string> {
  return glob.split('/').map((segment) => {
    if (segment === '**') return ANY;
    if (!/[*?[\\]/.test(segment)) return (text: string) => text === segment;
    const pattern = characterPatterns(segment);
    const hidden = !dot && /^[*?[]/.test(segment);
    return (text: string) => !(hidden && text.startsWith('.')) && matchesAll(pattern, text, () => true);
  });
}

/** A set (its first character may be `]`), an escaped character, or any other character. */
const ITEM = /\[([!^]?)((?:\]|\\.|[^\]\\])(?:\\.|[^\]\\])*)\]|\\(.)|(.)/gs;

function characterPatterns(segment: string): Pattern<string> {
  return [...segment.matchAll(ITEM)].map(([, not, set, escaped, plain]) => {
    if (set !== undefined) return inSet(set, not !== '');
    if (plain === '*') return ANY;
    if (plain === '?') return () => true;
    const wanted = escaped ?? plain;
    return (character: string) => character === wanted;
  });
}

function inSet(set: string, inverted: boolean): (character: string) => boolean {
  const ranges = [...set.matchAll(/(?:\\(.)|(.))(?:-(?:\\(.)|([^\\])))?/gs)].map(
    ([, escapedFirst, first = escapedFirst ?? '', escapedLast, last = escapedLast ?? first]) =>
      [first, last] as const,
  );
  return (character) => ranges.some(([first, last]) => first <= character && character <= last) !== inverted;
}

/** `a{b,c{d,e}}f` -> `abf`, `acdf`, `acef`. Braces without a comma, or not closed, are ordinary characters. */
function alternatives(glob: string): readonly string[] | undefined {
  const braces = firstBraces(glob);
  if (braces === undefined) return [glob];
  const { before, options, after } = braces;
  const rests = alternatives(after);
  const inner = options.map(alternatives);
  const all = inner.flatMap((one) => one ?? []);
  if (rests === undefined || inner.includes(undefined)) return undefined;
  if (all.length * rests.length > MAX_ALTERNATIVES) return undefined;
  return all.flatMap((one) => rests.map((rest) => `${before}${one}${rest}`));
}

function firstBraces(
  glob: string,
): { readonly before: string; readonly options: readonly string[]; readonly after: string } | undefined {
  let depth = 0;
  let begin = 0;
  let commas: number[] = [];
  for (const { 0: found, index } of glob.matchAll(/\\.|[{},]/gs)) {
    if (found === '{' && depth++ === 0) {
      begin = index;
      commas = [];
    } else if (found === ',' && depth === 1) commas.push(index);
    else if (found === '}' && depth > 0 && --depth === 0 && commas.length > 0) {
      const bounds = [begin, ...commas, index];
      const options = bounds.slice(1).map((end, at) => glob.slice((bounds[at] ?? 0) + 1, end));
      return { before: glob.slice(0, begin), options, after: glob.slice(index + 1) };
    }
  }
  return undefined;
}

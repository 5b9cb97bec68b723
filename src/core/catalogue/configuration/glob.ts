/**
 * Globs of texts with slashes. Many hands write both globs and texts, so matching takes no longer than the length of one
 * times the length of the other, whatever they say; regular expressions promise nothing of the kind.
 *
 *     *     any characters but a slash         [a-z] [!a-z]   one of a set, or one that is not in it
 *     ?     one of them                        {a,b}          either
 *     **    between slashes: any folders       \              takes the next character as it is
 */

export interface Glob {
  matches(text: string): boolean;
  /** Whether a text that it matches may begin with these segments. */
  mayBegin(segments: readonly string[]): boolean;
  /** How many globs without braces it stands for. */
  readonly alternatives: number;
}

/** Stands for any number of items, none included. */
const ANY = Symbol('any');
type Pattern<Item> = readonly (typeof ANY | ((item: Item) => boolean))[];

/** What braces may stand for, all in all. */
const MAX_ALTERNATIVES = 100;

/** undefined where braces stand for too much. `dot`: a leading dot of a segment needs no dot in the glob. */
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
 * Where something does not fit, only the last ANY has to take one item more: what the ones before it have taken is the
 * least that they could. `mayPass`: what an ANY may take.
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

/** A set, its first character may be `]`; an escaped character; any other. */
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

/** `a{b,c{d,e}}f` -> `abf`, `acdf`, `acef`. Braces without a comma, or without their end, are plain. */
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

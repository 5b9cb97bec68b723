/** Globs that match exactly the files with teams. */
import { createPathMatcher } from '../../../core/catalogue/configuration/path-matcher.ts';

const MAX_EXCLUDED = 10;
const MAX_NAMES = 4;

/**
 * The shortest globs for `wanted` that match no other path of `all`; where there are none, the shortest with few
 * exclusions, at worst the paths themselves. New files of the same kind are matched as well where that is possible.
 */
export function globsOf(wanted: readonly string[], all: readonly string[]): readonly string[] {
  const own = new Set(wanted);
  let best: readonly string[] | undefined;
  for (const glob of patterns(wanted)) {
    const matcher = createPathMatcher([glob]);
    const matches = (path: string): boolean => matcher.matches(path);
    if (!wanted.every(matches)) continue;
    const others = all.filter((path) => !own.has(path) && matches(path));
    const globs = [glob, ...others.map((path) => `!${escaped(path)}`)];
    if (others.length === 0) return globs;
    if (others.length <= MAX_EXCLUDED && globs.length < (best?.length ?? Infinity)) best = globs;
  }
  return best !== undefined && best.length <= wanted.length ? best : wanted.map(escaped);
}

/** From the most to the least particular. */
function patterns(paths: readonly string[]): readonly string[] {
  const [first = ''] = paths;
  if (paths.length === 1) return [escaped(first)];
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const common = commonStart(folders);
  const start = common.map((folder) => `${escaped(folder)}/`).join('');
  const depths = new Set(folders.map((folder) => folder.length));
  const [depth = 0] = depths;
  const below = depths.size > 1 ? '**/' : '*/'.repeat(depth - common.length);
  const names = distinct(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)));
  const endings = distinct(names.map((name) => /\.[^.]*$/.exec(name)?.[0] ?? ''));
  const isCommon = names.length <= MAX_NAMES && names.length < paths.length && below !== '';
  return [
    ...(isCommon ? [`${start}${below}${inBraces(names)}`] : []),
    `${start}${below}*${inBraces(endings)}`,
    ...(isCommon ? [`${start}**/${inBraces(names)}`] : []),
    `${start}**/*${inBraces(endings)}`,
  ];
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

/** `.yml` and `.yaml` are `.{yaml,yml}`. */
function inBraces(texts: readonly string[]): string {
  if (texts.length === 1) return escaped(texts[0] ?? '');
  const dotted = texts.every((text) => text.startsWith('.'));
  const inner = texts.map((text) => escaped(dotted ? text.slice(1) : text));
  return `${dotted ? '.' : ''}{${inner.join(',')}}`;
}

function commonStart(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  const length = first.findIndex((part, index) => others.some((list) => list[index] !== part));
  return length < 0 ? first : first.slice(0, length);
}

/** The text as a glob that matches it alone. */
export const escaped = (text: string): string => text.replace(/[\\*?[\]{},!]/g, '\\$&');

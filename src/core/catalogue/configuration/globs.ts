/** Validation of globs in configuration files. */
import * as v from 'valibot';
import { compileGlob } from './glob.ts';
import { isLiteral } from './glob-set.ts';

/** A text, or a list of texts. */
export const oneOrMore = (expected: string) =>
  v.union(
    [
      v.pipe(
        v.string(),
        v.transform((one): readonly string[] => [one]),
      ),
      v.pipe(v.array(v.string()), v.readonly()),
    ],
    expected,
  );

const MAX_GLOB_LENGTH = 200;
/** Limit for globs with wildcards, because every path of the tree is matched against each of them. */
const MAX_WILD = 100;

/** What is wrong with a glob; undefined if nothing is. */
export function globProblem(glob: string): string | undefined {
  const pattern = glob.replace(/^!/, '');
  if (pattern === '') return 'a glob is empty';
  if (pattern.length > MAX_GLOB_LENGTH) return `a glob has more than ${MAX_GLOB_LENGTH} characters`;
  if (/[@!+?*]\(/.test(pattern)) return 'groups such as +(a|b) are not supported in globs; write {a,b}';
  if (/\{[^{},]*\.\.[^{},]*\}/.test(pattern))
    return 'ranges such as {1..3} are not supported in globs; write {1,2,3}';
  if (compileGlob(pattern, true) === undefined)
    return 'the braces of a glob stand for more than 100 alternatives';
  return undefined;
}

function globsProblem(list: readonly string[], mostWild: number): string | undefined {
  const problem = list.map(globProblem).find((one) => one !== undefined);
  if (problem !== undefined) return problem;
  const wild = list
    .filter((glob) => !isLiteral(glob))
    .reduce((sum, glob) => sum + (compileGlob(glob, true)?.alternatives ?? 0), 0);
  if (wild <= mostWild) return undefined;
  return `${wild} globs with wildcards, those in braces counted one by one; at most ${mostWild} are taken`;
}

/** The part of the rules that JSON Schema can express: not empty, not too long, no groups. */
const GLOB_KEYWORDS = {
  minLength: 1,
  maxLength: MAX_GLOB_LENGTH + 1,
  pattern: /^(?!!?$)!?(?![\s\S]*[@!+?*]\()/.source,
};

/** A glob or a list of globs; at most `mostWild` with wildcards, any number without. */
export const globs = (mostWild: number) =>
  v.pipe(
    oneOrMore('expected a glob or a list of globs, such as "a*" or ["a*", "!ab"]'),
    v.check(
      (list) => globsProblem(list, mostWild) === undefined,
      ({ input }) => globsProblem(input, mostWild) ?? '',
    ),
    v.metadata({ ...GLOB_KEYWORDS, items: GLOB_KEYWORDS }),
  );

export const globList = v.pipe(
  globs(MAX_WILD),
  v.check((list) => list.length > 0, 'expected at least one glob, such as "a*"'),
  v.metadata({ minItems: 1 }),
);

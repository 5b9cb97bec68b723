/** What a glob in a file may say. */
import * as v from 'valibot';
import { compileGlob } from './glob.ts';

export const oneOrMore = v.union(
  [
    v.pipe(
      v.string(),
      v.transform((one): readonly string[] => [one]),
    ),
    v.pipe(v.array(v.string()), v.readonly()),
  ],
  'expected text or a list of texts',
);

const MAX_GLOB_LENGTH = 200;

/** What is wrong with a glob; undefined where nothing is. */
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

/** What JSON Schema can say of a glob: only its emptiness and its groups. */
const GLOB_KEYWORDS = {
  minLength: 1,
  maxLength: MAX_GLOB_LENGTH + 1,
  pattern: /^(?!!?$)!?(?![\s\S]*[@!+?*]\()/.source,
};

export const globList = v.pipe(
  oneOrMore,
  v.check((list) => list.length > 0, 'expected at least one glob'),
  v.check(
    (list) => list.every((glob) => globProblem(glob) === undefined),
    ({ input }) => input.map(globProblem).find((problem) => problem !== undefined) ?? '',
  ),
  v.metadata({ ...GLOB_KEYWORDS, minItems: 1, items: GLOB_KEYWORDS }),
);

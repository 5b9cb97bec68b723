/** Globs that many hands may write: bounded, so that matching stays quick whatever they say. */
import * as v from 'valibot';

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
/** More stars, or groups such as `+(a|b)`, could make the matching of one long text take for ever. */
const MAX_STARS = 3;

/** What is wrong with a glob; undefined where nothing is. */
function globProblem(glob: string): string | undefined {
  const pattern = glob.replace(/^!/, '');
  if (pattern === '') return 'a glob is empty';
  if (pattern.length > MAX_GLOB_LENGTH) return `a glob has more than ${MAX_GLOB_LENGTH} characters`;
  if (/[@!+?*]\(/.test(pattern)) return 'groups such as +(a|b) are not supported in globs; write {a,b}';
  const segments = pattern.split('/');
  const stars = segments
    .filter((segment) => segment !== '**')
    .map((segment) => segment.split('*').length - 1);
  if (
    stars.some((count) => count > MAX_STARS) ||
    segments.filter((segment) => segment === '**').length > MAX_STARS
  ) {
    return `a glob has more than ${MAX_STARS} stars between two slashes, or more than ${MAX_STARS} times **`;
  }
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

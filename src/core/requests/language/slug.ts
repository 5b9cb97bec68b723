/**
 * Names that products take: lower case letters a-z, digits, and single hyphens between them. The slug of a text is the
 * same for ever: it depends on that text and the length alone, and on no table of Unicode that grows.
 *
 *     payments          payments                       is one already
 *     Payments Team     payments-team-h3d5e7a09c1b2    what was lost stands in the hash
 */
import { hash } from 'node:crypto';

/** Of a label of a host name, and of a name in Kubernetes. */
export const DEFAULT_SLUG_LENGTH = 63;
/** The hash takes 14 characters, and something should be left to read. */
export const SLUG_LENGTHS = [20, 255] as const;

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/**
 * What ends as our hash does gets one too. Else a team could be given the name that another team's slug is, and would
 * take over what belongs to that.
 */
const HASHED = /(?:^|-)h[0-9a-f]{12}$/;
/** Latin letters with marks: their decomposition is fixed in all versions of Unicode. */
const LATIN_WITH_MARK = /[\u00c0-\u024f]/g;
const MARKS = /[\u0300-\u036f]/g;

/** Whether the text is its own slug. */
export const isSlug = (text: string, length = DEFAULT_SLUG_LENGTH): boolean =>
  text.length <= length && SLUG.test(text) && !HASHED.test(text);

/** Two texts have the same slug only if 48 bits of their SHA-256 are the same too. */
export function slug(text: string, length = DEFAULT_SLUG_LENGTH): string {
  if (isSlug(text, length)) return text;
  const mark = `h${hash('sha256', text, 'hex').slice(0, 12)}`;
  const room = length - mark.length - 1;
  const words = text
    .slice(0, length * 4) // what is further on could not be seen anyway
    .replace(LATIN_WITH_MARK, (letter) => letter.normalize('NFD'))
    .replace(MARKS, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, room)
    .replace(/-$/, '');
  return words === '' ? mark : `${words}-${mark}`;
}

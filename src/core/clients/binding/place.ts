/** Where requests of a subscription go, for messages: scheme, host and path. */
import { parseUrl } from '../../text/parse-url.ts';
import { shorten } from '../../text/shorten.ts';
import { expressionText, type Expression } from '../../requests/language/expression.ts';
import { expressionsOf, fill, variablesOf, type Lookup, type Template } from '../../requests/template.ts';

const MAX_LENGTH = 200;

/**
 * Variables are shown by name, and the query, which may be a secret, is left out. If a variable holds the whole start
 * of the url, its host is added in parentheses: where a client's events go is not secret.
 */
export function placeOf(
  url: Template,
  lookup: Lookup,
  valueOf: (expression: Expression) => string = (expression) => `\${${expressionText(expression)}}`,
): string {
  if (variablesOf(url).length === 0 && expressionsOf(url).length === 0)
    return placeOfUrl(url.parts.map((part) => ('text' in part ? part.text : '')).join(''));
  let place = '';
  for (const part of url.parts) {
    if ('expression' in part) {
      place += valueOf(part.expression);
      continue;
    }
    const text = 'text' in part ? part.text : (lookup(part.variable) ?? '');
    const end = text.search(/[?#]/);
    place += 'variable' in part ? `\${${part.variable}}` : end < 0 ? text : text.slice(0, end);
    if (end >= 0) break;
  }
  const [first] = url.parts;
  const host = first !== undefined && 'variable' in first ? ` (${new URL(fill(url, lookup)).host})` : '';
  return `${shorten(place.replace(/\p{Cc}+/gu, ''), MAX_LENGTH)}${host}`;
}

/**
 * As `placeOf`, for a url without variables. For text that is no complete url (a redirect's, say): all before its
 * query.
 */
export function placeOfUrl(url: string): string {
  const { origin = '', pathname } = parseUrl(url) ?? {
    pathname: url.replace(/[?#].*$/s, '').trim(),
  };
  return shorten(`${origin}${pathname}`.replace(/\p{Cc}+/gu, ''), MAX_LENGTH);
}

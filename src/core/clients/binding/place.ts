/** Where requests of a subscription go, for people: scheme, host and path. */
import { shorten } from '../../text/shorten.ts';
import { fill, variablesOf, type Lookup, type Template } from './template.ts';

const MAX_LENGTH = 200;

/**
 * Variables stand in it by their names, and its query, which may be a secret, not at all. Of a url that is all a
 * variable's, the host is told: whom a client sends to is no secret.
 */
export function placeOf(url: Template, lookup: Lookup): string {
  if (variablesOf(url).length === 0)
    return placeOfUrl(url.parts.map((part) => ('text' in part ? part.text : '')).join(''));
  let place = '';
  for (const part of url.parts) {
    const text = 'text' in part ? part.text : (lookup(part.variable) ?? '');
    const end = text.search(/[?#]/);
    place += 'variable' in part ? `\${${part.variable}}` : end < 0 ? text : text.slice(0, end);
    if (end >= 0) break;
  }
  const [first] = url.parts;
  const host = first !== undefined && 'variable' in first ? ` (${new URL(fill(url, lookup)).host})` : '';
  return `${shorten(place.replace(/\p{Cc}+/gu, ''), MAX_LENGTH)}${host}`;
}

/** The same of a url without variables; of what is no whole url, as redirects may name, what stands before its query. */
export function placeOfUrl(url: string): string {
  const { origin = '', pathname } = URL.canParse(url)
    ? new URL(url)
    : { pathname: url.replace(/[?#].*$/s, '').trim() };
  return shorten(`${origin}${pathname}`.replace(/\p{Cc}+/gu, ''), MAX_LENGTH);
}

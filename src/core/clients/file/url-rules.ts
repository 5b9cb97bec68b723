/** The rules for the url of a subscription. */
import { expressionText } from '../../requests/language/expression.ts';
import { fill, type Lookup, type Template } from '../../requests/template.ts';
import { parseUrl } from '../../text/parse-url.ts';

/** What is wrong with the url; undefined if nothing is. Never repeats the url, which may hold a secret. */
export function urlProblem(url: string): string | undefined {
  const parsed = parseUrl(url);
  if (parsed === undefined) return 'the url cannot be parsed; expected https://host/path';
  const { protocol, username, password, hash } = parsed;
  if (protocol !== 'https:' && protocol !== 'http:')
    return 'the url does not begin with https:// (or http://)';
  if (username !== '' || password !== '')
    return 'the url holds credentials; put them in headers (Authorization)';
  if (hash !== '') return 'the url has a fragment (#), which no receiver would get';
  return undefined;
}

/** Any value of an event, for rules about what is around it. */
export const anyValue = (): string => 'x';

/**
 * Where a value of an event stands in the url and must not: anywhere but in a segment of the path, or the value of a
 * query. Without `lookup`, nothing is said of what depends on variables.
 */
export function placementProblem(url: Template, lookup?: Lookup): string | undefined {
  for (const [index, part] of url.parts.entries()) {
    if (!('expression' in part)) continue;
    const before = { ...url, parts: url.parts.slice(0, index) };
    const isKnown = lookup !== undefined || before.parts.every((one) => !('variable' in one));
    const text = fill(before, lookup ?? anyValue, anyValue);
    const shown = `\${${expressionText(part.expression)}}`;
    if (isKnown && !/^\s*https?:[/\\]*[^/\\?#]+[/\\?]/i.test(text))
      return `${shown} stands before the path of the url: an event says nothing of scheme, host and port`;
    const query = /\?(?<query>[^]*)/.exec(text)?.groups?.['query'];
    if (query !== undefined && !/=[^&]*$/.test(query))
      return `${shown} can stand in a query as a value alone (?name=${shown})`;
  }
  return undefined;
}

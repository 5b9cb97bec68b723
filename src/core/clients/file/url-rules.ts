/** The rules for the url of a subscription. */
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

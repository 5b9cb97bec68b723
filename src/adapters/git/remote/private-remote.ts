/**
 * A remote of our own, given to git by variables: it is reached like the one that the clone names, and tracks nothing.
 *
 * By the clone's own name git would move remote-tracking refs, in a mirror the tags themselves, and that writes into
 * the clone. By its URL the credentials that CI likes to put there would stand in argv.
 */

import type { Setting } from '../settings.ts';

/** For commands that are given the variables. */
export const PRIVATE_REMOTE = 'team-events-cursors';

/** What says how a remote is reached; not what is fetched from it, and to where. */
const KEPT = new Set(['pushurl', 'proxy', 'proxyauthmethod', 'serveroption']);

export interface NamedRemote {
  /** As the clone names it; or a URL, or a path. */
  readonly name: string;
  /** What git makes of it (`ls-remote --get-url`). */
  readonly url: string;
  /** The http.extraHeader that git would send there. */
  readonly header: string;
}

/**
 * With a `token`, credentials in URLs and headers are left out: CI writes the job's own there, which may read but not
 * push.
 */
export function privateRemote(
  { name, url, header }: NamedRemote,
  configuration: readonly Setting[],
  token: boolean,
): readonly Setting[] {
  const settings: Setting[] = [];
  const add = (key: string, address: string): void => {
    const bare = token ? withoutUser(address) : address;
    if (!token || !/^https?:/i.test(bare)) {
      settings.push([`remote.${PRIVATE_REMOTE}.${key}`, bare]);
      return;
    }
    // Of the rules that rewrite an address the longest wins. That of GitLab's runner, which puts credentials there, is
    // the whole address: with a slash behind it, which says the same, ours is longer.
    const own = `${bare.replace(/\/+$/, '')}/`;
    settings.push([`remote.${PRIVATE_REMOTE}.${key}`, own], [`url.${own}.insteadOf`, own]);
  };
  add('url', url);
  const prefix = `remote.${name}.`;
  for (const [key, value] of configuration) {
    const rest = key.startsWith(prefix) ? key.slice(prefix.length) : '';
    if (KEPT.has(rest)) add(rest, value);
  }
  if (token && /^authorization\s*:/i.test(header)) {
    settings.push([`http.${withoutUser(url)}.extraHeader`, '']);
  }
  return settings;
}

/** A web address without the user and password that it may hold. */
export const withoutUser = (url: string): string => url.replace(/^(https?:\/\/)[^/]*@/i, '$1');

/**
 * A remote of our own, given to git through variables: it is reached like the remote that the clone names, but tracks
 * nothing.
 *
 * Under the clone's own name, git would move remote-tracking refs (in a mirror, the tags themselves), which writes into
 * the clone. Given by URL, credentials that CI often puts there would appear in argv.
 */

import type { Setting } from '../settings.ts';

/** For commands that get the variables. */
export const PRIVATE_REMOTE = 'team-events-cursors';

/** Settings that say how a remote is reached; not what is fetched, or to where. */
const KEPT = new Set(['pushurl', 'proxy', 'proxyauthmethod', 'serveroption']);

export interface NamedRemote {
  /** As the clone names it; or a URL, or a path. */
  readonly name: string;
  /** The URL that git uses for it (`ls-remote --get-url`). */
  readonly url: string;
  /** The http.extraHeader that git would send to it. */
  readonly header: string;
}

/**
 * The settings of the private remote. With a `token`, credentials in URLs and headers are left out: CI puts the job's
 * own credentials there, which may only read.
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
    // Git applies the longest rule that rewrites an address. The rule of GitLab's runner, which adds credentials, is
    // the whole address; with a slash added, which means the same, ours is longer.
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

/** A web address without user and password. */
export const withoutUser = (url: string): string => url.replace(/^(https?:\/\/)[^/]*@/i, '$1');

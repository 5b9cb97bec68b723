/** The CloudEvents source of a repository whose `team-events.yml` names none. */
import { parseUrl } from '../../core/text/parse-url.ts';
import { encodedPath, URI_REFERENCE } from '../../core/catalogue/configuration/uri-reference.ts';
import type { Repository } from './clone/repository.ts';
import { settingOf } from './settings.ts';

/** `https://host/path` of origin, without credentials and `.git`; else `urn:git:<root commit>`. */
export const sourceOf = async (repository: Repository, revision: string): Promise<string> =>
  sourceOfOrigin(repository) ?? sourceOfRoot(await rootCommit(repository, revision));

/** The source for the address of origin; undefined if that is no http or ssh URL, or there is none. */
export const sourceOfOrigin = (repository: Repository): string | undefined =>
  sourceOfUrl(originUrl(repository));

/** The source for the first commit of history. */
export const sourceOfRoot = (root: string): string => `urn:git:${root}`;

/** The source for a remote's URL; undefined if it is no http or ssh URL. */
export function sourceOfUrl(url: string): string | undefined {
  const scp = /^(?:[^@/:]+@)?(?<host>[^/:]+):(?!\/\/|:)(?<path>.+)$/.exec(url); // git@host:group/project.git
  const parsed = /^(?:https?|ssh|git\+ssh):\/\//i.test(url) ? parseUrl(url) : undefined;
  if (parsed === undefined && scp === null) return undefined;
  const web = parsed?.protocol.startsWith('http') ?? false;
  const host = parsed === undefined ? scp?.groups?.['host'] : web ? parsed.host : parsed.hostname;
  const written =
    parsed === undefined ? encodedPath(scp?.groups?.['path'] ?? '') : encodedAgain(parsed.pathname);
  const path = written.replace(/^\/+/, '').replace(/\/+$/, '');
  const source = `https://${host}/${path.replace(/\.git$/, '')}`;
  return URI_REFERENCE.test(source) ? source : undefined;
}

/**
 * The path as it would be written in `host:path`: decoded as git does it, then encoded; a stray percent sign stays one.
 */
const encodedAgain = (path: string): string =>
  path.replace(/((?:%[0-9a-f]{2})+)|%|[^%]+/gi, (part, encoded: string | undefined) => {
    if (encoded === undefined) return encodedPath(part);
    try {
      return encodedPath(decodeURIComponent(encoded));
    } catch {
      return encoded.toUpperCase(); // no UTF-8
    }
  });

/** As configured, because the effect of `insteadOf` may differ between machines. */
const originUrl = ({ configuration }: Repository): string =>
  (settingOf(configuration, 'remote.origin.url') ?? '').trim();

async function rootCommit(repository: Repository, revision: string): Promise<string> {
  const roots = await repository.git('rev-list', '--first-parent', '--max-parents=0', revision);
  return roots.trim();
}

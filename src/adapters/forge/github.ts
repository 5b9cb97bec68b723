/**
 * Comments of pull requests in GitHub, by its REST API of 2022-11-28: a pull request is an issue with the same number.
 *
 *     GET    /repos/:owner/:repo/issues/:number/comments     200, oldest first; pages by the header Link
 *     POST   …/issues/:number/comments    { "body" }         201
 *     PATCH  …/issues/comments/:id        { "body" }         200
 *     DELETE …/issues/comments/:id                           204
 *     GET    /repos/:owner/:repo/commits/:sha/pulls
 *
 * https://docs.github.com/rest/issues/comments
 */
import { readFileSync } from 'node:fs';
import { commentToken, missing, records, whole } from './environment.ts';
import { ForgeError, type Forge, type Note } from './forge.ts';
import { openForgeHttp, type ForgeSettings } from './forge-http.ts';

export function openGitHub(environment: NodeJS.ProcessEnv, settings: ForgeSettings): Forge {
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository = '' } = environment;
  const base = api || 'https://api.github.com';
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw missing('GITHUB_REPOSITORY', 'owner/name, which GitHub sets in its workflows');
  const token = commentToken(environment, ['TEAM_EVENTS_COMMENT_TOKEN', 'GITHUB_TOKEN'], TOKEN_REMEDY);
  const http = openForgeHttp(
    {
      base: base.replace(/\/+$/, ''),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
      },
      remedyOf,
    },
    settings,
  );
  const at = `/repos/${repository}`;
  let own: Promise<(author: Author) => boolean> | undefined;
  const findOwn = async (): Promise<(author: Author) => boolean> => {
    try {
      const { json } = await http.call('GET', '/user');
      const me = json as Author;
      return (author) => author?.login === me?.login;
    } catch (error) {
      // An app's token, as GITHUB_TOKEN is one, may not ask who it is: what it writes is by a bot.
      if (error instanceof ForgeError && error.status === 403) return (author) => author?.type === 'Bot';
      throw error;
    }
  };
  return {
    request: () => pullRequestOf(environment),
    pipeline: whole(environment['GITHUB_RUN_ID'], environment['GITHUB_RUN_ATTEMPT']),
    link: linkOf(environment),
    async notes(request) {
      const isOwn = await (own ??= findOwn());
      return records(await http.list(`${at}/issues/${request}/comments`))
        .filter(({ user }) => isOwn(user as Author))
        .map(({ id, body }): Note => ({ id: Number(id), body: String(body) }))
        .sort((a, b) => a.id - b.id);
    },
    async add(request, body) {
      await http.call('POST', `${at}/issues/${request}/comments`, { body });
    },
    async change(_request, id, body) {
      await http.call('PATCH', `${at}/issues/comments/${id}`, { body });
    },
    async remove(_request, id) {
      await http.call('DELETE', `${at}/issues/comments/${id}`);
    },
    async mergedWith(commit) {
      const all = records(await http.list(`${at}/commits/${commit}/pulls`));
      return all.filter(({ merged_at: merged }) => Boolean(merged)).map(({ number }) => String(number));
    },
    close: () => http.close(),
  };
}

type Author = { readonly login?: unknown; readonly type?: unknown } | null;

/** `refs/pull/7/merge`; for `pull_request_target` and others the event says it. @throws {ForgeError} */
function pullRequestOf({ GITHUB_REF: ref = '', GITHUB_EVENT_PATH: path }: NodeJS.ProcessEnv): string {
  const [, number] = /^refs\/pull\/(\d+)\//.exec(ref) ?? [];
  const found = number ?? (path === undefined ? undefined : numberInEvent(path));
  if (found === undefined)
    throw missing(
      'GITHUB_REF (refs/pull/…)',
      'the pull request, which GitHub sets for the event pull_request',
    );
  return found;
}

function numberInEvent(path: string): string | undefined {
  try {
    const event = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly pull_request?: { readonly number?: unknown };
    } | null;
    const number = event?.pull_request?.number;
    return Number.isSafeInteger(number) ? String(number) : undefined;
  } catch {
    return undefined;
  }
}

function linkOf(environment: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = environment;
  return server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined;
}

const TOKEN_REMEDY =
  'In a workflow: permissions: { contents: read, pull-requests: write }, and env: { GITHUB_TOKEN: ${{ github.token }} }.';

function remedyOf(status: number): string {
  switch (status) {
    case 401:
      return `The token is wrong or has expired. ${TOKEN_REMEDY}`;
    case 403:
      return `The token may not do this. ${TOKEN_REMEDY} Pull requests from forks get a token that only reads.`;
    case 404:
      return `The token does not see the repository or the pull request. ${TOKEN_REMEDY}`;
    case 410:
      return 'Issues are disabled or the conversation is gone.';
    default:
      return 'Is GITHUB_API_URL the address of the API (https://api.github.com)?';
  }
}

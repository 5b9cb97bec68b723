/**
 * Notes of merge requests in GitLab, by API v4 (its sources: `lib/api/notes.rb`, `lib/api/commits.rb`).
 *
 *     GET    /projects/:id/merge_requests/:iid/notes         200, pages; system notes are among them
 *     POST   …/notes                      { "body" }         201
 *     PUT    …/notes/:note_id             { "body" }         200; 403 if it is of somebody else
 *     DELETE …/notes/:note_id                                204
 *     GET    /projects/:id/repository/commits/:sha/merge_requests
 *
 * The token of a job (`CI_JOB_TOKEN`) may read notes, and write none.
 */
import { commentToken, missing, records, whole } from './environment.ts';
import type { Forge, Note } from './forge.ts';
import { openForgeHttp, type ForgeSettings } from './forge-http.ts';

export function openGitLab(environment: NodeJS.ProcessEnv, settings: ForgeSettings): Forge {
  const { CI_API_V4_URL: base = '', CI_PROJECT_ID: own, CI_MERGE_REQUEST_PROJECT_ID: target } = environment;
  if (base === '') throw missing('CI_API_V4_URL', 'the address of the API, which GitLab sets in its jobs');
  // The pipeline of a fork runs in the fork; the merge request is in the project that it goes to.
  const project = target || own;
  if (!project) throw missing('CI_PROJECT_ID', 'the project, which GitLab sets in its jobs');
  const token = commentToken(environment, ['TEAM_EVENTS_COMMENT_TOKEN'], TOKEN_REMEDY);
  const http = openForgeHttp(
    { base: base.replace(/\/+$/, ''), headers: { 'private-token': token }, remedyOf },
    settings,
  );
  const at = `/projects/${encodeURIComponent(project)}`;
  const notesOf = (request: string): string => `${at}/merge_requests/${request}/notes`;
  let user: Promise<number> | undefined;
  const whoAmI = async (): Promise<number> => {
    const { json } = await http.call('GET', '/user');
    return Number((json as { readonly id?: unknown } | undefined)?.id);
  };
  return {
    request() {
      const { CI_MERGE_REQUEST_IID: iid = '' } = environment;
      if (!/^\d+$/.test(iid))
        throw missing(
          'CI_MERGE_REQUEST_IID',
          'the merge request, which GitLab sets in merge request pipelines',
        );
      return iid;
    },
    pipeline: whole(environment['CI_PIPELINE_ID'], environment['CI_JOB_ID']),
    link: environment['CI_JOB_URL'],
    async notes(request) {
      const me = await (user ??= whoAmI());
      const all = await http.list(`${notesOf(request)}?sort=asc&order_by=created_at`);
      return records(all)
        .filter(({ system, author }) => system !== true && (author as { id?: unknown } | null)?.id === me)
        .map(({ id, body }): Note => ({ id: Number(id), body: String(body) }));
    },
    async add(request, body) {
      await http.call('POST', notesOf(request), { body });
    },
    async change(request, id, body) {
      await http.call('PUT', `${notesOf(request)}/${id}`, { body });
    },
    async remove(request, id) {
      await http.call('DELETE', `${notesOf(request)}/${id}`);
    },
    async mergedWith(commit) {
      const all = records(await http.list(`${at}/repository/commits/${commit}/merge_requests`));
      return all.filter(({ state }) => state === 'merged').map(({ iid }) => String(iid));
    },
    close: () => http.close(),
  };
}

const TOKEN_REMEDY =
  'Set it to a project access token with the scope api and the role Reporter, masked, and not protected ' +
  '(pipelines of merge requests do not see protected variables). CI_JOB_TOKEN cannot write notes.';

function remedyOf(status: number): string {
  switch (status) {
    case 401:
      return `TEAM_EVENTS_COMMENT_TOKEN is wrong, expired or revoked. ${TOKEN_REMEDY}`;
    case 403:
      return `The token of TEAM_EVENTS_COMMENT_TOKEN may not do this. ${TOKEN_REMEDY}`;
    case 404:
      return 'The token of TEAM_EVENTS_COMMENT_TOKEN does not see the project or its merge request: is it of this project, with the role Reporter at least?';
    default:
      return 'Is CI_API_V4_URL the address of the API (https://gitlab.example.com/api/v4)?';
  }
}

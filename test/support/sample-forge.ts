/**
 * What stands in for the API of a forge, notes of merge requests and what brought a commit:
 *
 * - GitLab, from its sources (`lib/api/notes.rb`, `lib/api/helpers/notes_helpers.rb`, `lib/gitlab/pagination/offset_header_builder.rb`,
 *   the scope `by_related_commit_sha`; stored in 2026, of 18.x): newest first unless asked otherwise, pages by `x-next-page`, which may be
 *   short, system notes in between, 403 for a note of somebody else, no writing with the token of a job.
 * - GitHub, from its documentation of the REST API of 2022-11-28: oldest first, pages by `link`, which is left out where one page is all,
 *   403 for an app's token that asks who it is, 422 beyond 65,536 characters.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type ForgeKind = 'gitlab' | 'github';

export const COMMENT_TOKEN = 'comment-token-0123456789abcdef';

export interface SampleNote {
  readonly id: number;
  body: string;
  readonly author: string;
  readonly system?: boolean;
  /** The token may not see it: GitLab leaves it out of its page. */
  readonly hidden?: boolean;
}

export interface ForgeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ForgeAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ForgeState {
  readonly kind: ForgeKind;
  /** By number of the merge request. */
  readonly notes: Map<number, SampleNote[]>;
  /** By commit. */
  readonly broughtBy: Map<string, readonly { readonly number: number; readonly merged: boolean }[]>;
  readonly requests: ForgeRequest[];
  /** Called before each answer, which it may replace. */
  before: (request: ForgeRequest) => Promise<ForgeAnswer | void> | ForgeAnswer | void;
}

export interface SampleForge extends ForgeState {
  readonly url: string;
  /** The variables that CI sets in a pipeline of merge request 7. */
  readonly environment: (pipeline: number, more?: Readonly<Record<string, string>>) => Record<string, string>;
  /** Notes of a merge request whose body the program wrote. */
  readonly own: (number?: number) => readonly SampleNote[];
}

const ME = 'team-events-bot';

export const forgeState = (kind: ForgeKind): ForgeState => ({
  kind,
  notes: new Map([[7, []]]),
  broughtBy: new Map(),
  requests: [],
  before: () => undefined,
});

/** Starts one that goes with the test. */
export async function startForge(kind: ForgeKind): Promise<SampleForge> {
  const state = forgeState(kind);
  const server = createServer((request, response) => {
    answerApi(state, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    url,
    own: (number = 7) =>
      (state.notes.get(number) ?? []).filter(({ body }) => body.startsWith('<!-- team-events')),
    environment: (pipeline: number, more = {}) => ({
      TEAM_EVENTS_ALLOW_HOST: '127.0.0.1',
      TEAM_EVENTS_COMMENT_TOKEN: COMMENT_TOKEN,
      ...(kind === 'gitlab'
        ? {
            CI_API_V4_URL: `${url}/api/v4`,
            CI_PROJECT_ID: '42',
            CI_MERGE_REQUEST_IID: '7',
            CI_PIPELINE_ID: String(pipeline),
            CI_JOB_ID: String(pipeline * 10),
            CI_JOB_URL: `https://gitlab.example.com/platform/teams/-/jobs/${pipeline * 10}`,
          }
        : {
            GITHUB_API_URL: url,
            GITHUB_REPOSITORY: 'acme/teams',
            GITHUB_REF: 'refs/pull/7/merge',
            GITHUB_RUN_ID: String(pipeline),
            GITHUB_RUN_ATTEMPT: '1',
            GITHUB_SERVER_URL: 'https://github.example.com',
          }),
      ...more,
    }),
  });
}

/** Answers a request under `/api/v4` (GitLab) or `/` (GitHub). */
export async function answerApi(
  state: ForgeState,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(incoming);
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://forge');
  const request = {
    method: incoming.method ?? '',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    body,
  };
  state.requests.push(request);
  const replaced = await state.before(request);
  const {
    status,
    json,
    headers = {},
  } = replaced ?? (state.kind === 'gitlab' ? gitlabAnswer(state, request) : githubAnswer(state, request));
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

const refused = (status: number, message: string): ForgeAnswer => ({ status, json: { message } });

/** A note by the token's owner. */
function addNote(notes: SampleNote[], all: ForgeState['notes'], body: string): SampleNote {
  const ids = [...all.values()].flat().map(({ id }) => id);
  const note = { id: Math.max(0, ...ids) + 1, body, author: ME };
  notes.push(note);
  return note;
}

function gitlabAnswer(state: ForgeState, { method, path, query, headers, body }: ForgeRequest): ForgeAnswer {
  const token = headers['private-token'];
  if (token !== COMMENT_TOKEN) return refused(401, '401 Unauthorized');
  if (path === '/api/v4/user') return { status: 200, json: { id: 5, username: ME } };
  const [, commit] =
    /^\/api\/v4\/projects\/42\/repository\/commits\/([0-9a-f]{40})\/merge_requests$/.exec(path) ?? [];
  if (commit !== undefined) {
    const found = state.broughtBy.get(commit) ?? [];
    return paged(
      found.map(({ number, merged }) => ({ iid: number, state: merged ? 'merged' : 'opened' })),
      query,
      'x-next-page',
      path,
    );
  }
  const [, number, id] =
    /^\/api\/v4\/projects\/42\/merge_requests\/(\d+)\/notes(?:\/(\d+))?$/.exec(path) ?? [];
  const notes = state.notes.get(Number(number));
  if (notes === undefined) return refused(404, '404 Not found');
  const shown = ({ id: noteId, body: noteBody, author, system = false }: SampleNote) => ({
    id: noteId,
    body: noteBody,
    system,
    author: { id: author === ME ? 5 : 6, username: author },
  });
  if (method === 'GET') {
    const sorted = query.get('sort') === 'asc' ? notes : notes.toReversed();
    const page = paged(sorted, query, 'x-next-page', path);
    return { ...page, json: (page.json as SampleNote[]).filter(({ hidden }) => !hidden).map(shown) };
  }
  if (method === 'POST' && id === undefined)
    return { status: 201, json: shown(addNote(notes, state.notes, bodyOf(body))) };
  const note = notes.find((candidate) => String(candidate.id) === id);
  if (note === undefined) return refused(404, '404 Not found');
  if (note.author !== ME) return refused(403, '403 Forbidden');
  if (method === 'DELETE') {
    notes.splice(notes.indexOf(note), 1);
    return { status: 204 };
  }
  note.body = bodyOf(body);
  return { status: 200, json: shown(note) };
}

function githubAnswer(state: ForgeState, { method, path, query, headers, body }: ForgeRequest): ForgeAnswer {
  if (headers.authorization !== `Bearer ${COMMENT_TOKEN}`) return refused(401, 'Bad credentials');
  if (path === '/user') return refused(403, 'Resource not accessible by integration');
  const shown = ({ id, body: noteBody, author }: SampleNote) => ({
    id,
    body: noteBody,
    user: { login: author, type: author === ME ? 'Bot' : 'User' },
  });
  const [, commit] = /^\/repos\/acme\/teams\/commits\/([0-9a-f]{40})\/pulls$/.exec(path) ?? [];
  if (commit !== undefined) {
    const found = state.broughtBy.get(commit) ?? [];
    return paged(
      found.map(({ number, merged }) => ({ number, merged_at: merged ? '2026-01-05T10:00:00Z' : null })),
      query,
      'link',
      path,
    );
  }
  const [, number] = /^\/repos\/acme\/teams\/issues\/(\d+)\/comments$/.exec(path) ?? [];
  const [, id] = /^\/repos\/acme\/teams\/issues\/comments\/(\d+)$/.exec(path) ?? [];
  const tooLong = method !== 'GET' && method !== 'DELETE' && bodyOf(body).length > 65_536;
  if (tooLong) return refused(422, 'Validation Failed: Body is too long (maximum is 65536 characters)');
  if (number !== undefined) {
    const notes = state.notes.get(Number(number));
    if (notes === undefined) return refused(404, 'Not Found');
    if (method === 'POST') return { status: 201, json: shown(addNote(notes, state.notes, bodyOf(body))) };
    const page = paged(notes, query, 'link', path);
    return { ...page, json: (page.json as SampleNote[]).map(shown) };
  }
  const notes = [...state.notes.values()].find((all) => all.some((note) => String(note.id) === id));
  const note = notes?.find((candidate) => String(candidate.id) === id);
  if (notes === undefined || note === undefined) return refused(404, 'Not Found');
  if (method === 'DELETE') {
    notes.splice(notes.indexOf(note), 1);
    return { status: 204 };
  }
  if (method !== 'PATCH') return refused(404, 'Not Found');
  note.body = bodyOf(body);
  return { status: 200, json: shown(note) };
}

const bodyOf = (sent: string): string => (JSON.parse(sent) as { body: string }).body;

function paged(
  items: readonly unknown[],
  query: URLSearchParams,
  by: 'x-next-page' | 'link',
  path: string,
): ForgeAnswer {
  const size = Math.min(100, Number(query.get('per_page') ?? (by === 'link' ? 30 : 20)));
  const page = Number(query.get('page') ?? 1);
  const isLast = page * size >= items.length;
  const next = `<https://elsewhere.example.com${path}?per_page=${size}&page=${page + 1}>; rel="next"`;
  const headers: Record<string, string> =
    by === 'x-next-page'
      ? { 'x-next-page': isLast ? '' : String(page + 1), link: isLast ? '' : next }
      : isLast
        ? {}
        : { link: next };
  return { status: 200, json: items.slice((page - 1) * size, page * size), headers };
}

/** What stands in for GitLab: repositories over HTTP with tokens (git's own server), and notes of merge requests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { answerGit } from '../support/git-http.ts';

export const JOB_TOKEN = 'job-token-0123456789abcdef';
export const PUSH_TOKEN = 'push-token-0123456789abcdef';
export const NOTE_TOKEN = 'note-token-0123456789abcdef';

export interface Note {
  readonly id: number;
  body: string;
  /** Of somebody else: the token of notes may not change it. */
  readonly foreign?: boolean;
}

export interface GitLab {
  readonly url: string;
  /** Of the merge request 7 of project 42. */
  readonly notes: Note[];
}

/** Serves a bare repository: the job's token may read, the push token may write. */
export async function startGitLab(repository: string): Promise<GitLab> {
  const notes: Note[] = [];
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/api/')) return serveGit(repository, request, response);
    text(request).then(
      (body) => answerNotes(notes, request, response, body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, notes };
}

function answerNotes(notes: Note[], request: IncomingMessage, response: ServerResponse, sent: string): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://gitlab');
  const [, id] = /^\/api\/v4\/projects\/42\/merge_requests\/7\/notes(?:\/(\d+))?$/.exec(pathname) ?? [];
  const answer = (status: number, value: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.headers['private-token'] !== NOTE_TOKEN) return void answer(401, { message: 'no' });
  if (request.method === 'GET' && id === undefined) {
    const size = Number(searchParams.get('per_page'));
    const first = (Number(searchParams.get('page')) - 1) * size;
    return void answer(200, notes.toReversed().slice(first, first + size));
  }
  const { body } = JSON.parse(sent) as { body: string };
  const note = notes.find((candidate) => String(candidate.id) === id);
  if (request.method === 'PUT' && note?.foreign) return void answer(403, { message: 'no' });
  if (request.method === 'PUT' && note) {
    note.body = body;
    return void answer(200, note);
  }
  if (request.method !== 'POST' || id !== undefined) return void answer(404, { message: 'no' });
  const added = { id: notes.length + 1, body };
  notes.push(added);
  answer(201, added);
}

function serveGit(repository: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '', 'http://gitlab');
  const [scheme, login = ''] = (request.headers.authorization ?? '').split(' ');
  const [, token] = Buffer.from(login, 'base64').toString('utf8').split(':');
  const writes = pathname.endsWith('/git-receive-pack') || search === '?service=git-receive-pack';
  if (scheme !== 'Basic' || (token !== JOB_TOKEN && token !== PUSH_TOKEN)) {
    return void response.writeHead(401, { 'www-authenticate': 'Basic realm="GitLab"' }).end();
  }
  if (writes && token !== PUSH_TOKEN) return void response.writeHead(403).end();
  const path = pathname.replace(/^\/platform\/teams\.git/, `/${basename(repository)}`);
  answerGit(request, response, { root: dirname(repository), path, user: 'somebody' });
}

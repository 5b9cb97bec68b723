/** What stands in for GitLab: repositories over HTTP with tokens (git's own server), and notes of merge requests. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { onTestFinished } from 'vitest';

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
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (request.url?.startsWith('/api/')) answerNotes(notes, request, response, body.toString('utf8'));
      else serveGit(repository, request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, notes };
}

function answerNotes(notes: Note[], request: IncomingMessage, response: ServerResponse, text: string): void {
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
  const { body } = JSON.parse(text) as { body: string };
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

/** git-http-backend(1): a CGI program. */
function serveGit(
  repository: string,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const { pathname, search } = new URL(request.url ?? '', 'http://gitlab');
  const [scheme, login = ''] = (request.headers.authorization ?? '').split(' ');
  const [, token] = Buffer.from(login, 'base64').toString('utf8').split(':');
  const writes = pathname.endsWith('/git-receive-pack') || search === '?service=git-receive-pack';
  if (scheme !== 'Basic' || (token !== JOB_TOKEN && token !== PUSH_TOKEN)) {
    return void response.writeHead(401, { 'www-authenticate': 'Basic realm="GitLab"' }).end();
  }
  if (writes && token !== PUSH_TOKEN) return void response.writeHead(403).end();
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      GIT_PROJECT_ROOT: dirname(repository),
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'somebody',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname.replace(/^\/platform\/teams\.git/, `/${basename(repository)}`),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => {}).end(body);
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = output
      .subarray(0, end)
      .toString('utf8')
      .split('\r\n')
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      });
    const status = Number(headers.find(([name]) => name === 'status')?.[1].split(' ')[0] ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'status')));
    response.end(output.subarray(end + 4));
  });
}

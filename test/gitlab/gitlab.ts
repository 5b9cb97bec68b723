/** What stands in for GitLab: repositories over HTTP with tokens (git's own server), and notes of merge requests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { onTestFinished } from 'vitest';
import { answerGit } from '../support/git-http.ts';
import { answerApi, forgeState, type ForgeState } from '../support/sample-forge.ts';

export const JOB_TOKEN = 'job-token-0123456789abcdef';
export const PUSH_TOKEN = 'push-token-0123456789abcdef';

export interface GitLab extends ForgeState {
  readonly url: string;
}

/** Serves a bare repository: the job's token may read, the push token may write. */
export async function startGitLab(repository: string): Promise<GitLab> {
  const state = forgeState('gitlab');
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/api/')) return serveGit(repository, request, response);
    answerApi(state, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
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

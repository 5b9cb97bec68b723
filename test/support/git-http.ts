/** git's own server, git-http-backend(1), in place of the HTTP server of a git host. */
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitEnvironment } from './sample-repo.ts';

/**
 * Answers a request that has a right to the bare repositories below `root`. `path` is that of the request there; who
 * `user` is goes into the reflogs alone.
 */
export function answerGit(
  request: IncomingMessage,
  response: ServerResponse,
  { root, path, user }: { readonly root: string; readonly path: string; readonly user: string },
): void {
  // CGI: the request in variables, its body on stdin; headers and a body come back.
  const git = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      REMOTE_USER: user,
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: new URL(request.url ?? '', 'http://git').search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(git.stdin).on('error', () => undefined);
  const chunks: Buffer[] = [];
  git.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  git.on('close', () => {
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const headers = all
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    const others = headers.filter(([name]) => name !== 'Status');
    response.writeHead(status, Object.fromEntries(others)).end(all.subarray(end + 4));
  });
}

/** Forwards a request that `listen` received to a local program, unchanged, and returns its answer. */
import http from 'node:http';
import { withoutBrackets } from '../../adapters/network/names/host-name.ts';
import type { Result } from '../../core/result.ts';

export interface ForwardedRequest {
  readonly method: string;
  /** Including its query. */
  readonly path: string;
  /** Names and values alternately, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Headers of a single connection, which are not forwarded. */
const OF_THE_CONNECTION =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length)$/i;

/**
 * Forwards a request. `target` is a loopback URL; if it has no path, the request keeps its own. Never throws; `stop`
 * ends it. The path is put only into the request, never into the address.
 */
export function forward(
  target: URL,
  { method, path, rawHeaders, body }: ForwardedRequest,
  stop: AbortSignal,
): Promise<Result<ForwardedAnswer>> {
  const own = `${target.pathname}${target.search}`;
  return new Promise((resolve) => {
    const request = http.request({
      host: withoutBrackets(target.hostname),
      port: target.port,
      path: own === '/' ? path : own,
      method,
      headers: [...passedOn(rawHeaders), 'Content-Length', String(body.length), 'Connection', 'close'],
      agent: false,
      signal: stop,
    });
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve({ ok: false, wrong: error.code ?? error.message ?? 'failed' });
    request.on('error', fail);
    // Without this handler the request would end silently.
    request.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      resolve({ ok: false, wrong: `status ${statusCode}` });
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        resolve({
          ok: true,
          value: {
            status: response.statusCode ?? 502,
            rawHeaders: passedOn(response.rawHeaders),
            body: Buffer.concat(chunks),
          },
        }),
      );
    });
    request.end(body);
  });
}

function passedOn(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!OF_THE_CONNECTION.test(name)) kept.push(name, value);
  }
  return kept;
}

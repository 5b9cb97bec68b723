/** A real HTTP server on loopback that answers as a product's API would. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** As JSON; a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api {
  readonly url: string;
  readonly requests: readonly ApiRequest[];
  /** `METHOD path` of each request, in order. */
  readonly calls: () => readonly string[];
}

/** Starts one that goes with the test. `count` is the number of requests so far, this one included. */
export async function startApi(
  answer: (request: ApiRequest, count: number) => ApiAnswer = () => ({ status: 200 }),
): Promise<Api> {
  const requests: ApiRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
      };
      requests.push(received);
      const { status, body: said = '', headers } = answer(received, requests.length);
      response.writeHead(status, headers).end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  const port = await listenOnLoopback(server);
  const calls = (): readonly string[] => requests.map(({ method, path }) => `${method} ${path}`);
  return { url: `http://127.0.0.1:${port}`, requests, calls };
}

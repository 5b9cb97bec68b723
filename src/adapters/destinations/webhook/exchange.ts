/**
 * One request through node-fetch, with every way in which it can end. node-fetch reports only answers and errors, but a
 * receiver may also switch protocols, or send 1xx answers without end.
 */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import fetch, { Response } from 'node-fetch';
import { ConnectionError, isReset } from '../../network/failure.ts';
import { connected, type Progress } from '../../network/progress.ts';

/** Node's default is 16 KiB; an event must not be blocked because of long response headers. */
const MAX_HEAD_BYTES = 64 * 1024;
/** Limit for 1xx answers before the final one. */
const MAX_INTERIM_ANSWERS = 20;

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined or empty: it has none. */
  readonly body: string | undefined;
}

type Request = ClientRequest & { maxHeaderSize?: number };
type AnyAgent = Agent & { addRequest(request: Request, options: object): void };

/**
 * Sends `request` over a connection of `agent`, which reports to `progress`.
 *
 * @throws {ConnectionError} ESTALE if a kept-alive connection turned out to be closed before any answer; otherwise
 * Node's error
 */
export function exchange(
  { url, method, headers, body }: HttpRequest,
  agent: Agent,
  progress: Progress,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const addRequest = (request: Request, options: object): void => {
      let interim = 0;
      let isAnswered = false;
      request.once('response', () => (isAnswered = true));
      request.maxHeaderSize = MAX_HEAD_BYTES;
      request.once('socket', ({ remoteAddress }: Socket) => connected(progress, remoteAddress));
      request.once('upgrade', ({ statusCode = 101 }: IncomingMessage, socket: Duplex) => {
        socket.destroy();
        resolve(new Response(null, { status: statusCode }));
      });
      request.on('information', () => {
        if (++interim === MAX_INTERIM_ANSWERS) request.destroy(new ConnectionError('EINTERIM'));
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && interim === 0 && isReset(error);
        if (!isAnswered) reject(isStale ? new ConnectionError('ESTALE') : error);
      });
      request.once('close', () => {
        if (!isAnswered) reject(new ConnectionError('ECLOSED'));
      });
      (agent as AnyAgent).addRequest(request, { ...options, progress });
    };
    fetch(url, {
      method,
      headers,
      body: body ? Buffer.from(body) : null,
      redirect: 'manual',
      compress: false,
      agent: Object.create(agent, { addRequest: { value: addRequest } }) as Agent,
      signal: progress.signal,
    }).then(resolve, reject);
  });
}

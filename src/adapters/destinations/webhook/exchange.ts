/**
 * One request of node-fetch, and every way in which it may end. node-fetch itself tells of answers and errors only, but a
 * receiver may also go on in another protocol, or say 1xx for ever.
 */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import fetch, { Response } from 'node-fetch';
import { ConnectionError, isReset } from '../../network/failure.ts';
import { connected, type Progress } from '../../network/progress.ts';
import type { WebhookRequest } from './webhook-request.ts';

/** Node's own is 16 KiB: no event is to be sent for ever for the sake of long headers. */
const MAX_HEAD_BYTES = 64 * 1024;
/** Answers of 1xx before the one that counts. */
const MAX_INTERIM_ANSWERS = 20;

type Request = ClientRequest & { maxHeaderSize?: number };
type AnyAgent = Agent & { addRequest(request: Request, options: object): void };

/**
 * Sends `request` by a connection of `agent`, to which it hands `progress`.
 *
 * @throws {ConnectionError} ESTALE where a kept-alive connection turned out to be closed before anything was answered;
 *   else what Node says
 */
export function exchange(
  { url, method, headers, body }: WebhookRequest,
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
      body: Buffer.from(body),
      redirect: 'manual',
      compress: false,
      agent: Object.create(agent, { addRequest: { value: addRequest } }) as Agent,
      signal: progress.signal,
    }).then(resolve, reject);
  });
}

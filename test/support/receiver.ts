/** Real HTTP servers on loopback that keep what they are sent. */
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { join } from 'node:path';
import { listenOnLoopback } from './loopback.ts';
import type { TeamEvent } from '../../src/core/events/team-event.ts';
import { tempFolder } from './sample-repo.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: TeamEvent;
}

/** A status, or any answer. `count` is the number of requests so far, this one included. */
export type Answer = (request: Received, response: ServerResponse, count: number) => number | void;

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Received[];
  /** Those answered with 2xx. */
  readonly accepted: readonly Received[];
}

/** Starts a server that goes with the test; without `answer` it accepts everything; with `tls` its url is https://. */
export async function startReceiver(answer: Answer = () => 204, tls?: ServerOptions): Promise<Receiver> {
  const requests: Received[] = [];
  const accepted: Received[] = [];
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
        event: JSON.parse(body) as TeamEvent,
      };
      requests.push(received);
      const status = answer(received, response, requests.length);
      if (status !== undefined) response.writeHead(status).end();
      if (response.headersSent && response.statusCode < 300) accepted.push(received);
    });
  };
  const server = tls === undefined ? createServer(receive) : createSecureServer(tls, receive);
  const port = await listenOnLoopback(server);
  return { url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`, port, requests, accepted };
}

export const ALL_TYPES =
  '[team.created, team.modified, team.members.removed, team.members.added, team.deleted]';

/** A clients file with these entries; its path. */
export function clientsFile(entries: string): string {
  const path = join(tempFolder(), 'clients.yml');
  writeFileSync(path, `clients:\n${entries}`);
  return path;
}

/** An entry of a clients file that sends everything to one url. */
export const clientOf = (name: string, url: string, more = ''): string =>
  `  - name: ${name}\n${more}    subscriptions:\n      - events: ${ALL_TYPES}\n        url: ${url}\n`;

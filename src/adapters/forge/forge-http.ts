/** Requests to the API of a forge: JSON both ways, within deadlines, under the network policy; the token goes only in a header. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'node-fetch';
import { placeOfUrl } from '../../core/clients/binding/place.ts';
import { parseUrl } from '../../core/text/parse-url.ts';
import { exchange } from '../destinations/webhook/exchange.ts';
import { createAgents, type ConnectionSettings } from '../network/agents.ts';
import { createConnections } from '../network/connections.ts';
import { untilAborted, withinDeadline } from '../network/deadline.ts';
import { ForbiddenError, reasonOf } from '../network/failure.ts';
import { createNames } from '../network/names/names.ts';
import type { NetworkPolicy } from '../network/network-policy.ts';
import { unfinished, whereIs } from '../network/progress.ts';
import { ForgeError } from './forge.ts';
import { answerOf, API_REMEDY, FIRST_DELAY_MS, type Answer } from './forge-answer.ts';

/** Deadline of one request, its answer included. */
const TIMEOUT_MS = 15_000;
/** Attempts of a request that only reads. One that writes is not repeated blindly: its caller looks first. */
const READ_ATTEMPTS = 4;
/** Bounds a page of notes, each of which may have a million characters at GitLab. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Bounds the notes that are looked through: 100 pages of 50. */
const MAX_PAGES = 100;
const PER_PAGE = 50;

export interface ForgeSettings {
  readonly network: NetworkPolicy;
  readonly connections: ConnectionSettings;
  readonly userAgent: string;
  /** Ends everything that is under way. */
  readonly signal: AbortSignal;
}

interface Api {
  /** Of the API, without a slash at its end. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What to do about a refusal. */
  readonly remedyOf: (status: number) => string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ForgeHttp {
  /** `path` begins with a slash. @throws {ForgeError} for any status but 2xx */
  call(method: Method, path: string, body?: object): Promise<Answer>;
  /** All items of a list. Pages are counted, links are not followed: they could lead the token elsewhere. */
  list(path: string): Promise<readonly unknown[]>;
  close(): void;
}

export function openForgeHttp(
  { base, headers, remedyOf }: Api,
  { network, connections: settings, userAgent, signal }: ForgeSettings,
): ForgeHttp {
  if (!/^https?:$/.test(parseUrl(base)?.protocol ?? ''))
    throw new ForgeError(`${JSON.stringify(base)} is no address of an API`, remedyOf(0));
  const names = createNames();
  const agents = createAgents(network, settings, createConnections(), names.resolve);

  /** Ends within the deadline, with the whole answer. */
  function exchanged(url: string, method: Method, place: string, body?: object): Promise<[Response, string]> {
    return withinDeadline(new URL(url).host, TIMEOUT_MS, signal, async (progress) => {
      try {
        signal.throwIfAborted();
        const request = {
          url,
          method,
          headers: {
            accept: 'application/json',
            'user-agent': userAgent,
            ...(body && { 'content-type': 'application/json' }),
            ...headers,
          },
          body: body && JSON.stringify(body),
        };
        const answering = async (): Promise<[Response, string]> => {
          const response = await exchange(request, agents.forUrl(new URL(url), progress), progress);
          return [response, await textOf(response, place)];
        };
        return await untilAborted(answering(), progress.signal);
      } catch (error) {
        if (error instanceof ForgeError) throw error;
        if (signal.aborted) throw new ForgeError(`${place}: no time was left`, 'Run it again.');
        if (error instanceof ForbiddenError)
          throw new ForgeError(`${place}: ${error.message}`, NETWORK_REMEDY);
        const why = progress.signal.aborted
          ? unfinished(progress)
          : `${whereIs(progress)}: ${reasonOf(error)}`;
        throw new ForgeError(`${place}: ${why}`, 'Run it again when it answers.', {
          retryAfterMs: FIRST_DELAY_MS,
        });
      }
    });
  }

  async function call(method: Method, path: string, body?: object): Promise<Answer> {
    const url = `${base}${path}`;
    const place = `${method} ${placeOfUrl(url)}`;
    for (let tried = 1; ; tried++) {
      try {
        const [response, text] = await exchanged(url, method, place, body);
        return answerOf(response, text, place, remedyOf);
      } catch (error) {
        const waitMs = error instanceof ForgeError ? error.retryAfterMs : undefined;
        if (method !== 'GET' || waitMs === undefined || tried === READ_ATTEMPTS) throw error;
        await sleep(Math.max(waitMs, FIRST_DELAY_MS * 2 ** (tried - 1)), undefined, { signal }).catch(() => {
          throw error;
        });
      }
    }
  }

  return {
    call,
    async list(path) {
      const items: unknown[] = [];
      for (let page = 1; page <= MAX_PAGES; page++) {
        const mark = path.includes('?') ? '&' : '?';
        const { json, header } = await call('GET', `${path}${mark}per_page=${PER_PAGE}&page=${page}`);
        if (!Array.isArray(json))
          throw new ForgeError(`GET ${placeOfUrl(base + path)}: no list came back`, API_REMEDY);
        items.push(...(json as unknown[]));
        // GitLab leaves out of a page what the token may not see, so a short page may not be the last.
        const isLast = header('x-next-page') === '' || header('x-next-page') === undefined;
        if (isLast && !/rel="?next"?/.test(header('link') ?? '')) break;
      }
      return items;
    },
    close() {
      agents.close();
      names.close();
    },
  };
}

const NETWORK_REMEDY =
  'If the forge may be reached there: --allow-host HOST, or network.allow of the policy.';

async function textOf(response: Response, place: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ForgeError(`${place}: the answer is longer than 64 MiB`, API_REMEDY);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The HTTP client: one request -> an outcome. Never throws. */
import type { Readable } from 'node:stream';
import type { Response } from 'node-fetch';
import { createAgents, DIRECT, type ConnectionSettings } from '../../network/agents.ts';
import { createConnections } from '../../network/connections.ts';
import { untilAborted, withinDeadline } from '../../network/deadline.ts';
import { ConnectionError } from '../../network/failure.ts';
import { createNames, type Resolve } from '../../network/names/names.ts';
import type { NetworkPolicy } from '../../network/network-policy.ts';
import { unfinished, whereIs, type Progress } from '../../network/progress.ts';
import type { Outcome } from './answer.ts';
import { exchange } from './exchange.ts';
import { failureOf } from './failure.ts';
import { MAX_ANSWER_BYTES, type AnswerLimits, type WebhookRequest } from './webhook-request.ts';

/** How long to wait for the body once the receiver has answered, where the status alone decides. */
const BODY_GRACE_MS = 1000;
const FIRST_WORDS: AnswerLimits = { bytes: MAX_ANSWER_BYTES, isAwaited: () => false };

export interface HttpClient {
  /** Limit for attempts in flight, so that file descriptors are left for everything else. */
  readonly maxInFlight: number;
  /** Sends one request. Ends within the deadline, and soon after `stop` aborts, whatever the receiver does. */
  attempt(request: WebhookRequest, stop: AbortSignal): Promise<Outcome>;
  /** Closes kept-alive connections and the processes that resolve names. */
  close(): void;
}

export function createHttpClient(
  policy: NetworkPolicy,
  settings: ConnectionSettings = DIRECT,
  resolve?: Resolve,
): HttpClient {
  const names = createNames();
  const connections = createConnections();
  const agents = createAgents(policy, settings, connections, resolve ?? names.resolve);

  async function send(request: WebhookRequest, progress: Progress): Promise<Response> {
    for (;;) {
      try {
        return await exchange(request, agents.forUrl(new URL(request.url), progress), progress);
      } catch (error) {
        if (!(error instanceof ConnectionError && error.code === 'ESTALE')) throw error;
      }
    }
  }

  return {
    maxInFlight: connections.limit,
    async attempt(request, stop) {
      if (stop.aborted) return { kind: 'aborted' };
      const { timeoutMs } = request;
      return withinDeadline(new URL(request.url).host, timeoutMs, stop, async (progress) => {
        try {
          const answer = await untilAborted(send(request, progress), progress.signal);
          const header = (name: string): string | undefined => answer.headers.get(name) ?? undefined;
          return {
            kind: 'answered',
            status: answer.status,
            retryAfter: header('retry-after'),
            rateRemaining: header('x-ratelimit-remaining'),
            rateReset: header('x-ratelimit-reset'),
            location: header('location'),
            date: header('date'),
            body: await beginningOf(answer, request.reads ?? FIRST_WORDS, progress.signal),
          };
        } catch (error) {
          if (stop.aborted) return { kind: 'aborted' };
          if (progress.signal.aborted) return { kind: 'timeout', timeoutMs, detail: unfinished(progress) };
          return failureOf(error, whereIs(progress));
        }
      });
    },
    close() {
      agents.close();
      names.close();
    },
  };
}

/** So much of the body, within the grace time; errors are ignored, because the status already decided. */
async function beginningOf(
  { body, status }: Response,
  { bytes: most, isAwaited }: AnswerLimits,
  signal: AbortSignal,
): Promise<string> {
  if (body === null) return '';
  const chunks: Buffer[] = [];
  const cut = (): void => void (body as Readable).destroy();
  const grace = isAwaited(status) ? undefined : setTimeout(cut, BODY_GRACE_MS);
  signal.addEventListener('abort', cut);
  try {
    let size = 0;
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes.subarray(0, most - size));
      size += bytes.length;
      if (size > most) break; // ends the connection
    }
  } catch {
    // cut off, or out of time
  } finally {
    clearTimeout(grace);
    signal.removeEventListener('abort', cut);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The door to the network: one request -> an outcome. Never throws. The only user of node-fetch. */
import fetch, { type Response } from 'node-fetch';
import type { Outcome } from '../delivery/outcome.ts';
import type { WebhookRequest } from '../delivery/webhook-request.ts';
import { createAgents, DIRECT, type ConnectionSettings, type Resolve } from './agents.ts';
import { failureOf } from './failure.ts';
import type { NetworkPolicy } from './network-policy.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** How long a receiver may take over its body once it has answered; the status has decided already. */
const BODY_GRACE_MS = 1000;

export interface HttpClient {
  /** Sends one request; `stop` aborts it. */
  attempt(request: WebhookRequest, stop: AbortSignal): Promise<Outcome>;
  /** Closes the connections kept alive. */
  close(): void;
}

export function createHttpClient(
  policy: NetworkPolicy,
  settings: ConnectionSettings = DIRECT,
  resolve?: Resolve,
): HttpClient {
  const agents = createAgents(policy, settings, resolve);
  return {
    async attempt({ url, method, headers, body, timeoutMs }, stop) {
      if (stop.aborted) return { kind: 'aborted' };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(url, {
          method,
          headers,
          body: Buffer.from(body),
          redirect: 'manual',
          compress: false,
          agent: (asked) => agents.forUrl(asked),
          signal: AbortSignal.any([deadline, stop]),
        });
        const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
        return {
          kind: 'answered',
          status: response.status,
          retryAfter: header('retry-after'),
          rateRemaining: header('x-ratelimit-remaining'),
          rateReset: header('x-ratelimit-reset'),
          location: header('location'),
          body: await beginningOf(response),
        };
      } catch (error) {
        if (stop.aborted) return { kind: 'aborted' };
        if (deadline.aborted) return { kind: 'timeout', timeoutMs };
        return failureOf(error, new URL(url).host);
      }
    },
    close() {
      agents.close();
    },
  };
}

/** At most 64 KiB of what the receiver says, within its grace; whatever goes wrong there, the status stands. */
async function beginningOf(response: Response): Promise<string> {
  const chunks: Buffer[] = [];
  const { body } = response;
  if (body === null) return '';
  const grace = setTimeout(
    () => (body as NodeJS.ReadableStream & { destroy(): void }).destroy(),
    BODY_GRACE_MS,
  );
  try {
    let size = 0;
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes.subarray(0, MAX_BODY_BYTES - size));
      size += bytes.length;
      if (size > MAX_BODY_BYTES) break; // ends the connection
    }
  } catch {
    // cut off, or out of time
  } finally {
    clearTimeout(grace);
  }
  return Buffer.concat(chunks).toString('utf8');
}

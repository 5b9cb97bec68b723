/** The door to the network: one request -> an outcome. Never throws. The only user of node-fetch. */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import fetch, { type Response } from 'node-fetch';
import type { Outcome } from '../delivery/outcome.ts';
import type { WebhookRequest } from '../delivery/webhook-request.ts';
import { refusal, type NetworkPolicy } from './network-policy.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** How long a receiver may take over its body once it has answered; the status has decided already. */
const BODY_GRACE_MS = 1000;

class ForbiddenError extends Error {
  readonly code = 'EFORBIDDENADDRESS';
}

export interface HttpClient {
  /** Sends one request; `stop` aborts it. */
  attempt(request: WebhookRequest, stop: AbortSignal): Promise<Outcome>;
  /** Closes the connections kept alive. */
  close(): void;
}

export function createHttpClient(policy: NetworkPolicy): HttpClient {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, lookup: guardedLookup(policy, true) }),
    'https:': new https.Agent({
      keepAlive: true,
      minVersion: 'TLSv1.2',
      lookup: guardedLookup(policy, false),
    }),
  };
  return {
    async attempt({ url, method, headers, body, timeoutMs }, stop) {
      if (stop.aborted) return { kind: 'aborted' };
      const literal = literalRefusal(policy, new URL(url));
      if (literal !== undefined) return { kind: 'forbidden', rule: literal };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(url, {
          method,
          headers,
          body: Buffer.from(body),
          redirect: 'manual',
          compress: false,
          agent: ({ protocol }) => agents[protocol === 'http:' ? 'http:' : 'https:'],
          signal: AbortSignal.any([deadline, stop]),
        });
        const { status } = response;
        const retryAfter = response.headers.get('retry-after') ?? undefined;
        return { kind: 'answered', status, retryAfter, body: await beginningOf(response) };
      } catch (error) {
        if (stop.aborted) return { kind: 'aborted' };
        if (deadline.aborted) return { kind: 'timeout', timeoutMs };
        return failure(error);
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
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

/** node-fetch's messages carry the whole url; what is told here names the host at most. */
function failure(error: unknown): Outcome {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const reason = String(message).split('reason: ').at(-1) ?? '';
  if (code === 'EFORBIDDENADDRESS') return { kind: 'forbidden', rule: reason };
  const name = typeof code === 'string' ? code : 'request failed';
  const reset = code === 'ECONNRESET' || code === 'EPIPE';
  return { kind: 'unreachable', message: reason === '' || reason.includes('://') ? name : reason, reset };
}

/** A literal address is never looked up, so it is judged before. */
function literalRefusal(policy: NetworkPolicy, { hostname, protocol }: URL): string | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : refusal(policy, host, host, protocol === 'http:');
}

/** Name resolution that fails where the policy refuses any of the answers. */
function guardedLookup(policy: NetworkPolicy, plain: boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      for (const { address } of addresses) {
        const rule = refusal(policy, hostname, address, plain);
        if (rule !== undefined) return callback(new ForbiddenError(rule), '', 0);
      }
      const [first] = addresses;
      if (options.all) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

/** What the answer of a forge means: what was asked for, a refusal, or that it is worth another try. */
import type { Response } from 'node-fetch';
import { placeOfUrl } from '../../core/clients/binding/place.ts';
import { shorten } from '../../core/text/shorten.ts';
import { givenReason } from '../destinations/webhook/given-reason.ts';
import { askedWaitMs } from '../destinations/webhook/retry-after.ts';
import { ForgeError } from './forge.ts';

/** Before the first retry, where the forge asks for no time. */
export const FIRST_DELAY_MS = 500;
/** A forge that asks for a longer wait is not waited for. */
const LONGEST_WAIT_MS = 30_000;
/** What GitHub's documentation asks for where its answer names no time. */
const UNTOLD_WAIT_MS = 60_000;
const MAX_REASON = 200;

export const API_REMEDY = 'Is that the address of the API?';

export interface Answer {
  readonly json: unknown;
  readonly header: (name: string) => string | undefined;
}

/** `text` is the body, `place` names the request. @throws {ForgeError} for any status but 2xx */
export function answerOf(
  response: Response,
  text: string,
  place: string,
  remedyOf: (status: number) => string,
): Answer {
  const { status, headers } = response;
  const header = (name: string): string | undefined => headers.get(name) ?? undefined;
  if (status >= 200 && status < 300) {
    if (text === '') return { json: undefined, header };
    try {
      return { json: JSON.parse(text) as unknown, header };
    } catch {
      throw new ForgeError(`${place}: the answer is no JSON`, API_REMEDY, { status });
    }
  }
  const reason = shorten(givenReason(text).replace(/\s+/g, ' ').trim(), MAX_REASON);
  const location = header('location');
  const said = location === undefined ? reason : `it leads to ${placeOfUrl(location)}`;
  const message = `${place}: status ${status}${said && `: ${said}`}`;
  const waitMs = waitOf(status, header, reason);
  if (waitMs === undefined) throw new ForgeError(message, remedyOf(status), { status });
  if (waitMs <= LONGEST_WAIT_MS)
    throw new ForgeError(message, 'Run it again when it answers.', { status, retryAfterMs: waitMs });
  const seconds = Math.ceil(waitMs / 1000);
  throw new ForgeError(`${message}: it asks to wait ${seconds} s`, 'Run it again after that.', { status });
}

/** How long to wait before another try; undefined if none is worth it. */
function waitOf(status: number, header: Answer['header'], reason: string): number | undefined {
  const asked = askedWaitMs(
    {
      kind: 'answered',
      status,
      retryAfter: header('retry-after'),
      rateRemaining: header('x-ratelimit-remaining'),
      rateReset: header('x-ratelimit-reset'),
      body: '',
    },
    Date.now(),
  );
  // GitHub answers 403 beyond its limits: with a time to wait, or for its secondary ones in words only.
  if (status === 403) return asked ?? (/rate limit/i.test(reason) ? UNTOLD_WAIT_MS : undefined);
  return status === 429 || status === 408 || status >= 500 ? (asked ?? FIRST_DELAY_MS) : undefined;
}

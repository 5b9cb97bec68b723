/**
 * What a subscription asks for before its request: a value in the answer to a GET. Answers are data, and never shown. A
 * value is remembered as long as the run lasts; that nothing was found is not: it may have been made since.
 */
import type { Json } from '../../../../core/catalogue/reading/json-value.ts';
import type { Find } from '../../../../core/requests/request-template.ts';
import { isMapping } from '../../../../core/yaml/yaml-text.ts';
import { isSuccess, type Outcome } from '../answer.ts';
import type { AnswerLimits } from '../webhook-request.ts';
import { withoutWords } from './tokens.ts';

const MAX_BYTES = 1024 * 1024;
/** One byte more tells that there is more. */
export const FIND_LIMITS: AnswerLimits = { bytes: MAX_BYTES + 1, isAwaited: () => true };

export type Found =
  | { readonly kind: 'found'; readonly value: Json; readonly remembered: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly outcome: Outcome };

export interface Finds {
  /** The value; `ask` makes the request where it is not remembered. */
  get(client: string, url: string, find: Find, ask: () => Promise<Outcome>): Promise<Found>;
  /** What was remembered of the url may have changed. */
  forget(client: string, url: string): void;
}

export function createFinds(): Finds {
  /** By client and url, then by path. */
  const known = new Map<string, Map<string, Json>>();
  const keyOf = (client: string, url: string): string => `${client}\n${url}`;
  return {
    async get(client, url, { at }, ask) {
      const key = keyOf(client, url);
      const path = JSON.stringify(at);
      const value = known.get(key)?.get(path);
      if (value !== undefined) return { kind: 'found', value, remembered: true };
      const found = readAnswer(await ask(), at);
      if (found.kind === 'found') known.set(key, (known.get(key) ?? new Map()).set(path, found.value));
      return found;
    },
    forget: (client, url) => void known.delete(keyOf(client, url)),
  };
}

function readAnswer(outcome: Outcome, at: Find['at']): Found {
  if (outcome.kind !== 'answered') return { kind: 'failed', outcome };
  const { status, body } = outcome;
  if (status === 404 || status === 410) return { kind: 'nothing' };
  if (!isSuccess(status)) return { kind: 'failed', outcome: withoutWords(outcome) };
  const unusable = (reason: string): Found => ({
    kind: 'failed',
    outcome: { kind: 'unusable', reason: `status ${status}, and ${reason}` },
  });
  if (Buffer.byteLength(body) > MAX_BYTES) return unusable('the answer is larger than 1 MiB');
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return unusable('the answer is not JSON');
  }
  for (const step of at) {
    if (value === null || value === undefined) break;
    const key = typeof step === 'object' ? step.key : step;
    const fits = typeof key === 'number' ? Array.isArray(value) : isMapping(value);
    value = fits && Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
  }
  if (value === null || value === undefined) return { kind: 'nothing' };
  if (typeof value === 'object') return unusable('what is there is a list or mapping, and no value');
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return unusable('what is there is a number too large to be kept exactly');
  return { kind: 'found', value: value as Json, remembered: false };
}

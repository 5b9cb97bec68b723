/**
 * What a subscription asks for before its request: a value in the answer to a GET. Answers are data, and never shown. A
 * value is remembered as long as the run lasts, or until a team is created, renamed or deleted if it may be of a team;
 * that nothing was found is not: it may have been made since.
 */
import type { LoggedEvent } from '../../../../core/events/team-event.ts';
import type { Json } from '../../../../core/catalogue/reading/json-value.ts';
import type { Find } from '../../../../core/requests/request-template.ts';
import { pathsIn } from '../../../../core/requests/language/expression.ts';
import { expressionsOf } from '../../../../core/requests/template.ts';
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

export interface Asking {
  readonly client: string;
  readonly url: string;
  readonly at: Find['at'];
  /** What it finds depends on the team. */
  readonly ofTeam: boolean;
  /** What is remembered of it is not taken. */
  readonly fresh: boolean;
}

export interface Finds {
  /** The value; `ask` makes the request where it is not remembered. */
  get(asking: Asking, ask: () => Promise<Outcome>): Promise<Found>;
  /** What is remembered of the client's teams may be of another one now. */
  forgetTeams(client: string): void;
}

/** Whether what `one` finds depends on the team: its url names more than the member, or what depends on the team. */
export function isOfTeam(finds: readonly Find[], one: Find): boolean {
  return expressionsOf(one.url)
    .flatMap((expression) => pathsIn(expression).map(({ path }) => path))
    .some(({ root, steps }) => {
      if (root !== 'found') return root !== 'each';
      const earlier = finds.find(({ name }) => name === steps[0]);
      return earlier === undefined || isOfTeam(finds, earlier);
    });
}

export function createFinds(): Finds {
  type Values = Map<string, Json>;
  /** By client, then by url and path. */
  const known = { ofTeams: new Map<string, Values>(), others: new Map<string, Values>() };
  return {
    async get({ client, url, at, ofTeam, fresh }, ask) {
      const kind = ofTeam ? known.ofTeams : known.others;
      const values: Values = kind.get(client) ?? new Map<string, Json>();
      kind.set(client, values);
      const key = JSON.stringify([url, at]);
      const value = fresh ? undefined : values.get(key);
      if (value !== undefined) return { kind: 'found', value, remembered: true };
      const found = readAnswer(await ask(), at);
      if (found.kind === 'found') values.set(key, found.value);
      else values.delete(key);
      return found;
    },
    forgetTeams: (client) => void known.ofTeams.delete(client),
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

/** Whether another team has an id now than before, or none. */
export const changesIds = ({ type, states }: LoggedEvent): boolean =>
  type === 'team.created' ||
  type === 'team.deleted' ||
  (type === 'team.modified' && states.some(({ id }) => id !== states[0]?.id));

/**
 * Parsers for option values: text from the command line or a variable -> a value, or an error that says what was
 * expected.
 */
import { parseUrl } from '../core/text/parse-url.ts';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { DURATION_EXPECTED, parseDuration } from '../core/clients/file/duration.ts';
import { EVENT_TYPES } from '../core/events/event-type.ts';

export const duration = (text: string): number => {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(DURATION_EXPECTED);
  return milliseconds;
};
export const someTime = (text: string): number => {
  if (duration(text) === 0) throw new InvalidArgumentError('expected more than 0');
  return duration(text);
};
/** With a shorter one, a run could lose its clients to another between two renewals. */
const SHORTEST_CLAIM_MS = 10_000;
export const claimTime = (text: string): number => {
  if (duration(text) < SHORTEST_CLAIM_MS) throw new InvalidArgumentError('expected at least 10s');
  return duration(text);
};
/** Milliseconds since 1970; a date means its first moment in UTC. */
export const time = (text: string): number => {
  const [, day, clock = 'T00:00:00Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/i.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const milliseconds = Date.parse(`${day}${clock.toUpperCase()}`);
  // JavaScript turns a day that does not exist into another one.
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(`${day}T`);
  if (!isDay || Number.isNaN(milliseconds)) {
    throw new InvalidArgumentError(
      'expected a time such as 2026-01-05T09:00:00Z, or a date such as 2026-01-05',
    );
  }
  return milliseconds;
};
export const wholeNumber = (minimum: number, maximum?: number) => (text: string) => {
  if (!/^[0-9]{1,9}$/.test(text) || Number(text) < minimum || Number(text) > (maximum ?? Infinity)) {
    throw new InvalidArgumentError(
      `expected a whole number from ${minimum}${maximum ? ` to ${maximum}` : ''}`,
    );
  }
  return Number(text);
};
export const listOf =
  <Each extends string>(check: (text: string) => text is Each, expected: string) =>
  (text: string, before: readonly Each[]): readonly Each[] =>
    before.concat(
      text.split(',').map((item) => {
        if (!check(item)) throw new InvalidArgumentError(expected);
        return item;
      }),
    );
export const isName = (text: string): text is string => text !== '';
export const isEventType = (text: string): text is (typeof EVENT_TYPES)[number] =>
  (EVENT_TYPES as readonly string[]).includes(text);
export const statuses = (text: string): readonly number[] =>
  text.split(',').map((item) => {
    if (!/^[2-5][0-9]{2}$/.test(item))
      throw new InvalidArgumentError('expected statuses such as 503,503,200');
    return Number(item);
  });
/** A port of this machine or a plain http URL of it: what is received must not be forwarded anywhere else. */
export const localTarget = (text: string): URL => {
  const url = /^[0-9]{1,5}$/.test(text) ? `http://localhost:${text}` : text;
  const parsed = parseUrl(url);
  const isLocal = parsed && /^(?:localhost|127(?:\.[0-9]+){3}|\[::1\])$/.test(parsed.hostname);
  if (!isLocal || parsed.protocol !== 'http:' || parsed.username !== '' || parsed.password !== '') {
    throw new InvalidArgumentError('expected a port, or an http:// URL of localhost, 127.0.0.1 or [::1]');
  }
  return parsed;
};

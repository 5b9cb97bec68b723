/**
 * A url with values of an event in it. Each is encoded as one segment of the path or one value of the query, so none can
 * lead anywhere else.
 */
import { hasHalfCharacter } from '../text/unicode.ts';
import { createBudget, UnfitEvent } from './language/budget.ts';
import { evaluate, textOf, type Scope } from './language/evaluate.ts';
import { expressionText, type Expression } from './language/expression.ts';
import { IN_TEXT, noNull, type ValuePlace } from './language/value-place.ts';
import type { Lookup, Template, TemplatePart } from './template.ts';

/** Longer ones are refused by every server. */
const MAX_LENGTH = 16 * 1024;
const DOTS = /^(?:\.|%2e){0,2}$/i;

/** @throws {UnfitEvent} if a value is none that can stand there */
export function renderUrl({ parts }: Template, scope: Scope, lookup: Lookup): string {
  let url = '';
  const filled: { readonly at: number; readonly expression: Expression }[] = [];
  const places = placesIn({ parts });
  for (const [index, part] of parts.entries()) {
    if ('text' in part) url += part.text;
    else if ('variable' in part) url += lookup(part.variable) ?? '';
    else {
      filled.push({ at: url.length, expression: part.expression });
      url += encodedValue(part.expression, scope, places[index]);
    }
    if (url.length > MAX_LENGTH)
      throw new UnfitEvent(`its url would be longer than ${MAX_LENGTH} characters`);
  }
  for (const { at, expression } of filled) {
    if (url.slice(0, at).includes('?')) continue;
    const segment = segmentAround(url, at);
    if (!DOTS.test(segment)) continue;
    const what = segment === '' ? 'empty' : `"${segment}"`;
    throw new UnfitEvent(
      `${expressionText(expression)} is ${what}, and would lead to another path of the url`,
    );
  }
  return url;
}

/**
 * For each part of a url, its place: null, which leaves nothing, fits in the query, and where more than dots is left of
 * its segment of the path. A variable before it may end with a slash.
 */
export function placesIn({ parts }: Pick<Template, 'parts'>): readonly ValuePlace[] {
  const isText = (part: TemplatePart | undefined, pattern: RegExp): boolean =>
    part !== undefined && 'text' in part && pattern.test(part.text);
  let inQuery = false;
  return parts.map((_, index) => {
    const [before, after] = [parts[index - 1], parts[index + 1]];
    inQuery ||= isText(before, /\?/);
    const begins = before === undefined || 'variable' in before || isText(before, /[/\\]\.{0,2}$/);
    const ends = after === undefined || isText(after, /^\.{0,2}(?:[/\\?#]|$)/);
    return inQuery || !begins || !ends ? IN_TEXT : noNull(IN_TEXT);
  });
}

/** @throws {UnfitEvent} if it is none that can stand in a url */
function encodedValue(expression: Expression, scope: Scope, place?: ValuePlace): string {
  const text = valueText(expression, scope, place);
  // Not encodeURIComponent's own error: it would stop the run.
  if (hasHalfCharacter(text)) throw new UnfitEvent(`${expressionText(expression)} is no valid Unicode`);
  return encodeURIComponent(text);
}

/** For messages: a value as it stands in a url; the name of one that cannot. */
export const shownValue =
  (scope: Scope) =>
  (expression: Expression): string => {
    try {
      return encodedValue(expression, scope);
    } catch (error) {
      if (error instanceof UnfitEvent) return `\${${expressionText(expression)}}`;
      throw error;
    }
  };

/** A value as text. `place`: where it stands, for the message. @throws {UnfitEvent} if it is none */
export function valueText(expression: Expression, scope: Scope, place?: ValuePlace): string {
  const text = textOf(evaluate(expression, scope, createBudget(), place));
  if (text === undefined)
    throw new UnfitEvent(`${expressionText(expression)} is a list or mapping, and cannot be part of a text`);
  return text;
}

/** As URLs are read: blanks around it, tabs and line breaks do not count, and a backslash is a slash. */
function segmentAround(url: string, at: number): string {
  const begin = Math.max(url.lastIndexOf('/', at - 1), url.lastIndexOf('\\', at - 1)) + 1;
  const length = /^[^/\\?#]*/.exec(url.slice(begin))?.[0].length ?? 0;
  return url.slice(begin, begin + length).replace(/[\t\n\r]/g, '');
}

/** A url, followed by encoded parameters. */
export function joinQuery(
  url: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  const added = new URLSearchParams(
    parameters.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  const between = /[?&]$/.test(url) || added === '' ? '' : url.includes('?') ? '&' : '?';
  return `${url}${between}${added}`;
}

/**
 * A url with values of an event in it. Each is encoded as one segment of the path or one value of the query, so none can
 * lead anywhere else.
 */
import { hasHalfCharacter } from '../text/unicode.ts';
import { createBudget, UnfitEvent } from './language/budget.ts';
import { evaluate, textOf, type Scope } from './language/evaluate.ts';
import { expressionText, type Expression } from './language/expression.ts';
import type { Lookup, Template } from './template.ts';

/** Longer ones are refused by every server. */
const MAX_LENGTH = 16 * 1024;
const DOTS = /^(?:\.|%2e){0,2}$/i;

/** @throws {UnfitEvent} if a value is none that can stand there */
export function renderUrl({ parts }: Template, scope: Scope, lookup: Lookup): string {
  let url = '';
  const filled: { readonly at: number; readonly expression: Expression }[] = [];
  for (const part of parts) {
    if ('text' in part) url += part.text;
    else if ('variable' in part) url += lookup(part.variable) ?? '';
    else {
      filled.push({ at: url.length, expression: part.expression });
      url += encodedValue(part.expression, scope);
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

/** @throws {UnfitEvent} if it is none that can stand in a url */
function encodedValue(expression: Expression, scope: Scope): string {
  const text = valueText(expression, scope);
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

/** A value as text. @throws {UnfitEvent} if it is none */
export function valueText(expression: Expression, scope: Scope): string {
  const text = textOf(evaluate(expression, scope, createBudget()));
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

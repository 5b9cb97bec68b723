/**
 * A schema's issues -> what was expected and what is there instead, in plain words. Never repeats a value of the file:
 * it may be a secret.
 *
 *     catalogue.files[1]: expected text; this is a number: put it in quotes
 */
import type * as v from 'valibot';
import { lookAlike } from '../text/look-alike.ts';
import type { NodePath } from './yaml-text.ts';

type Issue = v.BaseIssue<unknown>;

/** Where in the value, and what is wrong there. */
export interface WordedIssue {
  readonly path: NodePath;
  readonly message: string;
}

/** One or more for each issue. If a value may have several forms, those inside the form that was meant. */
export function wordedIssues(issue: Issue, above: NodePath = []): readonly WordedIssue[] {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)];
  const inside = issue.type === 'union' ? (issue.issues ?? []).filter((one) => one.path !== undefined) : [];
  if (inside.length > 0) return inside.flatMap((one) => wordedIssues(one, path));
  const message = expectedText(issue);
  return [{ path, message: message + actualText(issue, message) }];
}

/** valibot's own messages (`Invalid type: Expected (string | Array) but received 5`) are not shown. */
function expectedText({ message, type, expected }: Issue): string {
  if (!message.startsWith('Invalid ')) return message;
  const forms = [...new Set((expected ?? type).replace(/^\(|\)$/g, '').split(' | '))];
  return `expected ${forms.map((form) => FORMS[form] ?? form.replaceAll('"', '')).join(' or ')}`;
}

/** What people call valibot's types. */
const FORMS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'a mapping of keys',
  integer: 'a whole number',
  unknown: 'another value',
};

function actualText({ kind, type, input, expected }: Issue, message: string): string {
  if (type === 'non_empty' && input === '') return '; this is empty';
  if (kind !== 'schema' || input === undefined) return '';
  if (input === null) return '; there is nothing here';
  if (Array.isArray(input)) return '; this is a list';
  if (typeof input === 'object') return '; this is a mapping of keys';
  const wanted = expected ?? '';
  if (typeof input === 'string') {
    if (!/"|string/.test(wanted)) return '; this is text';
    const meant = lookAlike(
      input,
      [...wanted.matchAll(/"([^"]*)"/g)].map(([, choice = '']) => choice),
    );
    return meant === undefined ? '' : `; is it ${meant}?`;
  }
  const isNumber = typeof input === 'number';
  if ((isNumber ? /number|\d/ : /boolean|true|false/).test(wanted)) return '';
  const quotes = message.startsWith('expected text') ? ': put it in quotes' : '';
  return `; this is ${isNumber ? 'a number' : input === true ? 'true' : 'false'}${quotes}`;
}

/** The schemas of texts in which variables are filled in. */
import * as v from 'valibot';

/** Patterns in JSON Schema have no flags, so case-insensitivity is written out. */
export const anyCase = (pattern: string): string =>
  pattern.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

/** For JSON Schema: text that `parseTemplate` and `strayBraces` accept. */
const TEMPLATE = {
  not: { type: 'string', pattern: /(?:^|[^${])\{+\s*[A-Za-z_][A-Za-z0-9_.-]*\s*\}/.source },
  pattern: /^(?:\$\$\{|\$\{(?![A-Z0-9_]*_FILE\})[A-Z][A-Z0-9_]*\}|\$(?!\$?\{)|[^$])*$/.source,
};
/** For JSON Schema: `${paths}` into the event, beside variables; what they name is not looked at. */
const FILLED = /\$\{(?![A-Z0-9_]*_FILE\})(?:[A-Z][A-Z0-9_]*|(?![A-Z])(?:[^{}"']|"[^"]*"|'[^']*')+)\}/.source;
const EVENT_TEMPLATE = {
  not: { type: 'string', pattern: /(?:^|[^${"'])\{+\s*[A-Za-z_][A-Za-z0-9_.-]*\s*\}/.source },
  pattern: `^(?:\\$\\$\\{|${FILLED}|\\$(?!\\$?\\{)|[^$])*$`,
};
/** For JSON Schema: what `urlProblem` requires of a url without variables. */
export const URL_KEYWORDS = {
  pattern: `^(?:\\$\\$\\{[^{}]*\\}?|${FILLED}|\\$(?!\\$?\\{)|[^\${}])*$`,
  anyOf: [
    { pattern: /\$\{/.source },
    { pattern: anyCase(String.raw`^ *https?:[/\\]*(?![/\\])(?![^/?#\\]*[^/?#\\:@][^/?#\\]*@)[^#]+#?$`) },
  ],
};

export const text = v.pipe(v.string('expected text'), v.nonEmpty('expected text'));
export const template = v.pipe(text, v.metadata(TEMPLATE));
const lineOfText = v.pipe(
  v.union([v.string(), v.number(), v.boolean()], 'expected text'),
  v.transform(String),
  // eslint-disable-next-line no-control-regex
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'expected text without line breaks or other control characters'),
);
export const scalarText = v.pipe(lineOfText, v.metadata({ allOf: [TEMPLATE] }));
/** May name what the event has. */
export const filledText = v.pipe(lineOfText, v.metadata({ allOf: [EVENT_TEMPLATE] }));
export const someScalarText = v.pipe(
  scalarText,
  v.check((one) => one !== '', 'expected text'),
  v.metadata({ minLength: 1 }),
);

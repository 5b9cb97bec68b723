/** Text with `${VARIABLES}` of the client, and `${paths}` into the event; `$${` is a literal `${`. */
import type { Result } from '../result.ts';
import { shorten } from '../text/shorten.ts';
import { parseExpression, type Expression } from './language/expression.ts';

export type TemplatePart =
  { readonly text: string } | { readonly variable: string } | { readonly expression: Expression };

export interface Template {
  /** Its line in the clients file. */
  readonly line: number;
  readonly parts: readonly TemplatePart[];
}

/** Finds the value of a variable; undefined if there is none. */
export type Lookup = (variable: string) => string | undefined;

const VARIABLE = /^[A-Z][A-Z0-9_]*$/;
/** What begins so is meant as a variable, in lower case as a path into the event. */
const VARIABLE_AHEAD = /\$\{[A-Z][A-Z0-9_]*\}/y;

/** Returns the template, or what is wrong with the text. `ofEvent`: it may also name what the event has. */
export function parseTemplate(text: string, line: number, ofEvent = false): Result<Template> {
  const parts: TemplatePart[] = [];
  let literal = '';
  for (let at = 0; at < text.length;) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = text.indexOf('}', at);
      if (end < 0) {
        return { ok: false, wrong: 'a "${" is not closed; write "$${" for a literal one' };
      }
      VARIABLE_AHEAD.lastIndex = at;
      if (ofEvent && !VARIABLE_AHEAD.test(text)) {
        const parsed = parseExpression(text, 'text', at + 2);
        if (!parsed.ok)
          return { ok: false, wrong: `${shorten(text.slice(at, end + 1), 60)}: ${parsed.wrong}` };
        if (literal !== '') parts.push({ text: literal });
        parts.push({ expression: parsed.value.expression });
        literal = '';
        at = parsed.value.end + 1;
        continue;
      }
      const variable = text.slice(at + 2, end);
      if (!VARIABLE.test(variable) || variable.endsWith('_FILE')) {
        const wrong = `\${${variable}} is not a variable name: upper case letters, digits and underscores, not ending in _FILE`;
        return { ok: false, wrong };
      }
      if (literal !== '') parts.push({ text: literal });
      parts.push({ variable });
      literal = '';
      at = end + 1;
    } else {
      literal += text.charAt(at);
      at++;
    }
  }
  if (literal !== '') parts.push({ text: literal });
  return { ok: true, value: { line, parts } };
}

/**
 * Reports braces that are no variable but may have been meant as one, such as `{subject}` in another tool's syntax. In
 * a url every brace is reported; elsewhere only what looks like a placeholder, because a header may hold JSON.
 */
export function strayBraces({ parts }: Template, isUrl: boolean): string | undefined {
  // A `${` here was written `$${`; it is removed together with the name after it.
  const literal = parts
    .map((part) => ('text' in part ? part.text : '\0'))
    .join('')
    .replace(/\$\{[^{}]*\}?/g, '');
  const [found] = (isUrl ? /\{+[^{}\0]*\}*|\}/ : /\{+\s*[a-z_][\w.-]*\s*\}+/i).exec(literal) ?? [];
  if (found === undefined) return undefined;
  const instead = isUrl ? 'a brace itself %7B or %7D' : 'and its value may hold braces';
  return `${shorten(found, 40)} is not a variable, and is not sent: a variable is written \${NAME}, ${instead}`;
}

/** The names of the variables in it. */
export function variablesOf({ parts }: Template): string[] {
  return parts.flatMap((part) => ('variable' in part ? [part.variable] : []));
}

/** The expressions in it, which need an event. */
export function expressionsOf({ parts }: Template): Expression[] {
  return parts.flatMap((part) => ('expression' in part ? [part.expression] : []));
}

/** Fills in the values; a variable without a value becomes empty text, as does what needs an event. */
export function fill(
  { parts }: Template,
  lookup: Lookup,
  valueOf: (expression: Expression) => string = () => '',
): string {
  return parts
    .map((part) => {
      if ('text' in part) return part.text;
      return 'variable' in part ? (lookup(part.variable) ?? '') : valueOf(part.expression);
    })
    .join('');
}

/**
 * The environment variable for `${variable}` of a client. No two clients share one: a client's name has no double,
 * leading or trailing hyphen, so the first double underscore ends it.
 */
export function environmentName(client: string, variable: string): string {
  return `TEAM_EVENTS_CLIENT_${client.toUpperCase().replaceAll('-', '_')}__${variable}`;
}

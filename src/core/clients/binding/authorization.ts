/** The value of a header: text with variables, or the two parts of a basic authorization. */
import type { Result } from '../../result.ts';
import { fill, type Lookup, type Template } from '../../requests/template.ts';

export interface BasicCredentials {
  readonly line: number;
  readonly username: Template;
  readonly password: Template;
}

export type HeaderValue = Template | BasicCredentials;

export const templatesIn = (value: HeaderValue): readonly Template[] =>
  'username' in value ? [value.username, value.password] : [value];

/** Returns the header's text (RFC 7617, in UTF-8), or what is wrong with it; the message never repeats the value. */
export function headerText(name: string, value: HeaderValue, lookup: Lookup): Result<string> {
  if ('username' in value) {
    const username = fill(value.username, lookup);
    if (username.includes(':')) {
      return { ok: false, wrong: 'the username of auth.basic holds a colon, which ends it' };
    }
    const credentials = Buffer.from(`${username}:${fill(value.password, lookup)}`).toString('base64');
    return { ok: true, value: `Basic ${credentials}` };
  }
  const text = fill(value, lookup);
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return { ok: true, value: text };
  return {
    ok: false,
    wrong: `the value of the header ${name} holds a line break or a character that no header can carry`,
  };
}

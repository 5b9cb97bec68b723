/** The value of a header: text with variables, or the two parts of a basic authorization. */
import type { Result } from '../../result.ts';
import { fill, type Lookup, type Template } from '../../requests/template.ts';

export interface BasicCredentials {
  readonly line: number;
  readonly username: Template;
  readonly password: Template;
}

/** What a token is asked for with. */
export interface OauthCredentials {
  readonly line: number;
  readonly oauth2: {
    readonly url: Template;
    readonly id: Template;
    readonly secret: Template;
    readonly grant: 'client_credentials' | 'password';
    readonly username: Template | undefined;
    readonly password: Template | undefined;
    readonly scope: Template | undefined;
  };
}

export type HeaderValue = Template | BasicCredentials | OauthCredentials;

export function templatesIn(value: HeaderValue): readonly Template[] {
  if ('username' in value) return [value.username, value.password];
  if (!('oauth2' in value)) return [value];
  const { url, id, secret, username, password, scope } = value.oauth2;
  return [url, id, secret, username, password, scope].filter((one) => one !== undefined);
}

/** Of these the secret ones. */
export function secretsIn(value: HeaderValue): readonly Template[] {
  if ('username' in value) return [value.password];
  if (!('oauth2' in value)) return [value];
  const { secret, password } = value.oauth2;
  return [secret, ...(password ? [password] : [])].filter(({ parts }) => parts.length > 0);
}

/** Returns the header's text (RFC 7617, in UTF-8), or what is wrong with it; the message never repeats the value. */
export function headerText(name: string, value: Template | BasicCredentials, lookup: Lookup): Result<string> {
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

/** Finds the secrets in the environment, for the redactor. */
import { readFileSync } from 'node:fs';
import { percentDecoded } from './url-credentials.ts';

export const SECRETS_VARIABLE = 'TEAM_EVENTS_SECRETS';

/** The operator's variables whose values are secrets. */
const SECRET_VARIABLES = [
  'TEAM_EVENTS_GIT_TOKEN',
  'TEAM_EVENTS_GIT_SSH_KEY',
  'TEAM_EVENTS_LISTEN_SECRET',
  'TEAM_EVENTS_COMMENT_TOKEN',
  'GITHUB_TOKEN',
];

/** All secrets in the environment, whether this run needs them or not. */
export function secretsIn(environment: NodeJS.ProcessEnv): string[] {
  const known = Object.entries(environment).flatMap(([name, value = '']) => {
    if (/_proxy$/i.test(name)) return passwordsIn(value);
    if (name === SECRETS_VARIABLE) return textsIn(value);
    if (/^TEAM_EVENTS_CLIENT_.*_FILE$/.test(name)) return [contentOf(value) ?? ''];
    return SECRET_VARIABLES.includes(name) || name.startsWith('TEAM_EVENTS_CLIENT_') ? [value] : [];
  });
  return known.filter((value) => value !== '');
}

/** The password of a proxy: as written, decoded, and together with its user, as a header carries them. */
function passwordsIn(proxy: string): string[] {
  const [, user = '', password] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/@:]*):(.*)@[^@]*$/i.exec(proxy) ?? [];
  if (password === undefined) return [];
  return [password, percentDecoded(password), `${percentDecoded(user)}:${percentDecoded(password)}`];
}

/** All texts in a JSON document; the whole text if it is not JSON (it is refused where it is used). */
function textsIn(json: string): string[] {
  const texts: string[] = [];
  try {
    JSON.parse(json, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
  } catch {
    texts.push(json);
  }
  return texts;
}

/**
 * The content of a file without its last newline; undefined if it cannot be read: then the variable has no value, which
 * is reported.
 */
export function contentOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

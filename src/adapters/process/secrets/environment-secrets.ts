/** Secrets in the environment, which the redactor hides. */
import { readFileSync } from 'node:fs';
import { percentDecoded } from './url-credentials.ts';

export const SECRETS_VARIABLE = 'TEAM_EVENTS_SECRETS';

/** Of the operator's own. */
const SECRET_VARIABLES = ['TEAM_EVENTS_GIT_TOKEN', 'TEAM_EVENTS_GIT_SSH_KEY', 'TEAM_EVENTS_LISTEN_SECRET'];

/** All that the environment holds and nobody may see, whether this run needs it or not. */
export function secretsIn(environment: NodeJS.ProcessEnv): string[] {
  const known = Object.entries(environment).flatMap(([name, value = '']) => {
    if (/_proxy$/i.test(name)) return passwordsIn(value);
    if (name === SECRETS_VARIABLE) return textsIn(value);
    if (/^TEAM_EVENTS_CLIENT_.*_FILE$/.test(name)) return [contentOf(value) ?? ''];
    return SECRET_VARIABLES.includes(name) || name.startsWith('TEAM_EVENTS_CLIENT_') ? [value] : [];
  });
  return known.filter((value) => value !== '');
}

/** Of a proxy: the password, as it stands and as it is meant, and with its user, as a header carries them. */
function passwordsIn(proxy: string): string[] {
  const [, user = '', password] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/@:]*):(.*)@[^@]*$/i.exec(proxy) ?? [];
  if (password === undefined) return [];
  return [password, percentDecoded(password), `${percentDecoded(user)}:${percentDecoded(password)}`];
}

/** All texts in a JSON document; of what is none, the whole: it is refused where it is needed. */
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

/** undefined where there is no such file, or it cannot be read: the variable then has no value, which is told. */
export function contentOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

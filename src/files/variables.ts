/** Where the values of a client's variables come from: the environment, files it names, and TEAM_EVENTS_SECRETS. */
import { isMapping } from '../yaml/yaml-text.ts';
import { readFileSync } from 'node:fs';
import { environmentName, type Lookup } from '../clients/template.ts';
import { UsageError } from '../errors.ts';
import { percentDecoded } from '../secret-forms.ts';

const SECRETS_VARIABLE = 'TEAM_EVENTS_SECRETS';

/**
 * A lookup for each client, which can reach this client's own variables and nothing else: the environment variable
 * of the client, else the file that `…_FILE` names (its last newline is not part of the value), else the client's
 * entry of TEAM_EVENTS_SECRETS. An empty variable counts as none. @throws {UsageError} where TEAM_EVENTS_SECRETS is no such JSON
 */
export function createVariables(environment: NodeJS.ProcessEnv): (client: string) => Lookup {
  const secrets = parseSecrets(environment[SECRETS_VARIABLE]);
  return (client) => (variable) => {
    const name = environmentName(client, variable);
    return (
      (environment[name] || undefined) ??
      contentOf(environment[`${name}_FILE`] || undefined) ??
      secrets.get(client)?.get(variable)
    );
  };
}

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
function contentOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

function parseSecrets(text: string | undefined): ReadonlyMap<string, ReadonlyMap<string, string>> {
  if (text === undefined || text.trim() === '') return new Map();
  const wrong = new UsageError(
    `${SECRETS_VARIABLE} is not a JSON object of objects of texts`,
    `Expected: {"client-name": {"TOKEN": "value"}}`,
  );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrong; // the parser's message would repeat part of the secrets
  }
  if (!isMapping(parsed)) throw wrong;
  return new Map(
    Object.entries(parsed).map(([client, values]) => {
      if (!isMapping(values)) throw wrong;
      return [
        client,
        new Map(
          Object.entries(values).map(([name, value]) => {
            if (typeof value !== 'string') throw wrong;
            return [name, value];
          }),
        ),
      ];
    }),
  );
}

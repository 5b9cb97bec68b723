/** Where the values of a client's variables come from: the environment, files it names, and TEAM_EVENTS_SECRETS. */
import { isMapping } from '../yaml/yaml-text.ts';
import { readFileSync } from 'node:fs';
import { environmentName, type Lookup } from '../clients/template.ts';
import { UsageError } from '../errors.ts';

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

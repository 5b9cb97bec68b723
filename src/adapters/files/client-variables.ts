/** The sources of a client's variables: the environment, files that it names, and TEAM_EVENTS_SECRETS. */
import { environmentName, type Lookup } from '../../core/requests/template.ts';
import { createLookAlike } from '../../core/text/look-alike.ts';
import { shorten } from '../../core/text/shorten.ts';
import { isMapping } from '../../core/yaml/yaml-text.ts';
import { UsageError } from '../../errors.ts';
import { contentOf, SECRETS_VARIABLE } from '../process/secrets/environment-secrets.ts';

/**
 * Returns a lookup for each client that can read only that client's variables: the client's environment variable, else
 * the file that `…_FILE` names (without its last newline), else the client's entry in TEAM_EVENTS_SECRETS. An empty
 * variable counts as absent.
 * @throws {UsageError} if TEAM_EVENTS_SECRETS is not such JSON
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

/**
 * What TEAM_EVENTS_SECRETS holds for no client of the file, though it was meant for one: a name that looks like a
 * client's; where a client lacks a variable (`isMissing`), any other too. Else it may be of another clients file.
 */
export function misnamedSecrets(
  environment: NodeJS.ProcessEnv,
  clients: readonly string[],
  isMissing: boolean,
): readonly string[] {
  const nearest = createLookAlike(clients);
  return [...parseSecrets(environment[SECRETS_VARIABLE]).keys()].flatMap((name) => {
    const meant = nearest(name);
    if (clients.includes(name) || (meant === undefined && !isMissing)) return [];
    const told = `${SECRETS_VARIABLE}: no client is called ${JSON.stringify(shorten(name, 60))}`;
    return [meant === undefined ? told : `${told}; is it ${meant}?`];
  });
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

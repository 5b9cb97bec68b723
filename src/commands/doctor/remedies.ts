/** Lines of a remedy that are made from more than one finding. */
import { environmentName, variablesOf } from '../../core/requests/template.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { Client } from '../../core/clients/file/client.ts';
import { advice, command, type RemedyStep } from './doctor-report.ts';

/** Asks for a value and sets a variable to it: pasted, nothing of it stays in the history of the shell. */
export const askForVariable = (name: string): RemedyStep => command(`read -rs ${name} && export ${name}`);

/** Sets the variables of a client that have no value. */
export function setVariables(client: Client, missing: readonly string[]): readonly RemedyStep[] {
  const secrets = new Set(client.secrets.flatMap(variablesOf));
  return missing.flatMap((variable) => {
    const name = environmentName(client.name, variable);
    return secrets.has(variable)
      ? [
          advice(
            `A secret that the receiver has already: ${name} is its value. For a new one, which the receiver needs as well:`,
          ),
          command(`export ${name}="whsec_$(openssl rand -base64 32)"`),
        ]
      : [advice(`Paste the value after this (it is not shown), then press Enter:`), askForVariable(name)];
  });
}

/** Lets runs reach a host although it is on loopback, or by plain http. */
export const allowHost = (host: string): readonly RemedyStep[] => [
  advice(`If it may be reached (for good: network: { allow: [${host}] } in the policy file):`),
  command(
    `export TEAM_EVENTS_ALLOW_HOST="\${TEAM_EVENTS_ALLOW_HOST:+$TEAM_EVENTS_ALLOW_HOST,}"${shellWord(host)}`,
  ),
];

/** Trusts the authority whose certificate the server sends. */
export function trustAuthority(host: string, port: string): readonly RemedyStep[] {
  const at = shellWord(`${host}:${port}`);
  const file = `${host.replace(/[^\w.-]/g, '_')}.pem`;
  return [
    advice('Take its certificates, and trust them only if its owner names the same fingerprint:'),
    command(
      `openssl s_client -showcerts -connect ${at} </dev/null 2>/dev/null | sed -n '/-BEGIN CERT/,/-END CERT/p' > ${file}`,
    ),
    command(`openssl x509 -noout -subject -issuer -fingerprint -sha256 -in ${file}`),
    command(`export NODE_EXTRA_CA_CERTS="$PWD/${file}"`),
    advice('For good: network: { ca: FILE } in the policy file.'),
  ];
}

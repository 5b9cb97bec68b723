/** Lines of a remedy that are made from more than one finding. */
import { shellWord } from '../../core/text/shell-word.ts';
import type { VariableCommand } from '../../reporters/variable-commands.ts';
import { advice, command, type RemedyStep } from './doctor-report.ts';

/** What to read, and below it the command. */
export const pasted = ({ how, command: text }: VariableCommand): readonly RemedyStep[] => [
  advice(how),
  command(text),
];

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

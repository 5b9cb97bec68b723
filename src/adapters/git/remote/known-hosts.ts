/** `TEAM_EVENTS_GIT_KNOWN_HOSTS`: the host keys of git servers, so that nobody can impersonate one. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../errors.ts';

const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
/** `host ssh-ed25519 AAAA…`, with an optional marker before and comment after it. */
const HOST_LINE =
  /^(?:@(?:cert-authority|revoked)\s+)?\S+\s+(?:ssh|ecdsa|sk)-\S+\s+[A-Za-z0-9+/]{40,}={0,2}(?:\s|$)/;

/** Options that make ssh accept only these keys. @throws {UsageError} if the value has none of the three forms */
export function hostOptions(value: string, folder: string): readonly string[] {
  const given = value.trim();
  const text = !given.includes('\n') && existsSync(given) ? readFileSync(given, 'utf8') : given;
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line));
  if (lines.length > 0 && lines.every((line) => HOST_LINE.test(line.trim()))) {
    const file = join(folder, 'known_hosts');
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    return [...CHECKED, `UserKnownHostsFile=${inOption(file)}`];
  }
  const fingerprints = text.split(/\s+/);
  if (!fingerprints.every((one) => FINGERPRINT.test(one))) throw neither();
  // ssh cannot check fingerprints, so this script returns the key that ssh met if its fingerprint is one of them.
  const script = join(folder, 'known-hosts');
  const known = fingerprints.map((one) => one.replace(/=$/, '')).join('|');
  writeFileSync(script, `case "$1" in ${known}) echo "$2 $3 $4" ;; esac\n`, { mode: 0o600 });
  return [
    ...CHECKED,
    'UserKnownHostsFile=/dev/null',
    `KnownHostsCommand=/bin/sh ${inOption(script)} %f %H %t %K`,
  ];
}

const CHECKED = ['StrictHostKeyChecking=yes', 'GlobalKnownHostsFile=/dev/null'];

/** ssh splits values at blanks and expands `%`. */
const inOption = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

const neither = (): UsageError =>
  new UsageError(
    'TEAM_EVENTS_GIT_KNOWN_HOSTS holds neither keys of hosts nor fingerprints, and is no path of a file with them',
    'Set it to the lines that ssh-keyscan HOST prints, to the path of a known_hosts file, or to the SHA256:… fingerprints of all keys of the server. ' +
      'Compare them with those that the server publishes.',
  );

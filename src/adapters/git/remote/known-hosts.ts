/** `TEAM_EVENTS_GIT_KNOWN_HOSTS`: which keys git servers have, so that nobody else can pass for one. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../errors.ts';

const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
/** `host ssh-ed25519 AAAA…`, also with a marker before and a comment after. */
const HOST_LINE =
  /^(?:@(?:cert-authority|revoked)\s+)?\S+\s+(?:ssh|ecdsa|sk)-\S+\s+[A-Za-z0-9+/]{40,}={0,2}(?:\s|$)/;

/** Options of ssh that let it take these keys alone. @throws {UsageError} where the value is none of the three forms */
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
  // ssh knows keys only; so it is told the key that it meets where that has one of the fingerprints.
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

/** ssh splits values at blanks, and replaces what follows a `%`. */
const inOption = (path: string): string => `"${path.replaceAll('%', '%%')}"`;

const neither = (): UsageError =>
  new UsageError(
    'TEAM_EVENTS_GIT_KNOWN_HOSTS holds neither keys of hosts nor fingerprints, and is no path of a file with them',
    'Set it to the lines that ssh-keyscan HOST prints, to the path of a known_hosts file, or to the SHA256:… fingerprints of all keys of the server. ' +
      'Compare them with those that the server publishes.',
  );

/** The certificate authorities trusted for connections to receivers. */
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { UsageError } from '../../errors.ts';
import { readTextFile } from './read-file.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g;

/**
 * PEM certificates: those of `SSL_CERT_FILE` if set, else Node's; plus those of `file` (network.ca) and of
 * `NODE_EXTRA_CA_CERTS`. undefined if nothing is configured, so that Node's defaults apply.
 * @throws {UsageError} if a file cannot be read or has no certificate
 */
export function readAuthorities(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): readonly string[] | undefined {
  const instead = environment['SSL_CERT_FILE'] || undefined;
  if (file === undefined && instead === undefined) return undefined;
  // If that file does not exist, Node has already warned and continued without it.
  const extra = [environment['NODE_EXTRA_CA_CERTS'] ?? ''].filter((path) => existsSync(path));
  return [
    ...(instead === undefined ? rootCertificates : certificatesIn(instead, 'SSL_CERT_FILE')),
    ...extra.flatMap((path) => certificatesIn(path, 'NODE_EXTRA_CA_CERTS')),
    ...(file === undefined ? [] : certificatesIn(file, 'network.ca')),
  ];
}

function certificatesIn(path: string, setting: string): readonly string[] {
  const found = readTextFile(path, `the certificates of ${setting}`, 'Expected: a PEM file.').match(
    CERTIFICATE,
  );
  const broken = (found ?? []).findIndex((text) => !isCertificate(text));
  if (found === null || broken >= 0) {
    const what =
      found === null ? 'holds no certificate' : `holds a broken certificate (number ${broken + 1})`;
    throw new UsageError(
      `${path} (${setting}) ${what}`,
      'Expected: a PEM file, with -----BEGIN CERTIFICATE----- before each.',
    );
  }
  return found;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

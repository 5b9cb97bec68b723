/** The certificate authorities trusted for connections to receivers. */
import { existsSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { certificatesIn, certificatesProblem } from '../../core/text/certificates.ts';
import { UsageError } from '../../errors.ts';
import { readTextFile } from './read-file.ts';

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
    ...(instead === undefined ? rootCertificates : certificatesOf(instead, 'SSL_CERT_FILE')),
    ...extra.flatMap((path) => certificatesOf(path, 'NODE_EXTRA_CA_CERTS')),
    ...(file === undefined ? [] : certificatesOf(file, 'network.ca')),
  ];
}

function certificatesOf(path: string, setting: string): readonly string[] {
  const text = readTextFile(path, `the certificates of ${setting}`, 'Expected: a PEM file.');
  const problem = certificatesProblem(text);
  if (problem === undefined) return certificatesIn(text);
  throw new UsageError(
    `${path} (${setting}) ${problem}`,
    'Expected: a PEM file, with -----BEGIN CERTIFICATE----- before each.',
  );
}

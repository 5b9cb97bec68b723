/** Certificates in PEM. */
import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g;

/** Each of them by itself; whatever stands between them is left out. */
export const certificatesIn = (text: string): readonly string[] => text.match(CERTIFICATE) ?? [];

/** What is wrong with a text of certificates, as what it holds; undefined if nothing is. */
export function certificatesProblem(text: string): string | undefined {
  const found = certificatesIn(text);
  if (found.length === 0) return 'holds no certificate';
  const broken = found.findIndex((one) => !isCertificate(one));
  return broken < 0 ? undefined : `holds a broken certificate (number ${broken + 1})`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

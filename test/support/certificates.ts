/** Certificates made with openssl while a test runs: no key is kept anywhere. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './sample-repo.ts';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** Its own certificate, as a PEM file. */
  readonly file: string;
  readonly pem: string;
  /** For a host, or an address; `days` from now until it expires, negative if it has expired. */
  issue(host: string, days?: number): Certificate;
}

export function createAuthority(name = 'Test CA'): Authority {
  const folder = tempFolder();
  const path = (file: string): string => join(folder, file);
  const openssl = (...parts: (readonly string[])[]): void => {
    const args = parts.flat();
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(['req', '-x509', '-days', '2', '-subj', `/CN=${name}`], newKey, [
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  ]);
  writeFileSync(path('index.txt'), '');
  writeFileSync(
    path('ca.cnf'),
    `[ca]\ndefault_ca = it\n[it]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\n` +
      `policy = any\ncopy_extensions = copy\nunique_subject = no\n[any]\ncommonName = supplied\n`,
  );
  const time = (days: number): string =>
    new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  let count = 0;
  return {
    file: path('ca.pem'),
    pem: readFileSync(path('ca.pem'), 'utf8'),
    issue(host, days = 1) {
      const id = `leaf-${count++}`;
      const kind = /^[\d.]+$|:/.test(host) ? 'IP' : 'DNS';
      openssl(
        ['req', '-subj', '/CN=leaf', '-addext', `subjectAltName=${kind}:${host}`, '-out', `${id}.csr`],
        [...newKey, '-keyout', `${id}.key`],
      );
      openssl(
        ['ca', '-batch', '-notext', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key'],
        ['-startdate', time(Math.min(-1, days - 1)), '-enddate', time(days)],
        ['-in', `${id}.csr`, '-out', `${id}.pem`],
      );
      return {
        key: readFileSync(path(`${id}.key`), 'utf8'),
        cert: readFileSync(path(`${id}.pem`), 'utf8'),
      };
    },
  };
}

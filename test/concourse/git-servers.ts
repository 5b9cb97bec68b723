/** Bare repositories of a platform, reached as from a worker: over http with a password, over ssh with a key. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { answerGit } from '../support/git-http.ts';
import {
  createRepo,
  gitEnvironment,
  tempFolder,
  type Files,
  type SampleRepo,
} from '../support/sample-repo.ts';

export interface Hosted {
  /** Such as `platform/teams`. */
  readonly name: string;
  /** The bare repository itself. */
  readonly directory: string;
  readonly author: SampleRepo;
  /** Commits and pushes by force; the full id. */
  readonly push: (files: Files, title?: string) => string;
  /** git in the bare repository. */
  readonly git: (...args: string[]) => string;
}

/** A bare repository in `root`, with a work tree from which commits are pushed. */
export function host(root: string, name: string, objectFormat = 'sha1'): Hosted {
  const directory = join(root, `${name}.git`);
  mkdirSync(dirname(directory), { recursive: true });
  const author = createRepo(tempFolder(), { objectFormat });
  author.git(
    'init',
    '--quiet',
    '--bare',
    '--initial-branch=main',
    `--object-format=${objectFormat}`,
    directory,
  );
  author.git('-C', directory, 'config', 'http.receivepack', 'true');
  author.git('remote', 'add', 'origin', directory);
  return {
    name,
    directory,
    author,
    push: (files, title) => {
      const id = author.commit(files, title);
      author.git('push', '--quiet', '--force', 'origin', 'HEAD:main');
      return id;
    },
    git: (...args) =>
      execFileSync('git', ['-C', directory, ...args], { env: gitEnvironment(), encoding: 'utf8' }).trim(),
  };
}

/** Serves the repositories of `root` by `git http-backend`, to this user and password; the address. */
export async function serveHttp(root: string, user: string, password: string): Promise<string> {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization === expected) {
      const path = decodeURIComponent(new URL(request.url ?? '', 'http://git').pathname);
      return answerGit(request, response, { root, path, user });
    }
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const SSH_KEY =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nbm8ga2V5OiBhIHRlc3Qgb25seQ==\n-----END OPENSSH PRIVATE KEY-----\n';

/** What `ssh-keyscan` would print of the server. */
export const HOST_KEY =
  'gitlab.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g';

/**
 * A program `ssh` in `bin` that lets in who holds {@link SSH_KEY}, and runs git at `root` with nothing of the client's.
 * Where it is told which keys hosts have, the server has to have {@link HOST_KEY}.
 */
export function serveSsh(root: string, bin: string): void {
  const known = join(tempFolder(), 'known-key');
  writeFileSync(known, SSH_KEY);
  const script = `#!/bin/sh
key=
hosts=
while [ $# -gt 0 ]; do
  case $1 in
    -i) key=$2; shift 2 ;;
    -o) case $2 in UserKnownHostsFile=*) hosts=\${2#*=} ;; esac; shift 2 ;;
    -p) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
shift
hosts=\${hosts#\\"}
hosts=\${hosts%\\"}
[ -z "$hosts" ] || grep -qxF '${HOST_KEY}' "$hosts" || { echo 'Host key verification failed.' >&2; exit 255; }
cmp -s "$key" '${known}' || { echo 'git@gitlab.example.com: Permission denied (publickey).' >&2; exit 255; }
cd '${root}' && exec env -i PATH="$PATH" sh -c "$*"
`;
  writeFileSync(join(bin, 'ssh'), script);
  chmodSync(join(bin, 'ssh'), 0o755);
}

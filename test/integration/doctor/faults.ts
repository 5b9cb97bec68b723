/** What can be wrong, planted one by one. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { answerGit } from '../../support/git-http.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { gitEnvironment, tempFolder } from '../../support/sample-repo.ts';
import type { SampleSite } from '../../support/sample-site.ts';

export interface Planted {
  readonly directory?: string;
  readonly args?: readonly string[];
  /** The clients file is not named, so it would be in the repository. */
  readonly withoutClients?: true;
  readonly env?: Readonly<Record<string, string>>;
  /** What people paste where the remedy asks for a value. */
  readonly input?: string;
}

export interface Fault {
  readonly name: string;
  /** `tag`, unless something else is said. */
  readonly store?: 'file';
  /** Whether clients have begun before. Default: yes. */
  readonly begun?: false;
  /** With node's own authorities, which it reads when the process starts. */
  readonly ownProcess?: true;
  readonly plant: (site: SampleSite, receiverUrl: string) => Promise<Planted> | Planted;
  /** What doctor says of it, and how a run would end. */
  readonly says: RegExp;
  readonly code: number;
}

const ALLOWED = { TEAM_EVENTS_ALLOW_HOST: '127.0.0.1,localhost' };
const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', args, {
    cwd: directory,
    env: gitEnvironment(9),
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

const withHeader = (url: string): string => clientOf('a', url, '    auth: { bearer: "${TOKEN}" }\n');

export const FAULTS: readonly Fault[] = [
  {
    name: 'a shallow clone',
    plant: ({ remote }) => {
      const directory = join(tempFolder(), 'clone');
      git('/', 'clone', '--quiet', '--depth', '1', `file://${remote.directory}`, directory);
      return { directory };
    },
    says: /is a shallow clone/,
    code: 6,
  },
  {
    name: 'a store in which no client has begun',
    begun: false,
    plant: () => ({}),
    says: /holds no cursor yet/,
    code: 8,
  },
  {
    name: 'a cursor that is gone',
    plant: ({ remote }) => {
      remote.git('update-ref', '-d', 'refs/tags/team-events/a');
      return {};
    },
    says: /the cursor of a is gone/,
    code: 8,
  },
  {
    name: 'a cursor that is corrupt',
    plant: ({ remote }) => {
      remote.git('update-ref', 'refs/tags/team-events/a', `${remote.commits[0]}^{tree}`);
      return {};
    },
    says: /the cursor of a is corrupt/,
    code: 8,
  },
  {
    name: 'a cursor file that is corrupt',
    store: 'file',
    plant: ({ store }) => {
      writeFileSync(store.slice('file:'.length), '{"version":1,');
      return {};
    },
    says: /the cursor file \S+ is corrupt/,
    code: 8,
  },
  {
    name: 'no folder for the cursor file, and then no cursor',
    store: 'file',
    plant: () => ({ args: ['--cursor', `file:${join(tempFolder(), 'none', 'cursors.json')}`] }),
    says: /there is no folder/,
    code: 8,
  },
  {
    name: 'a claim of a run that is dead',
    plant: async (site) => {
      const until = new Date(Date.now() + 300_000).toISOString();
      const cursor = await site.cursor('a');
      await site.put('a', { commit: '', ...cursor, claim: { run: 'https://ci.example.com/7', until } });
      return {};
    },
    says: /https:\/\/ci\.example\.com\/7 serves it/,
    code: 0,
  },
  {
    name: 'history that was rewritten',
    plant: ({ remote }) => {
      const { directory } = remote.author;
      git(directory, 'reset', '--quiet', '--hard', 'HEAD~1');
      remote.author.commit({ 'teams/a.yml': 'id: a\nmembers: [someone-else]\n' });
      git(directory, 'push', '--quiet', '--force', 'origin', 'HEAD:main');
      return {};
    },
    says: /history was rewritten/,
    code: 6,
  },
  {
    name: 'a cursor on a commit that is not here',
    store: 'file',
    plant: async (site) => {
      const { remote } = site;
      const commit = git(remote.directory, 'commit-tree', 'HEAD^{tree}', '-m', 'Elsewhere');
      git(remote.directory, 'update-ref', 'refs/heads/elsewhere', commit);
      await site.put('a', { commit });
      return {};
    },
    says: /the commit \w+ is not in /,
    code: 6,
  },
  {
    name: 'a commit that was not pushed',
    plant: ({ remote }) => {
      remote.author.commit({ 'teams/a.yml': 'id: a\nmembers: [local]\n' });
      return {};
    },
    says: /is not on main of origin/,
    code: 6,
  },
  {
    name: 'a secret without a value',
    plant: (site, url) => {
      site.setClients(clientOf('a', url, '    secrets: ["${SECRET}"]\n'));
      return {};
    },
    says: /\$\{SECRET\} has no value/,
    code: 2,
  },
  {
    name: 'a token without a value',
    plant: (site, url) => {
      site.setClients(withHeader(url));
      return { input: 'the-token-of-a' };
    },
    says: /\$\{TOKEN\} has no value/,
    code: 2,
  },
  {
    name: 'no clients file',
    plant: () => ({ withoutClients: true }),
    says: /cannot read the clients file/,
    code: 2,
  },
  {
    name: 'a receiver on loopback by plain http',
    plant: () => ({ env: { TEAM_EVENTS_ALLOW_HOST: '192.0.2.7' } }),
    says: /127\.0\.0\.1 is a loopback address: refused/,
    code: 3,
  },
  {
    name: 'an authority that is not trusted',
    ownProcess: true,
    plant: async (site) => {
      const authority = createAuthority();
      const { key, cert } = authority.issue('127.0.0.1', 40);
      const { url } = await startReceiver(() => 204, {
        key,
        cert: cert + readFileSync(authority.file, 'utf8'),
      });
      site.setClients(clientOf('a', url));
      return { env: ALLOWED };
    },
    says: /SELF_SIGNED_CERT_IN_CHAIN/,
    code: 3,
  },
  {
    name: 'a certificate for another name',
    plant: async (site) => {
      const authority = createAuthority();
      const { url } = await startReceiver(() => 204, authority.issue('localhost', 40));
      site.setClients(`${clientOf('a', `${url}/hook`)}        query: { key: k-7q }\n`);
      const policy = join(tempFolder(), 'policy.yml');
      writeFileSync(policy, `network: { ca: ${authority.file}, allow: [127.0.0.1, localhost] }\n`);
      return { args: ['--policy', policy] };
    },
    says: /its certificate is for another host/,
    code: 3,
  },
  {
    name: 'a git server that wants a token for pushes',
    plant: async ({ remote }) => {
      const root = dirname(remote.directory);
      const server = createServer((request, response) => {
        const isPush = /receive-pack/.test(request.url ?? '');
        if (isPush && request.headers.authorization !== `Basic ${btoa('oauth2:the-git-token')}`) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
          return;
        }
        const path = new URL(request.url ?? '', 'http://git').pathname;
        answerGit(request, response, { root, path, user: 'bot' });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      remote.git('config', 'http.receivepack', 'true');
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/${basename(remote.directory)}`;
      git(remote.author.directory, 'remote', 'set-url', 'origin', url);
      return { input: 'the-git-token' };
    },
    says: /cannot be reached: .*(?:could not read Username|Authentication failed)/s,
    code: 8,
  },
];

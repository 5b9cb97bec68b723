/** Git's access to a remote, from the environment. Secrets never go into argv, where all processes can read them. */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { percentDecoded } from '../../process/secrets/url-credentials.ts';
import { hostOptions } from './known-hosts.ts';

export interface GitAccess {
  readonly environment: NodeJS.ProcessEnv;
  /** Settings for `-c`; they hold no secret. */
  readonly settings: readonly string[];
  /** Whether ssh accepts the key of a host that it sees for the first time; in a new container that is every host. */
  readonly takesNewHosts: boolean;
}

/** The caller's git variables that say how to reach a remote; not those that select a repository. */
const KEPT =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_.*|PROXY_SSL_.*|HTTP_.*|PROXY_COMMAND|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM|CONFIG_COUNT|CONFIG_KEY_\d+|CONFIG_VALUE_\d+|ALLOW_PROTOCOL|PROTOCOL_FROM_USER|EXEC_PATH)$/;

/** Whether a variable belongs to clients: git and the programs that it starts do not get it. */
export const ofClients = (name: string): boolean => /^TEAM_EVENTS_(?!GIT_)/.test(name);

/** Answers from the variables when git asks for a password; replaces other helpers, which might answer first. */
const TOKEN_HELPER =
  '!f() { test "$1" = get || exit 0; ' +
  'printf "username=%s\\npassword=%s\\n" "$TEAM_EVENTS_GIT_USERNAME" "$TEAM_EVENTS_GIT_TOKEN"; }; f';

/** `folder` is where a key given as text is stored. @throws {UsageError} if a key is neither text nor a file */
export function gitAccess(variables: NodeJS.ProcessEnv, folder: string): GitAccess {
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(
      Object.entries(variables).filter(
        ([name]) => (!name.startsWith('GIT_') || KEPT.test(name)) && !ofClients(name),
      ),
    ),
    // Messages are parsed by the program, and nobody is there to answer a prompt.
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
  };
  const settings: string[] = [];
  const token = variables['TEAM_EVENTS_GIT_TOKEN']?.trim();
  if (token !== undefined && token !== '') {
    environment['TEAM_EVENTS_GIT_TOKEN'] = token;
    environment['TEAM_EVENTS_GIT_USERNAME'] = variables['TEAM_EVENTS_GIT_USERNAME'] || 'oauth2';
    settings.push('credential.helper=', `credential.helper=${TOKEN_HELPER}`);
  }
  const own = variables['GIT_SSH_COMMAND'] || undefined;
  const key = variables['TEAM_EVENTS_GIT_SSH_KEY'] || undefined;
  const hosts = variables['TEAM_EVENTS_GIT_KNOWN_HOSTS']?.trim() || undefined;
  const takesNewHosts = key !== undefined && hosts === undefined && own === undefined;
  if (key !== undefined || hosts !== undefined) {
    environment['GIT_SSH_COMMAND'] = sshCommand(own, [
      ...optionWords(hosts === undefined ? [] : hostOptions(hosts, folder)),
      ...optionWords(takesNewHosts ? ['StrictHostKeyChecking=accept-new'] : []),
      ...(key === undefined ? [] : ['-i', keyFile(key, folder), ...optionWords(['IdentitiesOnly=yes'])]),
      ...optionWords(['BatchMode=yes']),
    ]);
    delete environment['TEAM_EVENTS_GIT_SSH_KEY'];
    delete environment['TEAM_EVENTS_GIT_KNOWN_HOSTS'];
  }
  return { environment, settings, takesNewHosts };
}

/** The warning if ssh accepts unknown host keys. */
export const NEW_HOSTS =
  'the host key of the git server is not verified: anyone between here and the server could impersonate it. ' +
  'Set TEAM_EVENTS_GIT_KNOWN_HOSTS to its known_hosts lines or the SHA256 fingerprints of its keys';

/** Whether git uses ssh for an address: `ssh://host/path` or `host:path`. */
export const isSsh = (url: string): boolean =>
  /^(?:ssh|git\+ssh|ssh\+git):\/\//i.test(url) || /^[^/:]+:(?!\/\/|:)/.test(url);

/**
 * Adds the user and password of a remote's web address to the variables, unless they already have a token. In the
 * address they would appear in the arguments of the program that git starts for it.
 */
export function withLogin(variables: NodeJS.ProcessEnv, remote = ''): NodeJS.ProcessEnv {
  const [, user, password] = /^https?:\/\/([^/:@]+):([^/]+)@/i.exec(remote) ?? [];
  if (user === undefined || password === undefined) return variables;
  if ((variables['TEAM_EVENTS_GIT_TOKEN'] ?? '').trim() !== '') return variables;
  return {
    ...variables,
    TEAM_EVENTS_GIT_USERNAME: percentDecoded(user),
    TEAM_EVENTS_GIT_TOKEN: percentDecoded(password),
  };
}

function keyFile(key: string, folder: string): string {
  if (key.includes('-----BEGIN')) {
    const file = join(folder, 'ssh-key');
    // ssh refuses a key without a final newline or with Windows line ends; secret stores produce both.
    writeFileSync(file, `${key.replaceAll('\r', '').trimEnd()}\n`, { mode: 0o600 });
    return file;
  }
  if (!key.includes('\n') && existsSync(key)) return resolve(key);
  throw new UsageError(
    'TEAM_EVENTS_GIT_SSH_KEY is neither a private key nor the path of one',
    'Set it to the text of the key, from -----BEGIN to the end, or to the path of its file.',
  );
}

const optionWords = (options: readonly string[]): readonly string[] =>
  options.flatMap((option) => ['-o', option]);

/** ssh uses the first value of an option, so the caller's own command still decides how hosts are checked. */
const sshCommand = (own: string | undefined, args: readonly string[]): string =>
  [
    own ?? 'ssh',
    ...args.map((word) => (/^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
  ].join(' ');

/** The means to read and push that the environment gives to git. Never in argv, where all processes can read them. */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { percentDecoded } from '../../process/secrets/url-credentials.ts';
import { hostOptions } from './known-hosts.ts';

export interface GitAccess {
  readonly environment: NodeJS.ProcessEnv;
  /** Settings for `-c`; they hold no secret. */
  readonly settings: readonly string[];
  /** Whether ssh takes the key of any host that it meets for the first time, which in a new container is each. */
  readonly takesNewHosts: boolean;
}

/** Of the caller's git variables, those that say how to reach a remote; not those that say what the repository is. */
const KEPT =
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_.*|PROXY_SSL_.*|HTTP_.*|PROXY_COMMAND|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM|CONFIG_COUNT|CONFIG_KEY_\d+|CONFIG_VALUE_\d+|ALLOW_PROTOCOL|PROTOCOL_FROM_USER|EXEC_PATH)$/;

/** Variables that hold what belongs to clients: no business of git and the programs that it starts. */
export const ofClients = (name: string): boolean => /^TEAM_EVENTS_(?!GIT_)/.test(name);

/** Reads the variables when git asks for a password; any other helper might answer first. */
const TOKEN_HELPER =
  '!f() { test "$1" = get || exit 0; ' +
  'printf "username=%s\\npassword=%s\\n" "$TEAM_EVENTS_GIT_USERNAME" "$TEAM_EVENTS_GIT_TOKEN"; }; f';

/** `folder` is where a key that is given as text may lie. @throws {UsageError} where a key is neither text nor file */
export function gitAccess(variables: NodeJS.ProcessEnv, folder: string): GitAccess {
  const environment: NodeJS.ProcessEnv = {
    ...Object.fromEntries(
      Object.entries(variables).filter(
        ([name]) => (!name.startsWith('GIT_') || KEPT.test(name)) && !ofClients(name),
      ),
    ),
    // Messages are read by program; nobody is there to answer a question.
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

/** For whoever is let in by a key, and does not know by whom. */
export const NEW_HOSTS =
  'the git server is taken at its word: its host key is not known, and whoever is on the way can pass for it. ' +
  'Set TEAM_EVENTS_GIT_KNOWN_HOSTS to its known_hosts lines or the SHA256 fingerprints of its keys';

/** Whether git goes to an address by ssh: `ssh://host/path` or `host:path`. */
export const isSsh = (url: string): boolean =>
  /^(?:ssh|git\+ssh|ssh\+git):\/\//i.test(url) || /^[^/:]+:(?!\/\/|:)/.test(url);

/**
 * The variables, with the user and password that the web address of a remote holds, where they name no token of their
 * own: left in the address, they would stand in the arguments of the program that git starts for it.
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
    // ssh refuses a key whose last line has no end, and one with line ends of Windows: secret stores make both.
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

/** ssh takes what it is told first: a command of the caller's own goes on deciding how hosts are checked. */
const sshCommand = (own: string | undefined, args: readonly string[]): string =>
  [
    own ?? 'ssh',
    ...args.map((word) => (/^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
  ].join(' ');

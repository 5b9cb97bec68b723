/** How git reaches one remote of a clone: its address, and the credentials to use. */
import { parseUrl } from '../../../core/text/parse-url.ts';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { CursorError } from '../../../errors.ts';
import { secretForms } from '../../process/secrets/secret-forms.ts';
import { redact } from '../../process/secrets/url-credentials.ts';
import type { Repository } from '../clone/repository.ts';
import { runGit } from '../run-git.ts';
import { parseSettings, withSettings, type Setting } from '../settings.ts';
import { gitAccess, isSsh, NEW_HOSTS, withLogin, type GitAccess } from './credentials.ts';
import type { ObjectFolder } from './object-folder.ts';
import { PRIVATE_REMOTE, privateRemote, withoutUser } from './private-remote.ts';

export interface RemoteAccess {
  /** For messages. */
  readonly name: string;
  /** Options before the command; the command names the remote {@link PRIVATE_REMOTE}. */
  readonly options: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Secrets that git and the server may repeat, in all forms, the longest first. */
  readonly hidden: readonly string[];
}

/** The remote if none is named. */
export const DEFAULT_REMOTE = 'origin';
const TIMEOUT_MS = 60_000;
/** Keep hooks and the caller's configuration from making git write into the clone. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.writeCommitGraph=false',
  'push.pushOption=',
];
/** A clone's own rules for addresses apply to remotes that it names: CI puts a job's credentials there. */
const ADDRESS_RULE = /^url\..+\.(?:insteadof|pushinsteadof)$/;

/** `remote` as requested; undefined: origin if it exists, else the repository itself. Uses no network. */
export async function accessRemote(
  objects: ObjectFolder,
  remote: string | undefined,
  variables: NodeJS.ProcessEnv,
): Promise<RemoteAccess> {
  const { repository, folder } = objects;
  const asked = remote ?? DEFAULT_REMOTE;
  let access = gitAccess(withLogin(variables, remote), folder);
  let rules: readonly Setting[] = [];
  const environmentOf = (given: GitAccess, more: readonly Setting[] = []): NodeJS.ProcessEnv =>
    withSettings({ ...given.environment, ...repository.environment }, [...rules, ...more]);

  /** Git's output; '' if the command fails. */
  const ask = async (args: readonly string[], more?: readonly Setting[]): Promise<string> => {
    const environment = environmentOf(access, more);
    const run = { args: [...optionsOf(access), ...args], directory: repository.root, environment };
    const result = await runGit({ ...run, timeoutMs: TIMEOUT_MS });
    if (result.kind !== 'ended')
      throw new CursorError(`git cannot read the configuration of ${repository.directory}`);
    return result.code === 0 ? result.stdout.trim() : '';
  };

  const configuration = parseSettings(await ask(['config', '--list', '-z']));
  const named = configuration.filter(([key]) => key === `remote.${asked}.url`);
  const isNamed = named.length > 0;
  if (isNamed) rules = repository.configuration.filter(([key]) => ADDRESS_RULE.test(key));
  const isRewritten = [...configuration, ...rules].some(([key]) => ADDRESS_RULE.test(key));
  const addressOf = async (): Promise<string> => {
    const [[, url] = [undefined, '']] = named;
    if (named.length === 1 && !isRewritten) return url.trim(); // there is nothing that git could add
    // An address may hold credentials, and other processes can read arguments, so git gets it under a name.
    if (!asked.includes('://')) return ask(['ls-remote', '--get-url', asked]);
    return ask(['ls-remote', '--get-url', PRIVATE_REMOTE], [[`remote.${PRIVATE_REMOTE}.url`, asked]]);
  };
  const unnamed = remote === undefined && !isNamed;
  const address = unnamed ? repository.root : await addressOf();
  const itself = unnamed || isPathOf(address, repository);
  const url = itself ? objects.itself : address;

  const web = withoutUser(url);
  const sendsHeader = isWeb(web) && parseUrl(web) !== undefined; // other addresses may still hold credentials
  const header = sendsHeader ? await ask(['config', '--get-urlmatch', 'http.extraHeader', web]) : '';
  const pushUrls = configuration.filter(([key]) => key === `remote.${asked}.pushurl`);
  // The login in the URL that the clone names is also kept out of arguments, if it is the only means of access.
  if (header === '' && pushUrls.length === 0) access = gitAccess(withLogin(variables, url), folder);
  if (access.takesNewHosts && isSsh(url)) repository.caller.warn(NEW_HOSTS);

  const token = access.environment['TEAM_EVENTS_GIT_TOKEN'];
  const own = privateRemote({ name: asked, url, header }, configuration, Boolean(token));
  const environment = environmentOf(access, own);
  const user = environment['TEAM_EVENTS_GIT_USERNAME'] ?? '';
  // Only http needs the token; a program at the end of a path or of ssh has no use for it.
  if (![url, ...pushUrls.map(([, one]) => one)].some(isWeb)) delete environment['TEAM_EVENTS_GIT_TOKEN'];
  return {
    name: remote === undefined && itself ? repository.directory : redact(asked),
    options: optionsOf(access),
    environment,
    hidden: token ? tokenForms(user, token) : [],
  };
}

const optionsOf = ({ settings }: GitAccess): readonly string[] => [
  ...[...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]),
  '--no-replace-objects',
];

const isWeb = (url: string): boolean => /^https?:/i.test(url);

/** Whether an address is the clone's own path: git would start a program there that obeys the clone's configuration. */
function isPathOf(address: string, { root, clone }: Repository): boolean {
  try {
    const path = realpathSync(resolve(resolve(root), address.replace(/^file:\/\//, '')));
    return [root, clone.gitDirectory, clone.commonDirectory].some((own) => realpathSync(own) === path);
  } catch {
    return false;
  }
}

/** The token alone, and as a header for basic authentication carries it; the longest first. */
const tokenForms = (user: string, token: string): readonly string[] =>
  [...secretForms(token), ...secretForms(`${user}:${token}`)].sort((a, b) => b.length - a.length);

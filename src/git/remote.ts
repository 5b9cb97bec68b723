/** A remote of a clone: what its refs are, their objects, and moving them by compare-and-swap. Writes nothing here. */
import { CursorError, UsageError } from '../errors.ts';
import { gitAccess, withLogin } from './credentials.ts';
import type { ObjectFolder } from './object-folder.ts';
import { parsePushReport, wordsOfServer, type PushReport } from './push-report.ts';
import { parseRefList, type RefList } from './ref-list.ts';
import {
  parseConfiguration,
  PRIVATE_REMOTE,
  privateRemote,
  withoutUser,
  withSettings,
} from './private-remote.ts';
import { GIT_OPTIONS } from './repository.ts';
import { secretForms } from '../secret-forms.ts';
import { runGit, type GitResult } from './run-git.ts';

export interface RefUpdate {
  readonly ref: string;
  /** What it is on now, unpeeled; undefined where it must not be there. */
  readonly expected: string | undefined;
  readonly id: string;
}

export interface PushResult {
  /** Refs that are not in it: nobody knows. */
  readonly report: PushReport;
  /** Why, in the server's words, else in git's. */
  readonly words: string;
}

export interface Remote {
  /** For messages. */
  readonly name: string;
  /** @throws {CursorError} where it cannot be reached */
  list(patterns: readonly string[], signal?: AbortSignal): Promise<RefList>;
  /** Brings the objects of these refs into the folder. `gone`: one of the refs is no longer there. */
  fetch(refs: readonly string[], signal?: AbortSignal): Promise<'done' | 'gone'>;
  /** Each ref by itself. @throws {CursorError} only where `signal` ended it */
  push(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<PushResult>;
}

export interface RemoteOptions {
  /** As asked for; undefined: origin, and the repository itself where there is none. */
  readonly remote: string | undefined;
  /** The variables of the process. */
  readonly environment: NodeJS.ProcessEnv;
  readonly pushOptions: readonly string[];
  /** Of each command. */
  readonly timeoutMs: number;
}

const DEFAULT_REMOTE = 'origin';
const CONFIGURATION_TIMEOUT_MS = 60_000;
const MAX_WORDS = 2000;
/** Neither the caller's hooks nor its configuration make git write into the clone. */
const SETTINGS = [
  ...GIT_OPTIONS,
  'core.hooksPath=/dev/null',
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.writeCommitGraph=false',
  'push.pushOption=',
];
const FETCH = [
  'fetch',
  '--quiet',
  '--stdin',
  '--no-tags',
  '--no-prune',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
];
const PUSH = [
  'push',
  '--porcelain',
  '--no-verify',
  '--no-signed',
  '--no-follow-tags',
  '--no-atomic', // one stale cursor must not hold up the others
  '--no-force-if-includes',
  '--recurse-submodules=no',
];

const withOptions = (settings: readonly string[]): readonly string[] =>
  [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);

/** @throws {UsageError} where the name can be none */
export async function openRemote(objects: ObjectFolder, options: RemoteOptions): Promise<Remote> {
  const { repository, folder } = objects;
  const { timeoutMs } = options;
  if (options.remote?.startsWith('-') === true || options.remote === '') {
    throw new UsageError(`${JSON.stringify(options.remote)} is no remote`, 'Name one with --remote NAME.');
  }
  let access = gitAccess(withLogin(options.environment, options.remote), folder);
  let settings = withOptions(access.settings);
  let environment: NodeJS.ProcessEnv = { ...access.environment, ...repository.environment };
  const run = (
    args: readonly string[],
    signal?: AbortSignal,
    input = '',
    atMostMs = timeoutMs,
  ): Promise<GitResult> =>
    runGit({
      args: [...settings, '--no-replace-objects', ...args],
      directory: repository.root,
      environment,
      input,
      timeoutMs: atMostMs,
      signal,
    });

  /** What the configuration says; '' where it says nothing. Asks no network. */
  const ask = async (...args: string[]): Promise<string> => {
    const result = await run(args, undefined, '', CONFIGURATION_TIMEOUT_MS);
    if (result.kind !== 'ended')
      throw new CursorError(`git does not tell the configuration of ${repository.directory}`);
    return result.code === 0 ? result.stdout : '';
  };
  const configuration = parseConfiguration(await ask('config', '--list', '-z'));
  const asked = options.remote ?? DEFAULT_REMOTE;
  const itself =
    options.remote === undefined && !configuration.some(([key]) => key === `remote.${asked}.url`);
  const name = itself ? repository.directory : redact(asked);
  // What is no name may hold credentials, and other processes can read arguments: git is asked by a name for it.
  const nameForIt = asked.includes('://') ? PRIVATE_REMOTE : asked;
  const own = environment;
  if (nameForIt !== asked) environment = withSettings(own, [[`remote.${nameForIt}.url`, asked]]);
  const url = itself ? objects.gitDirectory : (await ask('ls-remote', '--get-url', nameForIt)).trim();
  environment = own;
  const web = withoutUser(url);
  const sendsHeader = /^https?:/i.test(web) && URL.canParse(web); // others may hold credentials still
  const header = sendsHeader ? (await ask('config', '--get-urlmatch', 'http.extraHeader', web)).trim() : '';
  // The login in the URL that the clone names is kept out of arguments too, where it is the only means.
  if (header === '' && !configuration.some(([key]) => key === `remote.${asked}.pushurl`)) {
    access = gitAccess(withLogin(options.environment, url), folder);
    settings = withOptions(access.settings);
    environment = { ...access.environment, ...repository.environment };
  }
  const token = environment['TEAM_EVENTS_GIT_TOKEN'];
  environment = withSettings(
    environment,
    privateRemote({ name: asked, url, header }, configuration, Boolean(token)),
  );
  let { pushOptions } = options;

  const hidden = token ? tokenForms(environment['TEAM_EVENTS_GIT_USERNAME'] ?? '', token) : [];
  const clean = (text: string): string =>
    redact(hidden.reduce((masked, form) => masked.replaceAll(form, '***'), text))
      .slice(0, MAX_WORDS)
      .trim();
  const noAnswer = `no answer within ${timeoutMs / 1000} s`;
  const unreachable = (result: GitResult): CursorError => {
    if (result.kind === 'aborted') return new CursorError(`stopped before ${name} had answered`);
    const said = result.kind === 'ended' ? clean(result.stderr) : noAnswer;
    return new CursorError(
      `the remote ${name} cannot be reached: ${said}`,
      'Check the URL, the network and the credentials (TEAM_EVENTS_GIT_TOKEN or TEAM_EVENTS_GIT_SSH_KEY), then run it again.',
    );
  };

  const push = async (updates: readonly RefUpdate[], signal?: AbortSignal): Promise<PushResult> => {
    const args = [
      ...PUSH,
      ...pushOptions.map((option) => `--push-option=${option}`),
      ...updates.map(({ ref, expected = '' }) => `--force-with-lease=${ref}:${expected}`),
      '--',
      PRIVATE_REMOTE,
      ...updates.map(({ ref, id }) => `${id}:${ref}`),
    ];
    const result = await run(args, signal);
    if (result.kind === 'aborted') throw unreachable(result);
    if (result.kind === 'timeout') return { report: new Map(), words: noAnswer };
    if (pushOptions.length > 0 && result.stderr.includes('does not support push options')) {
      pushOptions = [];
      return push(updates, signal);
    }
    const words = clean(wordsOfServer(result.stderr)) || clean(result.stderr);
    return { report: parsePushReport(result.stdout), words };
  };

  return {
    name,
    async list(patterns, signal) {
      const result = await run(
        ['ls-remote', '--quiet', '--symref', '--', PRIVATE_REMOTE, ...patterns],
        signal,
      );
      if (result.kind === 'ended' && result.code === 0) return parseRefList(result.stdout);
      throw unreachable(result);
    },
    async fetch(refs, signal) {
      const result = await run(
        [...FETCH, '--', PRIVATE_REMOTE],
        signal,
        refs.map((ref) => `${ref}\n`).join(''),
      );
      if (result.kind === 'ended' && result.code === 0) return 'done';
      if (result.kind === 'ended' && result.stderr.includes("couldn't find remote ref")) return 'gone';
      throw unreachable(result);
    },
    push,
  };
}

/** The token by itself, and as a header for basic authentication carries it; the longest first. */
const tokenForms = (user: string, token: string): readonly string[] =>
  [...secretForms(token), ...secretForms(`${user}:${token}`)].sort((a, b) => b.length - a.length);

/** Without the credentials that a URL may hold. */
export const redact = (text: string): string => text.replace(/:\/\/[^/\s'"]*@/g, '://');

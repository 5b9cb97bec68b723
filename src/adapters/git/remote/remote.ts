/**
 * A remote of a clone: lists refs, fetches objects, and moves refs by compare-and-swap. Writes nothing to the clone.
 */
import { CursorError, UnreachableError, UsageError } from '../../../errors.ts';
import { redact } from '../../process/secrets/url-credentials.ts';
import { runGit, type GitResult } from '../run-git.ts';
import { messageLines } from '../message-lines.ts';
import type { ObjectFolder } from './object-folder.ts';
import { PRIVATE_REMOTE } from './private-remote.ts';
import { pushEach, type EachRef, type OnePush, type RefUpdate } from './push-each.ts';
import { parsePushReport, serverLines } from './push-report.ts';
import { parseRefList, type RefList } from './ref-list.ts';
import { accessRemote } from './remote-access.ts';
import { troubleOf } from './remote-trouble.ts';

export interface PushResult {
  readonly report: EachRef;
  /** Why the result of the refs that are not in `report` is unknown. */
  readonly serverMessage: string;
}

export interface Remote {
  /** For messages. */
  readonly name: string;
  /** @throws {CursorError} if it cannot be read; an {@link UnreachableError} if that may pass */
  list(patterns: readonly string[], signal?: AbortSignal): Promise<RefList>;
  /**
   * Lists refs and fetches their objects in one round trip. `patterns` are full names, whose last part may be `*`.
   * undefined if that cannot be done here, or one of the names does not exist: `list` and `fetch` tell. Annotated tags
   * come without what they refer to. @throws as `list`
   */
  listWithObjects(patterns: readonly string[], signal?: AbortSignal): Promise<RefList | undefined>;
  /** Fetches the objects of these refs into the folder. `gone`: one of the refs no longer exists. */
  fetch(refs: readonly string[], signal?: AbortSignal): Promise<'done' | 'gone'>;
  /** Fetches these objects; with a tree also what it contains, except file contents. @throws {CursorError} */
  fetchObjects(ids: readonly string[], signal?: AbortSignal): Promise<void>;
  /**
   * Pushes each ref on its own merits, in as few pushes as the server allows. @throws {CursorError} only if `signal`
   * ended it
   */
  push(updates: readonly RefUpdate[], signal?: AbortSignal): Promise<PushResult>;
  /**
   * Asks the server whether this account may push at all, and pushes nothing (`--dry-run`). What rules on tags and hooks
   * say is known only when something is pushed. @throws {CursorError} if it may not, or the remote cannot be reached
   */
  tryPush(update: RefUpdate, signal?: AbortSignal): Promise<void>;
}

export interface RemoteOptions {
  /** As requested; undefined: origin if it exists, else the repository itself. */
  readonly remote: string | undefined;
  /** The process's variables. */
  readonly environment: NodeJS.ProcessEnv;
  readonly pushOptions: readonly string[];
  /** Time limit of each command; a push gets a little more for each ref. */
  readonly timeoutMs: number;
}

const MAX_WORDS = 2000;
const PER_REF_MS = 20;
/** Limits for retrying separately what a server refused together: time, and number of pushes. */
const APART_MS = 60_000;
const MAX_APART = 256;
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
/** Why refs cannot be listed by fetching them: one is not there, or two names are one here (by upper and lower case). */
const NOT_LISTED = /couldn't find remote ref|unable to update local ref|cannot lock ref/;
/** As git does when it fetches what a partial clone lacks. */
const LAZILY = [
  'fetch.negotiationAlgorithm=noop',
  `remote.${PRIVATE_REMOTE}.promisor=true`,
  `remote.${PRIVATE_REMOTE}.partialCloneFilter=blob:none`,
].flatMap((setting) => ['-c', setting]);
const PUSH = [
  'push',
  '--porcelain',
  '--no-verify',
  '--no-signed',
  '--no-follow-tags',
  '--no-atomic', // one stale cursor must not block the others
  '--no-force-if-includes',
  '--recurse-submodules=no',
];

/** @throws {UsageError} if the name cannot be a remote */
export async function openRemote(objects: ObjectFolder, options: RemoteOptions): Promise<Remote> {
  const { timeoutMs } = options;
  if (options.remote?.startsWith('-') === true || options.remote === '') {
    throw new UsageError(`${JSON.stringify(options.remote)} is not a remote`, 'Name one with --remote NAME.');
  }
  const { repository } = objects;
  const {
    name,
    options: before,
    environment,
    hidden,
  } = await accessRemote(objects, options.remote, options.environment);
  const run = (
    args: readonly string[],
    signal?: AbortSignal,
    input = '',
    atMostMs = timeoutMs,
    gitDirectory?: string,
  ): Promise<GitResult> =>
    runGit({
      args: [...before, ...args],
      directory: repository.root,
      environment: gitDirectory === undefined ? environment : { ...environment, GIT_DIR: gitDirectory },
      input,
      timeoutMs: atMostMs,
      signal,
    });
  let listings = 0;
  let { pushOptions } = options;

  const clean = (text: string): string =>
    redact(hidden.reduce((masked, form) => masked.replaceAll(form, '***'), text))
      .slice(0, MAX_WORDS)
      .trim();
  const noAnswer = (milliseconds: number): string => `no answer within ${milliseconds / 1000} s`;
  const unreachable = (result: GitResult): CursorError => {
    if (result.kind === 'aborted') return new CursorError(`stopped before ${name} had answered`);
    const serverMessage = result.kind === 'ended' ? result.stderr : wordsOf(result);
    return remoteError(`the remote ${name} cannot be reached`, clean(serverMessage));
  };
  const wordsOf = (result: Exclude<GitResult, { kind: 'ended' }>): string =>
    result.kind === 'unstarted' ? `git cannot be started: ${result.message}` : noAnswer(timeoutMs);

  const pushOnce = async (
    updates: readonly RefUpdate[],
    signal?: AbortSignal,
  ): Promise<OnePush & { readonly serverMessage: string }> => {
    const args = [
      ...PUSH,
      ...pushOptions.map((option) => `--push-option=${option}`),
      ...updates.map(({ ref, expected = '' }) => `--force-with-lease=${ref}:${expected}`),
      '--',
      PRIVATE_REMOTE,
      ...updates.map(({ ref, id }) => `${id}:${ref}`),
    ];
    const atMostMs = timeoutMs + updates.length * PER_REF_MS;
    const result = await run(args, signal, '', atMostMs);
    if (result.kind === 'aborted') throw unreachable(result);
    if (result.kind !== 'ended') return { report: new Map(), lines: [], serverMessage: wordsOf(result) };
    if (pushOptions.length > 0 && result.stderr.includes('does not support push options')) {
      pushOptions = [];
      return pushOnce(updates, signal);
    }
    const lines = serverLines(result.stderr).map(clean);
    return { report: parsePushReport(result.stdout), lines, serverMessage: clean(result.stderr) };
  };

  return {
    name,
    async tryPush({ ref, id }, signal) {
      const result = await run([...PUSH, '--dry-run', '--', PRIVATE_REMOTE, `${id}:${ref}`], signal);
      if (result.kind !== 'ended' || result.code !== 0) throw unreachable(result);
    },
    async list(patterns, signal) {
      const result = await run(
        ['ls-remote', '--quiet', '--symref', '--', PRIVATE_REMOTE, ...patterns],
        signal,
      );
      if (result.kind === 'ended' && result.code === 0) return parseRefList(result.stdout);
      throw unreachable(result);
    },
    async listWithObjects(patterns, signal) {
      const { fetching } = objects;
      if (fetching === undefined) return undefined;
      const under = `refs/${PRIVATE_REMOTE}/${listings++}/`; // no ref is deleted: that would rewrite packed-refs
      const input = patterns.map((pattern) => `+${pattern}:${under}${pattern}\n`).join('');
      const fetched = await run([...FETCH, '--', PRIVATE_REMOTE], signal, input, timeoutMs, fetching);
      if (fetched.kind === 'ended' && fetched.code !== 0 && NOT_LISTED.test(fetched.stderr)) return undefined;
      if (fetched.kind !== 'ended' || fetched.code !== 0) throw unreachable(fetched);
      const format = `--format=%(objectname)%09%(refname:strip=3)`;
      const listed = await run(['for-each-ref', format, under], signal, '', timeoutMs, fetching);
      if (listed.kind !== 'ended' || listed.code !== 0) throw unreachable(listed);
      return parseRefList(listed.stdout);
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
    async fetchObjects(ids, signal) {
      const result = await run(
        [...LAZILY, ...FETCH, '--filter=blob:none', '--', PRIVATE_REMOTE],
        signal,
        ids.map((id) => `${id}\n`).join(''),
      );
      if (result.kind !== 'ended' || result.code !== 0) throw unreachable(result);
    },
    async push(updates, signal) {
      const until = Date.now() + APART_MS;
      let pushes = 0;
      let serverMessage = '';
      const report = await pushEach(
        updates,
        async (group) => {
          pushes++;
          const pushed = await pushOnce(group, signal);
          if (group.some(({ ref }) => !pushed.report.has(ref))) serverMessage ||= pushed.serverMessage;
          return pushed;
        },
        () => pushes < MAX_APART && Date.now() < until,
      );
      return { report, serverMessage };
    },
  };
}

/** `serverMessage` holds the messages of git and the server. */
export function remoteError(message: string, serverMessage: string): CursorError {
  const { advice, passes } = troubleOf(serverMessage);
  const [first, ...more] = messageLines(serverMessage, 'the server gave no reason');
  const told = `${message}: ${first}`;
  return passes ? new UnreachableError(told, advice, more) : new CursorError(told, advice, more);
}

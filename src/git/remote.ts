/** A remote of a clone: what its refs are, their objects, and moving them by compare-and-swap. Writes nothing here. */
import { CursorError, UsageError } from '../errors.ts';
import type { ObjectFolder } from './object-folder.ts';
import { parsePushReport, wordsOfServer, type PushReport } from './push-report.ts';
import { parseRefList, type RefList } from './ref-list.ts';
import { PRIVATE_REMOTE } from './private-remote.ts';
import { accessRemote, redact } from './remote-access.ts';
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
  /** Brings these objects, of trees what is in them but contents. @throws {CursorError} */
  fetchObjects(ids: readonly string[], signal?: AbortSignal): Promise<void>;
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

const MAX_WORDS = 2000;
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
/** As git does it where it brings by itself what a partial clone lacks. */
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
  '--no-atomic', // one stale cursor must not hold up the others
  '--no-force-if-includes',
  '--recurse-submodules=no',
];

/** @throws {UsageError} where the name can be none */
export async function openRemote(objects: ObjectFolder, options: RemoteOptions): Promise<Remote> {
  const { timeoutMs } = options;
  if (options.remote?.startsWith('-') === true || options.remote === '') {
    throw new UsageError(`${JSON.stringify(options.remote)} is no remote`, 'Name one with --remote NAME.');
  }
  const { repository } = objects;
  const {
    name,
    options: before,
    environment,
    hidden,
  } = await accessRemote(objects, options.remote, options.environment);
  const run = (args: readonly string[], signal?: AbortSignal, input = ''): Promise<GitResult> =>
    runGit({
      args: [...before, ...args],
      directory: repository.root,
      environment,
      input,
      timeoutMs,
      signal,
    });
  let { pushOptions } = options;

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
    async fetchObjects(ids, signal) {
      const result = await run(
        [...LAZILY, ...FETCH, '--filter=blob:none', '--', PRIVATE_REMOTE],
        signal,
        ids.map((id) => `${id}\n`).join(''),
      );
      if (result.kind !== 'ended' || result.code !== 0) throw unreachable(result);
    },
    push,
  };
}

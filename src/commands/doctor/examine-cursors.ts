/** The cursor store, and where each client stands in it. Writes nothing, and takes no lock. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { whyFileIsHeld } from '../../adapters/cursor-stores/file-store.ts';
import { openCursorStore } from '../../adapters/cursor-stores/open-cursor-store.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { redact } from '../../adapters/process/secrets/url-credentials.ts';
import { isAncestor, requireCommit } from '../../adapters/git/history/resolve-commit.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { beginningOf } from '../../core/cursor/beginning.ts';
import { isBeforeFirst } from '../../core/cursor/cursor.ts';
import { CorruptStoreError, type StoredCursors } from '../../core/cursor/cursor-store.ts';
import { counted } from '../../core/text/counted.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { EXIT, HistoryError } from '../../errors.ts';
import { commandLine } from '../../reporters/commands/command-line.ts';
import {
  cursorSetCommand,
  cursorUnlockCommand,
  type StorePlace,
} from '../../reporters/commands/cursor-command.ts';
import { entriesOf, requirePublished } from '../../run/lanes/pending.ts';
import { advice, command, failed, failedBy, fine, untried, type DoctorFinding } from './doctor-report.ts';
import { GIT_TIMEOUT_MS } from './examine-remote.ts';

export interface AskedOfCursors extends StorePlace {
  readonly allowHost: readonly string[];
  readonly claimFor: number;
}

const SNAPSHOT = advice(
  'Place it again. snapshot sends all teams as they are; it may also be now (nothing of the past) or a revision:',
);

export async function examineCursors(
  repository: Repository,
  head: string,
  file: ClientsFile | undefined,
  at: AskedOfCursors,
  environment: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<readonly DoctorFinding[]> {
  const { cursor, remote, branch } = at;
  if (cursor === undefined)
    return [
      untried(
        'cursors',
        'no store is named, so each run would need a range',
        advice('Name one with --cursor, such as tag:team-events, or:'),
        command('export TEAM_EVENTS_CURSOR=tag:team-events'),
      ),
    ];
  const folder = /^file:(.+)$/s.exec(cursor)?.[1];
  try {
    const { store, repository: seen } = await openCursorStore(cursor, {
      repository,
      remote,
      branch,
      environment,
      readOnly: true,
      timeoutMs: GIT_TIMEOUT_MS,
      now: Date.now,
    });
    try {
      const stored = await store.read(stop);
      return [
        ...unwritable(folder),
        ...held(folder, at.claimFor),
        ...(await examinePublished(seen, head, stored, at)),
        ...(await examineLanes(seen, head, stored, file, at)),
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof CorruptStoreError) return [corrupt(error, file, at)];
    const parent = folder === undefined ? undefined : dirname(resolve(folder));
    const isMissing = parent !== undefined && !existsSync(parent);
    return [failedBy('cursors', error, ...(isMissing ? [command(`mkdir -p ${shellWord(parent)}`)] : []))];
  }
}

function corrupt(error: CorruptStoreError, file: ClientsFile | undefined, at: StorePlace): DoctorFinding {
  const names = file === undefined ? [] : entriesOf(file).map(({ name }) => name);
  const lost = names.filter((name) => error.readable.cursors.get(name)?.kind !== 'cursor');
  const places = lost.map((name) => command(cursorSetCommand(name, 'snapshot', at, true)));
  return failedBy('cursors', error, ...(places.length > 0 ? [SNAPSHOT] : []), ...places);
}

/** A file has to be replaced, so its folder has to be writable. */
function unwritable(path: string | undefined): readonly DoctorFinding[] {
  if (path === undefined) return [];
  const parent = dirname(resolve(path));
  try {
    accessSync(parent, constants.W_OK);
    return [fine('push', `${parent} is writable`)];
  } catch {
    const remedy = [command(`chmod u+w ${shellWord(parent)}`)];
    return [failed('push', EXIT.cursor, `${parent} cannot be written, so no cursor in it can move`, remedy)];
  }
}

function held(path: string | undefined, claimMs: number): readonly DoctorFinding[] {
  const found = path === undefined ? undefined : whyFileIsHeld(path, { claimMs });
  if (found === undefined) return [];
  const { message, remedy = '' } = found;
  return [{ area: 'cursors', state: 'warning', message, remedy: [advice(remedy)] }];
}

async function examinePublished(
  repository: Repository,
  head: string,
  { branch }: StoredCursors,
  { remote }: AskedOfCursors,
): Promise<readonly DoctorFinding[]> {
  try {
    await requirePublished(repository, head, branch);
    return [];
  } catch (error) {
    if (!(error instanceof HistoryError) || branch === undefined) throw error;
    const list = `git -C ${shellWord(repository.directory)} ls-remote --heads ${shellWord(redact(remote ?? 'origin'))}`;
    const branches = branch.tip === undefined ? [advice('Its branches are:'), command(list)] : [];
    return [failedBy('clone', error, ...branches)];
  }
}

async function examineLanes(
  repository: Repository,
  head: string,
  stored: StoredCursors,
  file: ClientsFile | undefined,
  at: AskedOfCursors,
): Promise<readonly DoctorFinding[]> {
  const run = (options: Parameters<typeof commandLine>[1]): string =>
    commandLine([], {
      '-C': at.repo === '.' ? undefined : at.repo,
      '--cursor': at.cursor,
      '--remote': at.remote,
      '--branch': at.branch,
      '--clients': at.clients,
      '--policy': at.policy,
      '--allow-host': at.allowHost,
      '--timeout': at.given?.['--timeout'],
      '--claim-for': at.given?.['--claim-for'],
      ...options,
    });
  if (stored.empty && file === undefined) return [untried('cursors', 'no client has begun')];
  const entries = file === undefined ? [] : entriesOf(file);
  const begins = entries.some((entry) => !('paused' in entry && entry.paused));
  if (stored.empty && !begins) return [untried('cursors', 'no client has begun: all of them are paused')];
  if (stored.empty) {
    const message = `${at.cursor} holds no cursor yet: no client has begun, and a run would refuse to`;
    const remedy = [advice('Let all clients begin, each at its start:'), command(run({ '--init': true }))];
    return [failed('cursors', EXIT.cursor, message, remedy)];
  }
  const findings = [fine('cursors', `${at.cursor} holds ${counted(stored.cursors.size, 'cursor')}`)];
  for (const entry of entries) {
    const { name } = entry;
    const client = 'subscriptions' in entry ? entry : { name, formerly: undefined, start: 'now' };
    const beginning = beginningOf(client, stored, Date.now(), at.claimFor);
    if (beginning.kind === 'unusable') {
      const remedy = [SNAPSHOT, command(cursorSetCommand(name, 'snapshot', at, true))];
      findings.push(failed('cursors', EXIT.cursor, beginning.message, remedy, name));
    } else if (beginning.kind === 'claimed') {
      findings.push({
        area: 'cursors',
        client: name,
        state: 'warning',
        message: `${beginning.run} serves it, until ${beginning.until} unless it goes on`,
        remedy: [advice('If that run is dead:'), command(cursorUnlockCommand(name, at))],
      });
    } else if ('cursor' in beginning && !isBeforeFirst(beginning.cursor)) {
      const missing = await whyMissing(repository, beginning.cursor.commit);
      if (missing !== undefined) {
        const anew = [SNAPSHOT, command(cursorSetCommand(name, 'snapshot', at, true))];
        const finding = failedBy(
          'cursors',
          missing,
          advice('If that fails, it is gone everywhere:'),
          ...anew,
        );
        findings.push({ ...finding, client: name });
        continue;
      }
      if (await leadsTo(repository, beginning.cursor.commit, head)) continue;
      const message = `its cursor is at ${beginning.cursor.commit}, which is no ancestor of HEAD: history was rewritten`;
      const remedy = [
        advice('See what differs, then take the net change as one step:'),
        command(run({ '--on-rewrite': 'squash', '--client': name, '--print-events': true })),
        command(run({ '--on-rewrite': 'squash', '--client': name })),
      ];
      findings.push(failed('cursors', EXIT.history, message, remedy, name));
    }
  }
  return findings;
}

/** Also if it is the other way round: an old commit is checked out. */
const leadsTo = async (repository: Repository, commit: string, head: string): Promise<boolean> =>
  (await isAncestor(repository, commit, head)) || isAncestor(repository, head, commit);

async function whyMissing(repository: Repository, commit: string): Promise<unknown> {
  try {
    await requireCommit(repository, commit);
    return undefined;
  } catch (error) {
    return error;
  }
}

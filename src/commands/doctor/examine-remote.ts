/** The remote: whether it can be reached and read, and whether this account may push to it. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { objectFolderOf } from '../../adapters/git/remote/object-folder.ts';
import { troubleOf } from '../../adapters/git/remote/remote-trouble.ts';
import { openRemote, type Remote } from '../../adapters/git/remote/remote.ts';
import { redact } from '../../adapters/process/secrets/url-credentials.ts';
import { settingOf } from '../../adapters/git/settings.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { RunError } from '../../errors.ts';
import {
  advice,
  command,
  failedBy,
  fine,
  untried,
  type DoctorFinding,
  type RemedyStep,
} from './doctor-report.ts';
import { askForVariable } from '../../reporters/variable-commands.ts';
import { pasted } from './remedies.ts';

/** Of each git command: people wait for it. */
export const GIT_TIMEOUT_MS = 30_000;

export interface AskedOfRemote {
  readonly remote: string | undefined;
  readonly cursor: string | undefined;
}

export interface ExaminedRemote {
  readonly findings: readonly DoctorFinding[];
  readonly isReachable: boolean;
}

export async function examineRemote(
  repository: Repository,
  head: string | undefined,
  { remote: name, cursor }: AskedOfRemote,
  environment: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<ExaminedRemote> {
  if (cursor?.startsWith('file:'))
    return {
      findings: [untried('remote', 'cursors are in a file: a run asks no remote')],
      isReachable: true,
    };
  const configured = settingOf(repository.configuration, `remote.${name ?? 'origin'}.url`);
  const url = configured ?? name;
  if (url === undefined)
    return {
      findings: [fine('remote', 'none: cursors are tags of this repository itself')],
      isReachable: true,
    };
  const setUrl =
    configured === undefined
      ? 'Correct --remote, which names it.'
      : `To set another: git -C ${shellWord(repository.directory)} remote set-url ${shellWord(name ?? 'origin')} ADDRESS`;
  const failure = (area: 'remote' | 'push', error: unknown): DoctorFinding =>
    failedBy(area, error, ...remedyOf(error, url, setUrl, environment));
  let remote: Remote;
  try {
    const options = { remote: name, environment, pushOptions: [], timeoutMs: GIT_TIMEOUT_MS };
    remote = await openRemote(objectFolderOf(repository), options);
    await remote.list(['HEAD'], stop);
  } catch (error) {
    return { findings: [failure('remote', error)], isReachable: false };
  }
  const reached = fine('remote', `${remote.name} answers, and may be read`);
  const [, prefix] = /^tag:(.+)$/s.exec(cursor ?? '') ?? [];
  if (prefix === undefined) return { findings: [reached], isReachable: true }; // nothing is pushed there
  if (head === undefined) {
    return {
      findings: [reached, untried('push', 'there is no usable commit to try it with')],
      isReachable: true,
    };
  }
  try {
    await remote.tryPush({ ref: `refs/tags/${prefix}/doctor`, expected: undefined, id: head }, stop);
    const message =
      `${remote.name} lets this account push (tried with git push --dry-run); its rules on tags and its hooks ` +
      'judge only what is really pushed';
    return { findings: [reached, fine('push', message)], isReachable: true };
  } catch (error) {
    return { findings: [reached, failure('push', error)], isReachable: true };
  }
}

/** What another token may mend. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set([
  'login',
  'forbidden',
  'token without write',
  'no permission',
]);

/** Commands for what the messages of the server point to. */
function remedyOf(
  error: unknown,
  url: string,
  setUrl: string,
  environment: NodeJS.ProcessEnv,
): readonly RemedyStep[] {
  const { kind } = troubleOf(error instanceof RunError ? error.message : '');
  if (kind === 'host key') return hostKey(url);
  if (kind === 'not found' || kind === 'away') return [advice(`Its address is ${redact(url)}. ${setUrl}`)];
  if (!OF_THE_TOKEN.has(kind) || !/^https?:/i.test(url)) return [];
  return [
    ...(environment['TEAM_EVENTS_GIT_TOKEN']
      ? [advice('It is set, but not accepted: paste another one.')]
      : []),
    ...pasted(askForVariable('TEAM_EVENTS_GIT_TOKEN')),
  ];
}

function hostKey(url: string): readonly RemedyStep[] {
  const [, host] = /^(?:ssh:\/\/)?(?:[^@/]+@)?([\w.-]+)/.exec(url) ?? [];
  if (host === undefined) return [];
  return [
    advice(
      'Take its keys, if its operator names the same fingerprints (ssh-keyscan HOST | ssh-keygen -lf -):',
    ),
    command(`export TEAM_EVENTS_GIT_KNOWN_HOSTS="$(ssh-keyscan ${host} 2>/dev/null)"`),
  ];
}

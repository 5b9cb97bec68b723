/** git, the clone, its history, and the clock by the newest commit. */
import { openRepository, type Caller, type Repository } from '../../adapters/git/clone/repository.ts';
import { readCommits } from '../../adapters/git/history/commits.ts';
import { resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { advice, command, failedBy, fine, type DoctorFinding } from './doctor-report.ts';

export interface ExaminedClone {
  readonly findings: readonly DoctorFinding[];
  readonly repository: Repository | undefined;
  /** Full id of HEAD; undefined if it names no commit. */
  readonly head: string | undefined;
}

/** How far a commit may be ahead of this machine. */
const SKEW_MS = 5 * 60_000;

export async function examineClone(directory: string, caller: Caller): Promise<ExaminedClone> {
  let repository: Repository;
  try {
    repository = await openRepository(directory, caller);
  } catch (error) {
    return { findings: [failedBy('git', error)], repository: undefined, head: undefined };
  }
  const version = (await repository.git('version')).trim();
  const findings = [fine('git', `${version}, node ${process.versions.node}`)];
  try {
    const head = await resolveCommit(repository, 'HEAD');
    findings.push(fine('clone', `${repository.directory} with its whole history, at ${head.slice(0, 12)}`));
    findings.push(...(await examineClock(repository, head)));
    return { findings, repository, head };
  } catch (error) {
    return { findings: [...findings, failedBy('clone', error)], repository, head: undefined };
  }
}

async function examineClock(repository: Repository, head: string): Promise<readonly DoctorFinding[]> {
  const commit = (await readCommits(repository, [head])).get(head);
  const ahead = commit === undefined ? 0 : commit.time * 1000 - Date.now();
  if (ahead <= SKEW_MS) return [fine('clock', 'not behind the newest commit')];
  return [
    {
      area: 'clock',
      state: 'warning',
      message:
        `HEAD was committed ${Math.round(ahead / 60_000)} minutes from now: this clock is slow, or that of its committer fast. ` +
        'Receivers refuse signatures whose time is wrong',
      remedy: [advice('Compare it with another clock, and set it where it is wrong:'), command('date --utc')],
    },
  ];
}

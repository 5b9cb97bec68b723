/** The findings of `check`: the list of all checks, and the form of a finding. */
import type { FileProblem } from '../../../core/yaml/file-problem.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../../../errors.ts';

export interface CheckInfo {
  readonly severity: 'error' | 'warning';
  /** The exit code that a finding causes; only errors cause one. */
  readonly exitCode: ExitCode;
}

const error = (exitCode: ExitCode): CheckInfo => ({ severity: 'error', exitCode });
const WARNING: CheckInfo = { severity: 'warning', exitCode: EXIT.done };

/** Every check by its name. Names never change, because reports are compared by them. */
export const CHECKS = {
  /** team-events.yml, or the file of `--config`, cannot be used. */
  configuration: error(EXIT.usage),
  /** A file at the root with a name similar to team-events.yml is not read. */
  'unread-configuration': WARNING,
  /** The revision has no file that belongs to the catalogue. */
  'no-file': error(EXIT.usage),
  /** A file of the catalogue has a problem, so its last valid content is used. */
  'team-file': error(EXIT.brokenFile),
  /** A path that matches is a symbolic link or a submodule. */
  'passed-over': WARNING,
  /** A document has none of the keys that alone may hold teams. */
  'no-team': WARNING,
  /** A key that became an attribute is similar to one with a meaning. */
  'look-alike-key': WARNING,
  /** Two members of a team look alike. */
  'look-alike-member': WARNING,
  /** The ids of two teams look alike. */
  'look-alike-id': WARNING,
  /** The clients file cannot be used at all. */
  'clients-file': error(EXIT.usage),
  /** One client's entry cannot be used. */
  client: error(EXIT.usage),
  /** A client begins at a revision from which history does not lead here. */
  'client-start': WARNING,
  /** An entry is allowed but probably not intended. */
  'client-advice': WARNING,
  /** A client's url is plain http, which is refused unless the policy allows it. */
  'plain-http': WARNING,
  policy: error(EXIT.usage),
  /** The configuration changes the content of every event, although no team changes. */
  'event-content': WARNING,
  /** One commit of a merge deletes a team that a later one restores. */
  'deleted-in-between': WARNING,
  /** A merge request changes a file that was broken before, and leaves it broken. */
  'held-change': WARNING,
  /** Merging deletes a team and creates one that looks like it, without declaring a rename. */
  'untold-rename': error(EXIT.brokenFile),
  /** Merging removes all members of a team and adds a key similar to a members key. */
  'emptied-members': error(EXIT.brokenFile),
  /** The removal guard would stop a client's lane. */
  'removal-guard': error(EXIT.guard),
} as const satisfies Readonly<Record<string, CheckInfo>>;

export type CheckName = keyof typeof CHECKS;

export interface Finding extends FileProblem {
  readonly check: CheckName;
  /** Relative to the root of the teams repo if the file is in it, else as the user named it. */
  readonly path: string;
  /** The client whose entry in the clients file it is about. */
  readonly client?: string;
  /** Set if it was there before the merge request, which then does not fail for it. */
  readonly before?: true;
}

export const severityOf = ({ check }: Finding): CheckInfo['severity'] => CHECKS[check].severity;

/** How reports sort findings: by severity, but apart from what was there before the merge request. */
export type Standing = CheckInfo['severity'] | 'before';

export const standingOf = (finding: Finding): Standing => (finding.before ? 'before' : severityOf(finding));

/** Findings by standing, each group in the given order. */
export const byStanding = (findings: readonly Finding[]): Readonly<Record<Standing, readonly Finding[]>> => {
  const of = (standing: Standing): Finding[] => findings.filter((one) => standingOf(one) === standing);
  return { error: of('error'), warning: of('warning'), before: of('before') };
};

export const exitCodeOfFindings = (findings: readonly Finding[]): ExitCode =>
  exitCodeOf(findings.filter(({ before }) => !before).map(({ check }) => CHECKS[check].exitCode));

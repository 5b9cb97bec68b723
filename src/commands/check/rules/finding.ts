/** What `check` finds: one list of named findings, each in its place. */
import type { FileProblem } from '../../../core/yaml/checked-file.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../../../errors.ts';

export interface CheckInfo {
  readonly severity: 'error' | 'warning';
  /** With which a finding ends the check; that of an error only. */
  readonly exitCode: ExitCode;
}

const error = (exitCode: ExitCode): CheckInfo => ({ severity: 'error', exitCode });
const WARNING: CheckInfo = { severity: 'warning', exitCode: EXIT.done };

/** Every check by its name, which is never changed: reports are compared by it. */
export const CHECKS = {
  /** team-events.yml, or the file of `--config`, cannot be used. */
  configuration: error(EXIT.usage),
  /** A file at the root that is almost team-events.yml is not read. */
  'unread-configuration': WARNING,
  /** No file of the revision is one of the catalogue. */
  'no-file': error(EXIT.usage),
  /** A file of the catalogue has a problem: it holds its last valid content. */
  'team-file': error(EXIT.brokenFile),
  /** A path that matches is a symbolic link or a submodule. */
  'passed-over': WARNING,
  /** A document has none of the keys under which alone teams stand. */
  'no-team': WARNING,
  /** A key that became an attribute is almost one that means something. */
  'look-alike-key': WARNING,
  /** Two members of a team look like one. */
  'look-alike-member': WARNING,
  /** The ids of two teams look like one. */
  'look-alike-id': WARNING,
  /** The clients file cannot be used at all. */
  'clients-file': error(EXIT.usage),
  /** One client's entry cannot be used. */
  client: error(EXIT.usage),
  /** A client begins at a revision from which no way leads here. */
  'client-start': WARNING,
  /** What a client says is most likely not what was meant. */
  'client-advice': WARNING,
  /** A client's url is plain http, which is refused unless the policy allows it. */
  'plain-http': WARNING,
  policy: error(EXIT.usage),
  /** The configuration changes what every event says, though no team changes. */
  'event-content': WARNING,
  /** Commits of a merge delete a team that later ones bring back. */
  'deleted-in-between': WARNING,
  /** Merging deletes a team and creates one that looks like it, and nobody said that it was renamed. */
  'untold-rename': error(EXIT.brokenFile),
  /** Merging takes away all members of a team, beside a new key that looks like one of members. */
  'emptied-members': error(EXIT.brokenFile),
  /** The removal guard would stop a client's lane. */
  'removal-guard': error(EXIT.guard),
} as const satisfies Readonly<Record<string, CheckInfo>>;

export type CheckName = keyof typeof CHECKS;

export interface Finding extends FileProblem {
  readonly check: CheckName;
  /** From the root of the teams repo where it lies in it, else as it was named. */
  readonly path: string;
  /** Whose entry of the clients file it is about. */
  readonly client?: string;
}

export const severityOf = ({ check }: Finding): CheckInfo['severity'] => CHECKS[check].severity;

export const exitCodeOfFindings = (findings: readonly Finding[]): ExitCode =>
  exitCodeOf(findings.map(({ check }) => CHECKS[check].exitCode));

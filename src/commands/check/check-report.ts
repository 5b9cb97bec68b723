/** Everything that `check` reports, in the one form from which each format is made. */
import type { RequestsOf } from '../../core/clients/requests-of.ts';
import type { EventType } from '../../core/events/event-type.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { ExitCode } from '../../errors.ts';
import { byStanding, type Finding } from './rules/finding.ts';
import type { KeyUse } from './rules/key-survey.ts';

export interface CheckReport {
  /** Full id. */
  readonly revision: string;
  /** undefined if `--config` cannot be used. */
  readonly understood: Understood | undefined;
  /** undefined if there is no clients file. */
  readonly clients: UnderstoodClients | undefined;
  /** undefined if no base is given. */
  readonly merge: MergePreview | undefined;
  readonly checked: readonly Checked[];
  /** Sorted by path, line and column. */
  readonly findings: readonly Finding[];
  readonly exitCode: ExitCode;
}

/** Something that was checked, and to which findings may belong. */
export interface Checked {
  readonly kind: 'configuration' | 'catalogue' | 'clients' | 'policy';
  readonly path: string;
  /** Set for one entry of the clients file. */
  readonly client?: string;
}

/** How the catalogue was read. */
export interface Understood {
  /** undefined: there is none, so the defaults apply. */
  readonly configuration: string | undefined;
  readonly globs: readonly string[];
  readonly files: number;
  readonly teams: number;
  /** Someone in two teams counts as two memberships. */
  readonly memberships: number;
  readonly people: number;
  readonly keys: readonly KeyUse[];
}

export interface UnderstoodClients {
  readonly path: string;
  readonly clients: readonly {
    readonly name: string;
    readonly events: readonly EventType[];
    readonly start: string;
    readonly paused: boolean;
    /** Names of the environment variables that a run would need. */
    readonly variables: readonly string[];
  }[];
}

/** What merging the revision into the base would send. */
export interface MergePreview {
  /** The base as the user named it. */
  readonly into: string;
  /**
   * Full ids: the last common commit (null before the first one) and the revision. All events belong to one step
   * between them.
   */
  readonly from: string | null;
  readonly to: string;
  /** Number of commits of the base that the revision does not have. */
  readonly behind: number;
  /** undefined if there are no events. */
  readonly step: LogStep | undefined;
  /** Set if a merge that keeps the single commits would send other events. */
  readonly byCommit: CommitByCommit | undefined;
  /** The clients that would be sent each event, by event id. */
  readonly receivers: ReadonlyMap<string, readonly string[]>;
  /** What clients that say their requests themselves would be sent. */
  readonly requestsOf: RequestsOf;
  readonly beginnings: readonly ClientBeginning[];
}

/** A merge without a merge commit: each of its commits is a step. */
export interface CommitByCommit {
  readonly commits: number;
  /** The events of all steps, in order. */
  readonly events: readonly LoggedEvent[];
}

/** What a client would be sent first. */
export interface ClientBeginning {
  readonly client: string;
  /** undefined: unknown, because the clients file is not in the teams repo. */
  readonly isNew: true | undefined;
  readonly start: string;
  /**
   * Number of events of each type that it would be sent first; undefined if history does not lead on from its start.
   */
  readonly events: Readonly<Partial<Record<EventType, number>>> | undefined;
}

/** Something that was checked, with its findings. */
export interface Case extends Checked {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** What was there before the merge request. */
  readonly before: readonly Finding[];
}

/** Groups findings by what they belong to, including things that could not be checked because they do not exist. */
export function casesOf({ checked, findings }: Pick<CheckReport, 'checked' | 'findings'>): Case[] {
  const byKey = new Map<string, Finding[]>(checked.map((one) => [keyOf(one), []]));
  const all = [...checked];
  for (const finding of findings) {
    const key = keyOf(finding);
    const known = byKey.get(key);
    if (known !== undefined) {
      known.push(finding);
      continue;
    }
    byKey.set(key, [finding]);
    const { path, client } = finding;
    all.push({ kind: kindOf(finding), path, ...(client === undefined ? {} : { client }) });
  }
  return all.map((one): Case => {
    const { error: errors, warning: warnings, before } = byStanding(byKey.get(keyOf(one)) ?? []);
    return { ...one, errors, warnings, before };
  });
}

const keyOf = ({ path, client = '' }: Pick<Checked, 'path' | 'client'>): string => `${path}\n${client}`;

function kindOf({ check, client }: Finding): Checked['kind'] {
  if (check === 'configuration' || check === 'no-file') return 'configuration';
  if (check === 'policy') return 'policy';
  return client !== undefined || check === 'clients-file' ? 'clients' : 'catalogue';
}

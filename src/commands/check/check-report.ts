/** All that `check` has to say, in the one form from which each format is made. */
import type { EventType } from '../../core/events/event-type.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { ExitCode } from '../../errors.ts';
import { severityOf, type Finding } from './rules/finding.ts';
import type { KeyUse } from './rules/key-survey.ts';

export interface CheckReport {
  /** Full id. */
  readonly revision: string;
  /** undefined where `--config` cannot be used. */
  readonly understood: Understood | undefined;
  /** undefined where there is no clients file. */
  readonly clients: UnderstoodClients | undefined;
  /** undefined without a base. */
  readonly merge: MergePreview | undefined;
  readonly checked: readonly Checked[];
  /** By path, line and column. */
  readonly findings: readonly Finding[];
  readonly exitCode: ExitCode;
}

/** Something that was looked at, in which findings may lie. */
export interface Checked {
  readonly kind: 'configuration' | 'catalogue' | 'clients' | 'policy';
  readonly path: string;
  /** One entry of the clients file. */
  readonly client?: string;
}

/** How the catalogue was read. */
export interface Understood {
  /** undefined: there is none, the defaults count. */
  readonly configuration: string | undefined;
  readonly globs: readonly string[];
  readonly files: number;
  readonly teams: number;
  /** A person in two teams is two memberships. */
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
    /** Names of the environment variables that a run will need. */
    readonly variables: readonly string[];
  }[];
}

/** What merging the revision into the base would send. */
export interface MergePreview {
  /** As it was named. */
  readonly into: string;
  /** Full ids: the last common commit, null before the first one, and the revision. The events are of one step between them. */
  readonly from: string | null;
  readonly to: string;
  /** How many commits of the base are not in the revision. */
  readonly behind: number;
  /** undefined where nothing happens. */
  readonly step: LogStep | undefined;
  /** Where a merge that keeps the commits as they are would send other events. */
  readonly byCommit: CommitByCommit | undefined;
  /** Clients by the id of the event that they would be sent. */
  readonly receivers: ReadonlyMap<string, readonly string[]>;
  readonly beginnings: readonly ClientBeginning[];
}

/** A merge without a commit of its own: each of its commits is a step. */
export interface CommitByCommit {
  readonly commits: number;
  /** Of all their steps, in order. */
  readonly events: readonly LoggedEvent[];
}

/** What a client would get first. */
export interface ClientBeginning {
  readonly client: string;
  /** undefined: whether it is new cannot be known here, as the clients file is not in the teams repo. */
  readonly isNew: true | undefined;
  readonly start: string;
  /** How many events of each type it would get first; undefined where no way leads from its start. */
  readonly events: Readonly<Partial<Record<EventType, number>>> | undefined;
}

/** Something that was looked at, with what was found in it. */
export interface Case extends Checked {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Each finding in its case, also where what it is about was not there to be looked at. */
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
    const own = byKey.get(keyOf(one)) ?? [];
    const of = (severity: string): Finding[] => own.filter((finding) => severityOf(finding) === severity);
    return { ...one, errors: of('error'), warnings: of('warning') };
  });
}

const keyOf = ({ path, client = '' }: Pick<Checked, 'path' | 'client'>): string => `${path}\n${client}`;

function kindOf({ check, client }: Finding): Checked['kind'] {
  if (check === 'configuration' || check === 'no-file') return 'configuration';
  if (check === 'policy') return 'policy';
  return client !== undefined || check === 'clients-file' ? 'clients' : 'catalogue';
}

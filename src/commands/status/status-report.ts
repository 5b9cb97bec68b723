/** What `status` knows of each client: for machines as JSON, and as an exit code. Absent is null. */
import type { PartialStep } from '../../core/cursor/cursor.ts';
import type { LaneState } from '../../core/delivery/lane/lane-status.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../../errors.ts';
import type { ShownCommit } from '../../reporters/commit-text.ts';

export interface ShownCursor {
  readonly commit: ShownCommit;
  /** A step of which a part is delivered. */
  readonly step: PartialStep | null;
  readonly lastEvent: string | null;
}

/** In the order of what has to be done about them. */
const WORST_FIRST: readonly LaneState[] = [
  'misconfigured',
  'unusable',
  'history',
  'blocked',
  'guarded',
  'claimed',
  'behind',
  'new',
  'paused',
  'current',
];

/** The worst state first; those of one state as they stand in the clients file. */
export const worstFirst = (clients: readonly ClientStatus[]): readonly ClientStatus[] =>
  clients.toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));

export interface ClientStatus {
  readonly client: string;
  readonly contact: string | null;
  readonly state: LaneState;
  readonly cursor: ShownCursor | null;
  /** Of a client that has not begun: where it would. */
  readonly start: string | null;
  /** What it is still to be sent, and the first-parent commits that this is of; null where nobody knows. */
  readonly pending: { readonly events: number; readonly commits: number } | null;
  /** RFC 3339: since when it is behind. */
  readonly since: string | null;
  /** How many of the events before it are passed over by its entry. */
  readonly skipped: number;
  /** `type` and `team` are of the event, where it is pending here. */
  readonly blocked: {
    readonly event: string;
    readonly type: string | null;
    readonly team: string | null;
    readonly status: string;
    readonly since: string;
  } | null;
  /** The removal guard stops it before this commit, of all that is pending. */
  readonly guard: {
    readonly before: string;
    readonly deletedTeams: number;
    readonly removedMemberships: number;
  } | null;
  readonly claim: { readonly run: string; readonly until: string; readonly lapsed: boolean } | null;
  readonly paused: boolean;
  readonly problems: readonly string[];
}

export interface StatusReport {
  readonly version: 1;
  readonly store: string;
  readonly to: ShownCommit;
  /** What may be published, where the store knows; without a tip there is no such branch. */
  readonly branch: { readonly name: string; readonly remote: string; readonly tip: string | null } | null;
  /** Whether `to` is the newest of the branch; null where it is not on it, or nobody knows. */
  readonly isNewest: boolean | null;
  /** No client has ever begun. */
  readonly empty: boolean;
  /** What `--check` ends with. */
  readonly exitCode: ExitCode;
  /** In the order of the clients file. */
  readonly clients: readonly ClientStatus[];
  /** In the store, but no more in the clients file. */
  readonly left: readonly {
    readonly client: string;
    readonly cursor: ShownCursor | null;
    /** First-parent commits that it was not sent, or not all of; null where nothing is known to be missing. */
    readonly commits: number | null;
  }[];
  /** What else lies where cursors are. */
  readonly others: readonly string[];
}

const CODE: Readonly<Record<LaneState, ExitCode>> = {
  misconfigured: EXIT.usage,
  unusable: EXIT.cursor,
  history: EXIT.history,
  paused: EXIT.done, // knowingly
  claimed: EXIT.behind,
  blocked: EXIT.behind,
  new: EXIT.behind,
  guarded: EXIT.behind,
  behind: EXIT.behind,
  current: EXIT.done,
};

/** Of what a run would meet now. A client that is behind for less than `lateAfterMs` is no failure. */
export function exitCodeOfStatus(
  { clients, empty, branch, isNewest }: Omit<StatusReport, 'exitCode'>,
  lateAfterMs: number | undefined,
  nowMs: number,
): ExitCode {
  const isLate = ({ since }: ClientStatus): boolean =>
    lateAfterMs === undefined || since === null || nowMs - Date.parse(since) >= lateAfterMs;
  const found = clients.map((client) => {
    const code = CODE[client.state];
    const excused = code === EXIT.behind && (client.pending?.events === 0 || !isLate(client));
    return excused ? EXIT.done : code;
  });
  const unpublished = branch !== null && isNewest === null;
  return exitCodeOf([...(empty ? [EXIT.cursor] : []), ...(unpublished ? [EXIT.history] : []), ...found]);
}

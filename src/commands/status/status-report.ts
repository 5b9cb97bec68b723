/** What `status` reports about each client: as JSON for machines, and as an exit code. Absent values are null. */
import type { Commit } from '../../core/catalogue/history.ts';
import type { PartialStep } from '../../core/cursor/cursor.ts';
import type { LaneState } from '../../core/delivery/lane/lane-status.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../../errors.ts';
import type { HeldTeamCount } from '../../core/delivery/lane/teams/held-steps.ts';
import type { ShownCommit } from '../../reporters/commit-text.ts';

export interface ShownCursor {
  readonly commit: ShownCommit;
  /** The partially delivered step. */
  readonly step: PartialStep | null;
  readonly lastEvent: string | null;
}

export interface ClientStatus {
  readonly client: string;
  readonly contact: string | null;
  readonly state: LaneState;
  readonly cursor: ShownCursor | null;
  /** For a client that has not begun: where it would begin. */
  readonly start: string | null;
  /** The number of events still to be sent, and of their first-parent commits; null if unknown. */
  readonly pending: { readonly events: number; readonly commits: number } | null;
  /** RFC 3339: since when it is behind. */
  readonly since: string | null;
  /** Number of pending events that its entry skips. */
  readonly skipped: number;
  /** `type` and `team` of the event, if it is pending here. */
  readonly blocked: {
    readonly event: string;
    readonly type: string | null;
    readonly team: string | null;
    readonly status: string;
    readonly since: string;
  } | null;
  /** With `order: team`: teams that wait, while all others are served up to the cursor. */
  readonly held: readonly HeldTeamCount[];
  /** The removal guard stops it before this commit; the counts cover everything pending. */
  readonly guard: {
    readonly before: string;
    readonly deletedTeams: number;
    readonly removedMemberships: number;
  } | null;
  readonly claim: { readonly run: string; readonly until: string; readonly lapsed: boolean } | null;
  readonly paused: boolean;
  readonly problems: readonly string[];
  /** What is pending, in order; null unless it was asked for. */
  readonly events: readonly WaitingEvent[] | null;
}

/** A file that holds its last valid content. */
export interface BrokenFile {
  readonly path: string;
  /** Of its first problem. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** How many there are. */
  readonly problems: number;
  /** The newest commit that changed it; null where that cannot be known. */
  readonly changed: (ShownCommit & { readonly author: string }) | null;
}

/** An event that waits. */
export interface WaitingEvent {
  readonly id: string;
  readonly type: string;
  readonly team: string;
  /** The full id of the commit that it is of. */
  readonly commit: string;
}

export interface StatusReport {
  readonly version: 1;
  readonly store: string;
  readonly to: ShownCommit;
  /** The branch that may be published, if the store knows; tip is null if the branch does not exist. */
  readonly branch: { readonly name: string; readonly remote: string; readonly tip: string | null } | null;
  /** Whether `to` is the newest commit of the branch; null if it is not on it, or the branch is unknown. */
  readonly isNewest: boolean | null;
  /** Whether no client has ever begun. */
  readonly empty: boolean;
  /** The exit code of `--check`. */
  readonly exitCode: ExitCode;
  /** In the order of the clients file. */
  readonly clients: readonly ClientStatus[];
  /** Clients in the store that are no longer in the clients file. */
  readonly left: readonly {
    readonly client: string;
    readonly cursor: ShownCursor | null;
    /** First-parent commits not completely delivered to it; null if it is not known to be behind. */
    readonly commits: number | null;
  }[];
  /** By path: those of the whole catalogue. */
  readonly broken: readonly BrokenFile[];
  /** Other refs or files found beside the cursors. */
  readonly others: readonly string[];
}

const CODE: Readonly<Record<LaneState, ExitCode>> = {
  misconfigured: EXIT.usage,
  unusable: EXIT.cursor,
  history: EXIT.history,
  paused: EXIT.done, // knowingly
  claimed: EXIT.behind,
  blocked: EXIT.behind,
  held: EXIT.behind,
  new: EXIT.behind,
  guarded: EXIT.behind,
  behind: EXIT.behind,
  current: EXIT.done,
};

/** The exit code by what a run would meet now. A client that is behind for less than `lateAfterMs` is no failure. */
export function exitCodeOfStatus(
  { clients, empty, branch, isNewest, broken }: Omit<StatusReport, 'exitCode'>,
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
  return exitCodeOf([
    ...(empty ? [EXIT.cursor] : []),
    ...(unpublished ? [EXIT.history] : []),
    ...found,
    ...(broken.length > 0 ? [EXIT.brokenFile] : []),
  ]);
}

export const shownCommit = (id: string, commit: Commit | undefined): ShownCommit => ({
  id,
  title: commit?.title ?? null,
  time: commit ? new Date(commit.time * 1000).toISOString().replace('.000Z', 'Z') : null,
});

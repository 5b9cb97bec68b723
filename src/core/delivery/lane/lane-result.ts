/** What came of one lane in one run. */
import type { Disposition } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { Answer } from '../destination.ts';
import type { LaneStatus } from './lane-status.ts';

export interface LaneProblem {
  readonly message: string;
  /** Line by line, what belongs to it: the words of a git server, the command that helps. */
  readonly details?: readonly string[];
  /** Method and url of the request that failed, without its query, with variables by their names. */
  readonly endpoint?: string | undefined;
  /** What the receiver answered, where it did. */
  readonly status?: number | undefined;
  readonly event:
    | { readonly id: string; readonly type: string; readonly team: string; readonly commit: string }
    | undefined;
}

/** delivered + pending + skipped + filtered = all events of the range. */
export interface LaneResult {
  readonly client: string;
  readonly contact: string | undefined;
  readonly status: LaneStatus;
  readonly delivered: number;
  readonly pending: number;
  readonly skipped: number;
  readonly filtered: number;
  readonly attempts: number;
  readonly problem: LaneProblem | undefined;
  /** RFC 3339: since when the lane is behind, where it is. */
  readonly since?: string | undefined;
}

/** Of a client that is sent nothing in this run. */
export const nothingSent = (
  { client, contact }: Pick<LaneResult, 'client' | 'contact'>,
  status: LaneStatus,
  count: Readonly<Record<Disposition, number>>,
  message?: string,
  details: readonly string[] = [],
): LaneResult => ({
  client,
  contact,
  status,
  delivered: 0,
  pending: count.send,
  skipped: count.skip,
  filtered: count.filtered,
  attempts: 0,
  problem:
    message === undefined ? undefined : { message, event: undefined, ...(details.length > 0 && { details }) },
});

/** Of an event that could not be delivered. */
export const problemAt = ({ place, code }: Answer, event: LoggedEvent, message: string): LaneProblem => ({
  message,
  endpoint: place,
  status: code,
  event: { id: event.id, type: event.type, team: event.subject, commit: event.commit },
});

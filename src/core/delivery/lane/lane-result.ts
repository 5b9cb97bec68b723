/** The result of one lane in one run. */
import type { Disposition } from '../../clients/lane-selection.ts';
import type { LoggedEvent } from '../../events/team-event.ts';
import type { Answer } from '../destination.ts';
import type { LaneStatus } from './lane-status.ts';

/** Who can help: whom `contact` names, or who runs the program. */
export type Helper = 'owner' | 'operator';

export interface LaneProblem {
  readonly message: string;
  /** More lines about the problem: a git server's message, or the command that helps. */
  readonly details?: readonly string[];
  /** Method and url of the failed request, without its query and with variables shown by name. */
  readonly endpoint?: string | undefined;
  /** The receiver's answer code, if it answered. */
  readonly status?: number | undefined;
  /** Set if trying again is not what helps: the event itself is refused. */
  readonly refused?: true | undefined;
  /** Environment variables that have no value, or a wrong one, if that is the problem. */
  readonly variables?: readonly string[];
  /** Who can solve it, where its status alone does not say so. */
  readonly helper?: Helper | undefined;
  readonly event:
    | { readonly id: string; readonly type: string; readonly team: string; readonly commit: string }
    | undefined;
}

/** A team whose events wait, because one of them cannot be delivered; those of other teams do not. */
export interface HeldResult {
  readonly team: string;
  readonly problem: LaneProblem;
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
  /** Where nothing was sent: how many requests `delivered` would be; absent where each event makes one of its own. */
  readonly requests?: number;
  readonly problem: LaneProblem | undefined;
  /** With `order: team`: the teams that wait; absent if none does. */
  readonly held?: readonly HeldResult[];
  /** RFC 3339: since when the lane has been behind; undefined if it is not. */
  readonly since?: string | undefined;
  /** Who can help; undefined if nobody has to. */
  readonly helper?: Helper | undefined;
  /** What to do now, in lines for people; a command stands on a line of its own, indented. */
  readonly help?: readonly string[];
}

/** The result for a client that is sent nothing in this run. */
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

/** Answers of a receiver, or of what stands before it, that say nothing of the event. */
const OVERLOADED: readonly (number | undefined)[] = [undefined, 408, 425, 429, 502, 503, 504];

/** The problem of events that could not be delivered together. Which of several is at fault is not known. */
export const problemAt = (
  { verdict, place, code, forbidden }: Partial<Answer>,
  [event, ...others]: readonly [LoggedEvent, ...LoggedEvent[]],
  message: string,
): LaneProblem => ({
  message: others.length === 0 ? message : `${message}; ${others.length + 1} events in one request`,
  endpoint: place,
  status: code,
  ...(!forbidden &&
    others.length === 0 &&
    (verdict === 'refused' || !OVERLOADED.includes(code)) && { refused: true }),
  ...(forbidden && { helper: 'operator' }),
  event: { id: event.id, type: event.type, team: event.subject, commit: event.commit },
});

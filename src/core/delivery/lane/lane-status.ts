/** The states of a lane: in a run, and between runs as `status` shows it. */

/** Why a lane is sent nothing more; the same in a run and in `status`. */
type Hindrance =
  /** An event cannot be delivered. */
  | 'blocked'
  /** Some teams wait, because an event of theirs cannot be delivered; the events of all others are. */
  | 'held'
  /** The removal guard stops it. */
  | 'guarded'
  | 'paused'
  | 'misconfigured'
  /** Another run holds its cursor. */
  | 'claimed'
  /** The cursor's commit is not an ancestor of the target. */
  | 'history';

/** The result of a lane in one run. */
export type LaneStatus =
  | Hindrance
  | 'done'
  /** The receiver answered 410: it wants no more events. */
  | 'gone'
  /** The client was removed from the clients file during the run. */
  | 'removed'
  /** The run ended before the lane was finished. */
  | 'stopped'
  /** Another run moved its cursor in the meantime. */
  | 'lost'
  /** Its cursor is missing, corrupt, or could not be written. */
  | 'cursor';

/** The state of a lane between runs: the first that applies. */
export type LaneState =
  | Hindrance
  /** Its cursor is missing or corrupt. */
  | 'unusable'
  /** It has not begun. */
  | 'new'
  | 'behind'
  | 'current';

/** What a lane can be in: in a run, and between runs, as `status` shows it. */

/** Why a lane is sent nothing more, known in a run and to `status` alike. */
type Hindrance =
  /** An event cannot be delivered. */
  | 'blocked'
  /** The removal guard stops it. */
  | 'guarded'
  | 'paused'
  | 'misconfigured'
  /** Another run holds its cursor. */
  | 'claimed'
  /** History does not lead on from its cursor. */
  | 'history';

/** What came of a lane in one run. */
export type LaneStatus =
  | Hindrance
  | 'done'
  /** The receiver answered 410: it wants no more. */
  | 'gone'
  /** The client left the clients file during the run. */
  | 'removed'
  /** The run ended before the lane did. */
  | 'stopped'
  /** Another run has moved its cursor meanwhile. */
  | 'lost'
  /** Its cursor is gone, corrupt, or could not be written. */
  | 'cursor';

/** Where a lane stands between runs: the first that applies. */
export type LaneState =
  | Hindrance
  /** Its cursor is gone or corrupt. */
  | 'unusable'
  /** It has not begun. */
  | 'new'
  | 'behind'
  | 'current';

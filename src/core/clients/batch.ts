/** Which events of a client may go together in one request. */

/** Events whose subscriptions hold the very same object go to one endpoint, and may go together. */
export interface Batch {
  /** `step`: only events of one step. `range`: those of following steps, too. */
  readonly within: 'step' | 'range';
  /** The most events. */
  readonly most: number;
  /** The most bytes of their texts, with one between two of them. An event that is larger goes alone. */
  readonly mostBytes: number;
}

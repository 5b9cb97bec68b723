/** A step that was planned, before its changes are read. */
export interface PlannedStep {
  readonly from: string | null;
  readonly to: string;
  readonly reachable: number;
  readonly consecutive: boolean;
  /** `from` is no ancestor of `to`: the net change over a rewritten history. */
  readonly rewritten?: boolean;
}

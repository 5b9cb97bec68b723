/** A planned step, before its changes are read. */
export interface PlannedStep {
  readonly from: string | null;
  readonly to: string;
  readonly reachable: number;
  readonly consecutive: boolean;
  /** `from` is not an ancestor of `to`: the step is the net change over a rewritten history. */
  readonly rewritten?: boolean;
}

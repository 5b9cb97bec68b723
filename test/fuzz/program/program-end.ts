/** What a run of the program leaves. */
export interface ProgramEnd {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cost: Cost;
}

export interface Cost {
  /** Time of the processor: a busy machine does not change it. */
  readonly cpuMs: number;
  /** The most memory that the process had. */
  readonly peakKilobytes: number;
}

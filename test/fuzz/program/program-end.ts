/** What a run of the program leaves, and what it has cost. */
import type { Result } from '../../support/own-process.ts';

export interface ProgramEnd extends Result {
  readonly cost: Cost;
}

export interface Cost {
  /** Time of the processor: a busy machine does not change it. */
  readonly cpuMs: number;
  /** The most memory that the process had. */
  readonly peakKilobytes: number;
}

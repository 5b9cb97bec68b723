/** A small change that makes the program wrong. */
export interface Mutant {
  /** What the program does wrong with it. */
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly right: string;
  readonly wrong: string;
  /** Test files of which at least one must fail with it. */
  readonly tests: readonly string[];
}

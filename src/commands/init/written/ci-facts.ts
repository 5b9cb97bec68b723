/** What the texts of CI files need to know. */

export interface CiFacts {
  readonly version: string;
  /** The default branch. */
  readonly branch: string;
  /** As git knows it, without credentials; undefined if there is none. */
  readonly origin: string | undefined;
  /** Whether the repository has this path already. */
  readonly has: (path: string) => boolean;
  /** Whether that file runs team-events already. */
  readonly runsIt: (path: string) => boolean;
}

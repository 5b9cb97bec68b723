/** What the texts of CI files need to know. */

/**
 * The image in which jobs run, to be replaced by one's own: nobody can register this name (RFC 2606). A name in a public
 * registry would be whoever's who registers it, and he would get the token and the secrets of the job.
 */
export const IMAGE = 'registry.example.com/platform/team-events';

export interface CiFacts {
  /** Of the program, and the tag of its image. */
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

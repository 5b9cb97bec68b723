/** What `init` found, and what it writes for it. */
import type { Reading, Settings } from './detect/reading.ts';
import type { OtherPlace } from './survey.ts';
import type { CiChoice } from './written/ci-choice.ts';

export interface InitReport {
  /** Full id of the commit that was looked at. */
  readonly revision: string;
  /** `own`: the repository has a team-events.yml, which is left as it is. */
  readonly catalogue: 'own' | FoundCatalogue;
  readonly ci: CiChoice | undefined;
  readonly files: readonly PlannedFile[];
  /** What is to be done by hand, a line each. */
  readonly next: readonly string[];
}

export interface FoundCatalogue {
  /** Empty: the defaults suffice. */
  readonly settings: Settings;
  readonly globs: readonly string[];
  readonly files: number;
  readonly teams: number;
  /** Those without members. */
  readonly empty: number;
  readonly memberships: number;
  readonly people: number;
  readonly problems: Reading['problems'];
  readonly others: readonly OtherPlace[];
}

export interface PlannedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly state: 'written' | 'planned' | 'exists';
}

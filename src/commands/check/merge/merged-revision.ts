/** Shared by the parts of a merge preview. */
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import type { Configuration } from '../../../core/catalogue/configuration/configuration.ts';
import type { LogStep } from '../../../core/events/log-step.ts';

/** The revision to be merged, and how it is read. */
export interface MergedRevision {
  readonly repository: Repository;
  /** Full id. */
  readonly revision: string;
  readonly override: Configuration | undefined;
  /** The source of events if team-events.yml names none. */
  readonly source: string;
  /** Its whole catalogue as one step from the empty one. */
  readonly snapshot: LogStep | undefined;
}

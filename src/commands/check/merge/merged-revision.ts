/** What the parts of a preview of a merge share. */
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import type { Configuration } from '../../../core/catalogue/configuration/configuration.ts';
import type { LogStep } from '../../../core/events/log-step.ts';

/** The revision that is to be merged, and how it is read. */
export interface MergedRevision {
  readonly repository: Repository;
  /** Full id. */
  readonly revision: string;
  readonly override: Configuration | undefined;
  /** Of events, where team-events.yml names none. */
  readonly source: string;
  /** The whole of its catalogue as one step from the empty one. */
  readonly snapshot: LogStep | undefined;
}

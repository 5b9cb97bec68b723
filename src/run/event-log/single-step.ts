/** One step between any two revisions, walked on its own. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { createHistorySource, readSteps } from '../../adapters/git/history/history.ts';
import type { PlannedStep } from '../../adapters/git/history/planned-step.ts';
import type { CatalogueStep } from '../../core/catalogue/catalogue-step.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { CatalogueWalk } from '../../core/catalogue/walk.ts';
import { eventsOfStep } from '../../core/events/cloud-event.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { populationOf } from '../../core/events/population.ts';

export interface WalkedStep {
  /** The walk after the step. */
  readonly walk: CatalogueWalk;
  readonly step: CatalogueStep;
  /** The configuration before the step. */
  readonly configurationBefore: Configuration;
  /** The events of the step; undefined if there are none. */
  readonly log: LogStep | undefined;
}

/** Walks the step. If `from` is null, every file is read, and `walk.problems()` covers the whole catalogue. */
export async function walkStep(
  repository: Repository,
  planned: PlannedStep,
  override: Configuration | undefined,
  source: string,
): Promise<WalkedStep> {
  const walk = new CatalogueWalk(createHistorySource(repository), override);
  await walk.start(planned.from);
  const before = populationOf(walk.catalogue.teams());
  const configurationBefore = walk.configuration;
  for await (const step of walk.through(readSteps(repository, [planned], undefined))) {
    const events = eventsOfStep(step, source);
    const { from, to, reachable } = planned;
    const log = events.length > 0 ? { from, to, reachable, before, events } : undefined;
    return { walk, step, configurationBefore, log };
  }
  throw new Error(`git listed no step to ${planned.to}`);
}

/** One step between any two revisions, by itself. */
import type { Configuration } from '../catalogue/configuration.ts';
import { CatalogueWalk, type CatalogueStep } from '../catalogue/walk.ts';
import { eventsOfStep } from '../events/cloud-event.ts';
import type { LogStep } from '../events/log-step.ts';
import { createHistorySource, readSteps } from '../git/history.ts';
import type { PlannedStep } from '../git/plan-range.ts';
import type { Repository } from '../git/repository.ts';
import { populationOf } from './event-stream.ts';

export interface WalkedStep {
  /** As it is after the step. */
  readonly walk: CatalogueWalk;
  readonly step: CatalogueStep;
  /** Of the step's older side. */
  readonly configurationBefore: Configuration;
  /** What happened; undefined where nothing did. */
  readonly log: LogStep | undefined;
}

/** From null, every file is read, and `walk.problems()` are those of the whole catalogue. */
export async function walkStep(
  repository: Repository,
  planned: PlannedStep,
  fixed: Configuration | undefined,
  source: string,
): Promise<WalkedStep> {
  const walk = new CatalogueWalk(createHistorySource(repository), fixed);
  await walk.start(planned.from);
  const before = populationOf(walk.catalogue.teams());
  const configurationBefore = walk.configuration;
  for await (const step of walk.through(readSteps(repository, [planned], undefined))) {
    const events = eventsOfStep(step, source);
    const { from, to, reachable } = planned;
    const log = events.length > 0 ? { from, to, reachable, before, events } : undefined;
    return { walk, step, configurationBefore, log };
  }
  throw new Error(`git told no step to ${planned.to}`);
}

/** A range of history as events: the story that the dry run and the delivery share. */
import { CatalogueWalk } from '../catalogue/walk.ts';
import type { Configuration } from '../catalogue/configuration.ts';
import type { Problem } from '../catalogue/team.ts';
import type { Population } from '../delivery/removal-guard.ts';
import { UsageError } from '../errors.ts';
import { eventsOfStep } from '../events/cloud-event.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { createHistorySource, readSteps } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { defaultSource } from '../git/source-uri.ts';
import type { Range } from './range.ts';

export interface EventStream {
  /** The events of each step that has any, oldest first. To be read once. */
  steps(): AsyncGenerator<readonly LoggedEvent[]>;
  /** Teams and memberships before the range; known once `steps` has begun. */
  readonly start: Population;
  /** After the last step: what is wrong at the newest revision in files that the range touched. */
  problems(): Promise<readonly Problem[]>;
  /** Paths passed over, with why. */
  readonly warnings: ReadonlyMap<string, string>;
}

export function openEventStream(
  repository: Repository,
  range: Range,
  fixed: Configuration | undefined,
  stop: AbortSignal,
): EventStream {
  const walk = new CatalogueWalk(createHistorySource(repository), fixed);
  const start = { teams: 0, memberships: 0 };

  async function* steps(): AsyncGenerator<readonly LoggedEvent[]> {
    if (range.steps.length === 0) return range.log.stop();
    const source = startAsking(defaultSource(repository, range.to));
    await walk.start(range.from);
    start.teams = walk.catalogue.size;
    for (const { memberCount } of walk.catalogue.teams()) start.memberships += memberCount;
    let index = 0;
    for await (const step of walk.through(readSteps(repository, range.steps, range.log))) {
      stop.throwIfAborted();
      const events = eventsOfStep(step, index++, await source);
      if (events.length > 0) yield events;
    }
    if (!walk.matched) throw noFileMatched(walk.configuration);
  }

  return { steps, start, problems: () => walk.problems(), warnings: walk.warnings };
}

export function noFileMatched({ files }: Configuration): UsageError {
  return new UsageError(
    `no file matched at any revision of the range: ${files.join(', ')}`,
    'Say in team-events.yml (or --config FILE) where the teams are: catalogue.files.',
  );
}

/** For an answer that is awaited later, or not at all: its failure is told when it is. */
function startAsking<Answer>(answer: Promise<Answer>): Promise<Answer> {
  answer.catch(() => undefined);
  return answer;
}

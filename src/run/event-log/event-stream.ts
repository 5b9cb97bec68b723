/** A range of history as a log of events; dry runs and deliveries share it. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { createHistorySource, readSteps, startLog } from '../../adapters/git/history/history.ts';
import { sourceOf } from '../../adapters/git/source-uri.ts';
import { breathe } from '../../adapters/process/breathe.ts';
import { keepHeapDense } from '../../adapters/process/heap.ts';
import { createPacker } from '../../adapters/process/packed-text.ts';
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import { CatalogueWalk } from '../../core/catalogue/walk.ts';
import { eventsOfStep } from '../../core/events/cloud-event.ts';
import { createArchive, type EventArchive } from '../../core/events/log/event-archive.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { changed, populationOf } from '../../core/events/population.ts';
import { noFileMatched } from './no-file-matched.ts';
import type { Range } from './range.ts';
import { createHints, type Hints } from './step-hints.ts';

export interface EventStream {
  /** The steps that have events, oldest first. Can be read once. */
  steps(): AsyncGenerator<LogStep>;
  /** After the last step: the problems at the newest revision of files that the range touched, and of `others`. */
  problems(others?: Iterable<string>): Promise<readonly Problem[]>;
  /** Paths touched by the steps so far. */
  readonly touched: ReadonlySet<string>;
  /** Paths that were ignored, with the reason. */
  readonly warnings: ReadonlyMap<string, string>;
  /** Hints found in the steps so far. */
  readonly hints: Hints;
}

/** Opens the events of a range; `withoutTotals` as in {@link EventStreamOptions}. */
export type OpenStream = (range: Range, withoutTotals: boolean) => EventStream;

export interface EventStreamOptions {
  /** The totals before each step are not needed, so files that no step affects need not be read. */
  readonly withoutTotals?: boolean;
  /** Awaited between steps, so that other work gets its turn. */
  readonly pause?: () => Promise<void>;
  /** The CloudEvents source where no configuration names one, if it is known. */
  readonly defaultSource?: string | undefined;
}

/** Opens the events of a range. */
export function openEventStream(
  repository: Repository,
  range: Range,
  override: Configuration | undefined,
  stop: AbortSignal,
  { withoutTotals = false, pause = breathe, defaultSource }: EventStreamOptions = {},
): EventStream {
  const walk = new CatalogueWalk(createHistorySource(repository, stop), override);
  const hints = createHints();

  async function* steps(): AsyncGenerator<LogStep> {
    if (range.steps.length === 0) return;
    const log = range.steps.at(-1)?.consecutive ? startLog(repository, range, stop) : undefined;
    try {
      const source = defaultSource ?? startAsking(sourceOf(repository, range.to));
      await walk.start(range.from, withoutTotals);
      let before = populationOf(walk.catalogue.teams());
      for await (const step of walk.through(readSteps(repository, range.steps, log))) {
        await pause();
        stop.throwIfAborted();
        const events = eventsOfStep(step, await source);
        await pause();
        hints.add(step, events);
        const { from, reachable, consecutive, commit } = step.step;
        const logged = { from, to: commit.id, reachable, before, events };
        if (events.length > 0) yield from === null && consecutive ? { ...logged, root: true } : logged;
        before = changed(before, populationOf(step.before.values()), populationOf(step.after.values()));
      }
    } finally {
      log?.stop();
    }
    if (!walk.matched) throw noFileMatched(walk.configuration);
  }

  const { touched, warnings } = walk;
  return { steps, problems: (others) => walk.problems(others), touched, warnings, hints };
}

/** Packed characters from which on memory is worth the fifth more CPU that a dense heap costs. */
const LONG = 12 * 1024 * 1024;

/** For the logs of one run that are kept as a whole: the texts of a long log are packed, then the heap is kept dense. */
export function openArchive(): EventArchive {
  const pack = createPacker();
  let packed = 0;
  return createArchive((text) => {
    if (packed < LONG && packed + text.length >= LONG) keepHeapDense();
    packed += text.length;
    return pack(text);
  });
}

/**
 * Reads those of its steps that are asked for. A run keeps them all, as the removal guard has to know them before the
 * first event is sent.
 */
export async function readLog(
  stream: EventStream,
  includes: (step: LogStep) => boolean = () => true,
): Promise<readonly LogStep[]> {
  const log: LogStep[] = [];
  const archive = openArchive();
  for await (const step of stream.steps()) {
    if (!includes(step)) continue;
    archive.keep(step.events);
    log.push(step);
  }
  return log;
}

/** For a result that is awaited later or never: its failure is reported only when it is awaited. */
function startAsking<Answer>(answer: Promise<Answer>): Promise<Answer> {
  answer.catch(() => undefined);
  return answer;
}

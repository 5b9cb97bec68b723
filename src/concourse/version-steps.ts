/** From a version to the steps of history that come after it, and to the event that it names. */
import type { Repository } from '../adapters/git/clone/repository.ts';
import type { Configuration } from '../core/catalogue/configuration/configuration.ts';
import type { LogStep } from '../core/events/log-step.ts';
import { HistoryError, UsageError } from '../errors.ts';
import { openEventStream } from '../run/event-log/event-stream.ts';
import { readLaneWaves } from '../run/event-log/lane-logs.ts';
import type { RangeOptions } from '../run/event-log/plan-steps.ts';
import { resolveRange } from '../run/event-log/range.ts';
import { revisionOf, ROOT, type Version } from './version.ts';

export interface Reading {
  readonly repository: Repository;
  /** Replaces team-events.yml at all revisions. */
  readonly override: Configuration | undefined;
  readonly stop: AbortSignal;
}

const EACH = { squash: false, onRewrite: 'fail' } as const;
/** Commits that are looked at first for the newest event, before all of history is. */
const NEAR = 256;

/**
 * The steps from the version's own on (without an event: those after it) up to `to`, oldest first; none where `to` lies
 * before it; undefined where history does not lead from it to `to`.
 */
export async function stepsFrom(
  reading: Reading,
  { event, from, commit }: Version,
  to: string,
  onRewrite: RangeOptions['onRewrite'] = 'fail',
): Promise<readonly LogStep[] | undefined> {
  if (commit === ROOT) return rangeSteps(reading, ROOT, to);
  const { repository, override, stop } = reading;
  const first = revisionOf(from ?? commit);
  const partial = event === undefined || first === null ? undefined : { from: first, to: commit };
  const options = { squash: false, onRewrite };
  const waves = readLaneWaves(repository, [{ commit, partial }], to, options, override, stop);
  const { value: only } = await waves.next();
  const log = only?.logs.get(0);
  if (log === undefined || log instanceof HistoryError) return undefined;
  return first === null ? [...(await rangeSteps(reading, ROOT, commit)), ...log.steps] : log.steps;
}

/** What `pick` finds last in the newest step in which it finds anything. */
export async function findNewest<Found>(
  reading: Reading,
  to: string,
  pick: (step: LogStep) => Found | undefined,
): Promise<Found | undefined> {
  const { repository } = reading;
  const line = await repository.git('rev-list', '--first-parent', `--max-count=${NEAR + 1}`, to);
  const near = line.trim().split('\n')[NEAR];
  const found = near === undefined ? undefined : newestOf(await rangeSteps(reading, near, to), pick);
  return found ?? newestOf(await rangeSteps(reading, ROOT, to), pick);
}

const newestOf = <Found>(steps: readonly LogStep[], pick: (step: LogStep) => Found | undefined) =>
  steps.reduce<Found | undefined>((newest, step) => pick(step) ?? newest, undefined);

async function rangeSteps(
  { repository, override, stop }: Reading,
  from: string,
  to: string,
): Promise<LogStep[]> {
  const range = await resolveRange(repository, { from, to }, EACH);
  const steps: LogStep[] = [];
  try {
    for await (const step of openEventStream(repository, range, override, stop).steps()) steps.push(step);
  } catch (error) {
    // No file is a team: told where that is so in all of history, and not just lately.
    if (!(error instanceof UsageError) || from === ROOT) throw error;
  }
  return steps;
}

/** Finds the steps of history after a version, and the event that a version names. */
import type { Repository } from '../adapters/git/clone/repository.ts';
import type { Configuration } from '../core/catalogue/configuration/configuration.ts';
import type { LogStep } from '../core/events/log-step.ts';
import { UsageError } from '../errors.ts';
import { openEventStream } from '../run/event-log/event-stream.ts';
import { readLaneWaves } from '../run/event-log/lane-logs.ts';
import { planRange, type RangeOptions } from '../run/event-log/plan-steps.ts';
import { revisionOf, type Version } from './version.ts';

export interface Reading {
  readonly repository: Repository;
  /** Replaces team-events.yml at all revisions. */
  readonly override: Configuration | undefined;
  readonly stop: AbortSignal;
}

const EACH = { squash: false, onRewrite: 'fail' } as const;
/** For the newest event, this many commits are searched before all of history is. */
const NEAR = 256;

/**
 * The steps from the version's own on (for a version without an event: those after it) up to `to`, oldest first; none
 * if `to` is older than the version; undefined if history does not lead from it to `to`.
 */
export async function stepsFrom(
  reading: Reading,
  { from, commit }: Version,
  to: string,
  onRewrite: RangeOptions['onRewrite'] = 'fail',
): Promise<readonly LogStep[] | undefined> {
  const { repository, override, stop } = reading;
  const older = from === undefined ? undefined : revisionOf(from);
  const own = older === null ? ({ root: true } as const) : {};
  const partial = older === undefined ? undefined : { from: older, to: commit, ...own };
  const origin = { commit: revisionOf(commit), partial };
  const waves = readLaneWaves(repository, [origin], to, { squash: false, onRewrite }, override, stop);
  const { value: only } = await waves.next();
  const log = only?.logs.get(0);
  return log?.ok ? log.value.steps : undefined;
}

/** The last result of `pick` for the newest step in which it finds anything. */
export async function findNewest<Found>(
  reading: Reading,
  to: string,
  pick: (step: LogStep) => Found | undefined,
): Promise<Found | undefined> {
  const { repository } = reading;
  const line = await repository.git('rev-list', '--first-parent', `--max-count=${NEAR + 1}`, to);
  const near = line.trim().split('\n')[NEAR];
  const found = near === undefined ? undefined : newestOf(await rangeSteps(reading, near, to), pick);
  return found ?? newestOf(await rangeSteps(reading, null, to), pick);
}

const newestOf = <Found>(steps: readonly LogStep[], pick: (step: LogStep) => Found | undefined) =>
  steps.reduce<Found | undefined>((newest, step) => pick(step) ?? newest, undefined);

async function rangeSteps(
  { repository, override, stop }: Reading,
  from: string | null,
  to: string,
): Promise<LogStep[]> {
  const range = { from, to, steps: await planRange(repository, from, to, EACH) };
  const steps: LogStep[] = [];
  try {
    for await (const step of openEventStream(repository, range, override, stop).steps()) steps.push(step);
  } catch (error) {
    // No file matched: an error only if that is so in all of history, not just in the newest part.
    if (!(error instanceof UsageError) || from === null) throw error;
  }
  return steps;
}

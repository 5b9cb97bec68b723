/** `team-events [notify]`: from a range of history to webhooks at its subscribers, or to a dry run of them. */
import { setFlagsFromString } from 'node:v8';
import type { Selects } from '../clients/lane-selection.ts';
import { UsageError, type ExitCode } from '../errors.ts';
import type { EventType } from '../events/team-event.ts';
import { readConfigurationFile } from '../files/configuration-file.ts';
import type { PolicyFlags } from '../files/policy-file.ts';
import { openRepository } from '../git/repository.ts';
import type { Console } from '../report/console.ts';
import type { Masker } from '../report/masker.ts';
import { openEventStream, type OpenStream } from './event-stream.ts';
import { callerOf } from './notes.ts';
import { lastCatalogueCommit, resolveRange, whatIsAsked, type Range, type RangeWords } from './range.ts';
import type { StopSignal } from './stop-signal.ts';

export type OutputFormat = 'text' | 'json' | 'ndjson';

/** As the command line declares them. */
export interface NotifyOptions extends RangeWords, PolicyFlags {
  readonly repo: string;
  readonly clients: string | undefined;
  readonly client: readonly string[];
  readonly type: readonly EventType[];
  readonly team: readonly string[];
  readonly printEvents: boolean;
  readonly format: OutputFormat;
  readonly squash: boolean;
  readonly onRewrite: 'fail' | 'squash';
  readonly config: string | undefined;
  readonly policy: string | undefined;
  readonly allowRemovals: string | undefined;
  readonly report: string | undefined;
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  readonly init: boolean;
  /** Milliseconds, as the two that follow. */
  readonly claimFor: number;
  /** Milliseconds. */
  readonly maxDuration: number;
  /** Being behind for less is no failure. */
  readonly lateAfter: number | undefined;
}

/** What a command is given of the world. */
export interface Surroundings {
  readonly console: Console;
  readonly masker: Masker;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly stop: StopSignal;
}

/** For a dry run, which keeps the catalogue alone: a third less memory, no time lost. (Requests would lose time.) */
const LATE_GROWING_HEAP = ['--semi-space-growth-factor=1', '--heap-growing-percent=40'];

/** Finds the range, reads its events, then prints or sends them. */
export async function notify(options: NotifyOptions, surroundings: Surroundings): Promise<ExitCode> {
  const asked = whatIsAsked(options);
  if (asked.kind === 'nothing' && !options.printEvents) throw nothingAsked();
  const { stop } = surroundings;
  stop.after(options.maxDuration);
  if (options.printEvents) for (const flag of LATE_GROWING_HEAP) setFlagsFromString(flag);
  const repository = await openRepository(options.repo, callerOf(surroundings));
  const fixed = readConfigurationFile(options.config);
  if (asked.kind === 'pending') {
    refuseFilters(options);
    const finish = options.printEvents
      ? (await import('./print-pending.ts')).printPending
      : (await import('./send-pending.ts')).sendPending;
    return finish(repository, asked, fixed, options, surroundings);
  }
  const findRange = async (): Promise<Range> => {
    if (asked.kind === 'nothing') return lastCatalogueCommit(repository, fixed);
    const range = await resolveRange(repository, asked, options);
    if (range.steps.length === 0 && range.from !== range.to) {
      const { from, to } = asked;
      surroundings.console.note(
        `${to} is older than ${from}: nothing is new. The other way round it is ${to}..${from}`,
      );
    }
    return range;
  };
  const open: OpenStream = (range, uncounted) =>
    openEventStream(repository, range, fixed, stop.requested, uncounted);
  const selects = selector(options);
  // Loaded when needed: what sends takes longer to load than a dry run to run.
  const finish = options.printEvents
    ? (await import('./print-events.ts')).printEvents
    : (await import('./send-range.ts')).sendRange;
  return finish(repository, findRange, open, selects, options, surroundings);
}

/** Whether `--type` and `--team` let an event through. */
export function selector({ type, team }: Pick<NotifyOptions, 'type' | 'team'>): Selects {
  const types = new Set<string>(type);
  const teams = new Set(team);
  return (event) =>
    (types.size === 0 || types.has(event.type)) && (teams.size === 0 || teams.has(event.subject));
}

/** What a filter leaves out would be lost: the cursor moves past it. */
function refuseFilters({ type, team }: NotifyOptions): void {
  if (type.length + team.length === 0) return;
  throw new UsageError(
    '--type and --team do not go with --cursor: what they leave out would be lost',
    'Choose clients with --client, or name a range with --from and --to.',
  );
}

function nothingAsked(): UsageError {
  return new UsageError('nothing is sent without a range or a cursor', [
    'To see what the last change of the catalogue would send:',
    '  team-events --print-events',
    'To send what is pending for each client, and remember how far each came:',
    '  team-events --cursor tag:team-events --clients FILE',
    'To send the events of a range:',
    '  team-events --from REVISION --to REVISION --clients FILE',
  ]);
}

/** `team-events [notify]`: from a range of history to webhooks at its subscribers, or to a dry run of them. */
import type { Selects } from '../clients/lane-selection.ts';
import { UsageError, type ExitCode } from '../errors.ts';
import type { EventType } from '../events/team-event.ts';
import { readConfigurationFile } from '../files/configuration-file.ts';
import type { PolicyFlags } from '../files/policy-file.ts';
import { openRepository } from '../git/repository.ts';
import type { Console } from '../report/console.ts';
import type { Masker } from '../report/masker.ts';
import { openEventStream } from './event-stream.ts';
import { lastCatalogueCommit, rangeWords, resolveRange, type Range, type RangeWords } from './range.ts';
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
}

/** What a command is given of the world. */
export interface Surroundings {
  readonly console: Console;
  readonly masker: Masker;
  readonly environment: NodeJS.ProcessEnv;
  readonly version: string;
  readonly stop: StopSignal;
}

/** Finds the range, reads its events, then prints or sends them. */
export async function notify(options: NotifyOptions, surroundings: Surroundings): Promise<ExitCode> {
  const words = rangeWords(options);
  if (words === undefined && !options.printEvents) throw nothingAsked();
  const repository = await openRepository(options.repo);
  const fixed = readConfigurationFile(options.config);
  const range: Range =
    words === undefined
      ? await lastCatalogueCommit(repository, fixed)
      : await resolveRange(repository, words, options);
  const stream = openEventStream(repository, range, fixed, surroundings.stop.requested);
  const selects = selector(options);
  // Loaded when needed: what sends takes longer to load than a dry run to run.
  const finish = options.printEvents
    ? (await import('./print-events.ts')).printEvents
    : (await import('./send-events.ts')).sendEvents;
  return finish(repository, range, stream, selects, options, surroundings);
}

/** Whether `--type` and `--team` let an event through. */
function selector({ type, team }: NotifyOptions): Selects {
  const types = new Set<string>(type);
  const teams = new Set(team);
  return (event) =>
    (types.size === 0 || types.has(event.type)) && (teams.size === 0 || teams.has(event.subject));
}

function nothingAsked(): UsageError {
  return new UsageError(
    'nothing is sent without a range',
    'To see what the last change of the catalogue would send:\n' +
      '  team-events --print-events\n' +
      'To send the events of a range:\n' +
      '  team-events --from REVISION --to REVISION --clients FILE',
  );
}

/** `team-events [notify]`: sends a range of history or what is pending to the clients, or prints it (dry run). */
import { readConfigurationFile } from '../../adapters/files/configuration-file.ts';
import { openRepository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { selector } from '../../core/clients/event-selector.ts';
import { HistoryError, UsageError, type ExitCode } from '../../errors.ts';
import { againLines } from '../../reporters/commands/again-lines.ts';
import { notifyCommands } from '../../reporters/commands/notify-commands.ts';
import type { RunCommands } from '../../reporters/run-commands.ts';
import { openEventStream, type OpenStream } from '../../run/event-log/event-stream.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import { lastCatalogueCommit, resolveRange, type Range } from '../../run/event-log/range.ts';
import { whatIsAsked } from '../../run/requested-range.ts';
import type { NotifyOptions } from '../../run/run-options.ts';
import { nothingAsked } from './nothing-asked.ts';

/** Finds the range, reads its events, then prints or sends them. */
export async function notify(options: NotifyOptions, context: RunContext): Promise<ExitCode> {
  const asked = whatIsAsked(options);
  if (asked.kind === 'nothing' && (asked.to !== undefined || !options.printEvents))
    throw await nothingAsked(asked.to, options.repo, context.args);
  const { stop } = context;
  stop.after(options.maxDuration);
  const repository = await openRepository(options.repo, callerOf(context));
  const override = readConfigurationFile(options.config);
  if (asked.kind === 'pending') {
    refuseFilters(options);
    const finish = options.printEvents
      ? (await import('./dry-run/print-pending.ts')).printPending
      : (await import('./send-pending.ts')).sendPending;
    return finish(repository, asked, override, options, context).catch((error: unknown) => {
      const commands = notifyCommands({ '--cursor': asked.store }, asked, asked.to, options);
      if (stop.stopping.aborted) {
        const how = 'The run ended early; the next run goes on where the cursors are. To go on now:';
        context.console.note([how, `  ${commands.again()}`]);
      }
      throw withCommands(error, commands);
    });
  }
  const findRange = async (): Promise<Range> => {
    if (asked.kind === 'nothing') return lastCatalogueCommit(repository, override);
    const range = await resolveRange(repository, asked, options).catch((error: unknown) => {
      throw withCommands(error, notifyCommands({ '--from': asked.from }, asked, asked.to, options));
    });
    if (range.steps.length === 0 && range.from !== range.to) {
      const { from, to } = asked;
      context.console.note(
        `${to} is older than ${from}: there is nothing new. The opposite range is ${to}..${from}`,
      );
    }
    return range;
  };
  const open: OpenStream = (range, withoutTotals) =>
    openEventStream(repository, range, override, stop.stopping, { withoutTotals });
  const selects = selector(options);
  // Loaded only when needed: the code that sends takes longer to load than a dry run takes in all.
  const finish = options.printEvents
    ? (await import('./dry-run/print-events.ts')).printEvents
    : (await import('./send-range.ts')).sendRange;
  return finish(repository, findRange, open, selects, options, context);
}

/** The error with the commands that pass where it stopped. */
function withCommands(error: unknown, commands: RunCommands): unknown {
  if (!(error instanceof HistoryError && error.again)) return error;
  return new HistoryError(error.message, [
    ...(error.remedy?.split('\n') ?? []),
    ...againLines(commands, error.again),
  ]);
}

/** Filters are refused: the cursor moves past the events that they leave out, so those would be lost. */
function refuseFilters({ type, team }: NotifyOptions): void {
  if (type.length + team.length === 0) return;
  throw new UsageError(
    '--type and --team cannot be used with --cursor: the events they leave out would never be sent',
    'Choose clients with --client, or name a range with --from and --to.',
  );
}

/** Sends the events of an explicit range to every client. No cursor is kept. */
import { openOperatorSettings } from '../../adapters/files/operator-settings.ts';
import type { Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Console } from '../../adapters/process/terminal/console.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import type { Client } from '../../core/clients/file/client.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import { NO_HOOKS } from '../../core/delivery/lane/lane-hooks.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { ExitCode } from '../../errors.ts';
import { notifyCommands } from '../../reporters/commands/notify-commands.ts';
import { allowedReachableOf } from '../../run/event-log/allowed-removals.ts';
import { readLog, type EventStream, type OpenStream } from '../../run/event-log/event-stream.ts';
import { commentOnDelivered } from '../../run/comment/comment-on-delivered.ts';
import { noteHints, noteWarnings } from '../../run/event-log/log-notes.ts';
import type { Range } from '../../run/event-log/range.ts';
import { unservedResult } from '../../run/lanes/unserved-result.ts';
import type { NotifyOptions } from '../../run/run-options.ts';
import { serveLanes } from '../../run/serving/serve-lanes.ts';

export async function sendRange(
  repository: Repository,
  findRange: () => Promise<Range>,
  open: OpenStream,
  selects: Selects,
  options: NotifyOptions,
  context: RunContext,
): Promise<ExitCode> {
  const files = openOperatorSettings(repository, options, context);
  const { chosen, clients } = files;
  const range = await findRange();
  const allowedReachable = await allowedReachableOf(repository, range.to, options.allowRemovals);
  const { log, problems } = await readRange(open(range, false), context.console);
  const states = new Map(chosen.clients.map(({ name }) => [name, clients.state(name)]));
  const isReady = ({ name }: Client): boolean => states.get(name)?.kind === 'ready';
  const notServed = [...chosen.clients.filter((client) => !isReady(client)), ...chosen.misconfigured];
  const work = {
    from: range.from,
    to: range.to,
    first: {
      log,
      lanes: chosen.clients
        .filter(isReady)
        .map((client) => ({ client: client.name, contact: client.contact, log })),
      others: notServed.map((client) => unservedResult(client, states.get(client.name), log, selects)),
      waiting: [],
      problems,
    },
    selects,
    shows: selects,
    allowedReachable,
    commands: notifyCommands({ '--from': range.from ?? 'root' }, range, range.to, options),
    pausedIsFine: false,
  };
  const reported = commentOnDelivered(repository, options, context);
  return serveLanes(work, files, NO_HOOKS, { ...options, reported }, context);
}

/** A function of its own, so that the catalogue is not kept while its events are sent. */
async function readRange(
  stream: EventStream,
  console: Console,
): Promise<{ readonly log: readonly LogStep[]; readonly problems: readonly Problem[] }> {
  const log = await readLog(stream);
  noteWarnings(stream, console);
  noteHints(stream, console);
  return { log, problems: await stream.problems() };
}

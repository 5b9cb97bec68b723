/** The range form: the events of an explicit range to every client. Nothing is remembered. */
import type { Selects } from '../clients/lane-selection.ts';
import type { Client } from '../clients/clients-file.ts';
import type { ExitCode } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import type { Repository } from '../git/repository.ts';
import type { Console } from '../report/console.ts';
import { allowedReachableOf } from './allowed-removals.ts';
import type { EventStream, OpenStream } from './event-stream.ts';
import { noteHints, noteWarnings } from './notes.ts';
import type { NotifyOptions, Surroundings } from './notify.ts';
import { openOperatorFiles } from './operator-files.ts';
import type { Range } from './range.ts';
import { NO_HOOKS, serveLanes } from './serve-lanes.ts';
import { squashCommand } from './squash-command.ts';
import { unservedResult } from './unserved-result.ts';

export async function sendRange(
  repository: Repository,
  findRange: () => Promise<Range>,
  open: OpenStream,
  selects: Selects,
  options: NotifyOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const files = openOperatorFiles(repository, options, surroundings);
  const { chosen, clients } = files;
  const range = await findRange();
  const allowedReachable = await allowedReachableOf(repository, range.to, options.allowRemovals);
  const stream = open(range, false);
  const log = await readLog(stream, surroundings.console);
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
      problems: await stream.problems(),
    },
    selects,
    shows: selects,
    allowedReachable,
    squashCommand: (client: string) =>
      squashCommand({ '--from': range.from ?? 'root' }, range.to, client, options),
    pausedIsFine: false,
  };
  return serveLanes(work, files, NO_HOOKS, options, surroundings);
}

/** All events of the range, which the removal guard has to know before the first is sent. */
async function readLog(stream: EventStream, console: Console): Promise<readonly LogStep[]> {
  const log: LogStep[] = [];
  for await (const step of stream.steps()) log.push(step);
  noteWarnings(stream, console);
  noteHints(stream, console);
  return log;
}

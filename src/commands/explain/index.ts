/**
 * `team-events explain evt_…|TEAM|MEMBER`: what happened, by which commit and author, and who was sent it. Writes
 * nothing.
 */
import { chooseClients, clientsPath, hasClientsFile } from '../../adapters/files/choose-clients.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { readConfigurationFile } from '../../adapters/files/configuration-file.ts';
import { openRepository, type Repository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { EXIT, UsageError, type ExitCode } from '../../errors.ts';
import { commandLine } from '../../reporters/commands/command-line.ts';
import { openEventStream } from '../../run/event-log/event-stream.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import { resolveRange } from '../../run/event-log/range.ts';
import { type OpenCursors, type StoreOptions, withCursors } from '../../run/lanes/open-cursors.ts';
import { entriesOf, readPending } from '../../run/lanes/pending.ts';
import { deliveriesBy, type DeliveriesOf } from './deliveries.ts';
import { EXPLAIN_REPORTERS, type ExplainFormat } from './formats/formats.ts';
import { type Explanation, subjectOf } from './subject.ts';

export interface ExplainOptions extends StoreOptions {
  readonly clients: string | undefined;
  readonly client: readonly string[];
  readonly to: string | undefined;
  readonly config: string | undefined;
  readonly format: ExplainFormat;
  /** Milliseconds. */
  readonly claimFor: number;
}

/** @throws {UsageError} if history has no such event, team or member */
export async function explain(name: string, options: ExplainOptions, context: RunContext): Promise<ExitCode> {
  const { console } = context;
  const tell = async (repository: Repository, cursors?: OpenCursors): Promise<ExitCode> => {
    const explanation = await explainIn(repository, cursors, name, options, context);
    const show = await EXPLAIN_REPORTERS[options.format]();
    await console.print(show(explanation, console.style));
    if (cursors === undefined)
      console.note([
        'To see also which clients were sent them, name the cursors; if they are the usual ones:',
        `  ${commandLine(context.args, { '--cursor': 'tag:team-events' })}`,
      ]);
    return EXIT.done;
  };
  if (options.cursor === undefined) return tell(await openRepository(options.repo, callerOf(context)));
  return withCursors(options, true, context, (cursors) => tell(cursors.repository, cursors));
}

/** Reads all of history up to `--to`, because any event may concern a member. */
async function explainIn(
  repository: Repository,
  cursors: OpenCursors | undefined,
  name: string,
  options: ExplainOptions,
  { stop }: RunContext,
): Promise<Explanation> {
  const override = readConfigurationFile(options.config);
  const file = clientsOf(repository, cursors, options);
  const range = await resolveRange(
    repository,
    { from: null, to: options.to ?? 'HEAD' },
    { squash: false, onRewrite: 'fail' },
  );
  const deliveriesOf =
    file === undefined || cursors === undefined
      ? () => () => []
      : await readDeliveries(repository, file, cursors, range.to, options, stop.stopping);
  const subject = subjectOf(name);
  const stream = openEventStream(repository, range, override, stop.stopping, { withoutTotals: true });
  for await (const step of stream.steps()) {
    subject.look(step.events, deliveriesOf(step.events));
  }
  const found = subject.explanation(range.to);
  if (found !== undefined) return found;
  const alike = subject.alike();
  throw new UsageError(
    `no event, team or member is called ${JSON.stringify(name)} in the history of ${range.to.slice(0, 12)}`,
    alike === undefined ? 'Ids are those that --print-events shows.' : `Did you mean ${alike}?`,
  );
}

/** The clients file is read only with cursors; alone it says nothing about what was sent. */
function clientsOf(
  repository: Repository,
  cursors: OpenCursors | undefined,
  { clients, client }: ExplainOptions,
): ClientsFile | undefined {
  if (cursors === undefined) return undefined;
  if (clients === undefined && client.length === 0 && !hasClientsFile(repository)) return undefined;
  const path = clientsPath(repository, clients);
  return chooseClients(readClientsFile(path), client, path);
}

async function readDeliveries(
  repository: Repository,
  file: ClientsFile,
  { stored }: OpenCursors,
  to: string,
  { claimFor, config }: ExplainOptions,
  stop: AbortSignal,
): Promise<DeliveriesOf> {
  const asked = { squash: false, onRewrite: 'fail', claimFor } as const;
  const override = readConfigurationFile(config);
  const { lanes } = await readPending(repository, entriesOf(file), stored, to, asked, override, stop);
  return deliveriesBy(lanes);
}

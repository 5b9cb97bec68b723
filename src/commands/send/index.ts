/**
 * `team-events send`: sends sample events, or those of a file, to one endpoint, through the same code as real
 * deliveries.
 */
import { randomUUID } from 'node:crypto';
import { urlsOf, connectionSettings } from '../../adapters/files/connection-settings.ts';
import { readPolicy, type PolicyFlags } from '../../adapters/files/policy-file.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';
import { requestsOf } from '../../core/clients/requests-of.ts';
import { NO_HOOKS } from '../../core/delivery/lane/lane-hooks.ts';
import type { EventType } from '../../core/events/event-type.ts';
import { sampleLog } from '../../core/events/sample-events.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { UsageError, type ExitCode } from '../../errors.ts';
import { requestLines } from '../../reporters/history/events-text.ts';
import { serveLanes } from '../../run/serving/serve-lanes.ts';
import { readEventFile } from './kept-events.ts';
import { withHelp } from './send-help.ts';
import { hostsOfListen, targetOf, type TargetOptions } from './target.ts';

export interface SendOptions extends TargetOptions, PolicyFlags {
  /** The file with the events; undefined for the sample events. */
  readonly file: string | undefined;
  readonly type: readonly EventType[];
  readonly policy: string | undefined;
}

export async function send(options: SendOptions, context: RunContext): Promise<ExitCode> {
  const { redactor } = context;
  const allowHost = [...options.allowHost, ...hostsOfListen(options)];
  const policy = readPolicy(options.policy, { ...options, allowHost });
  const bound = await targetOf(options, context);
  redactor.add(bound.hidden.everywhere, bound.hidden.hosts);
  const types = typesFor(bound, options.type);
  const all =
    options.file === undefined ? sampleLog(Date.now() / 1000, randomUUID()) : readEventFile(options.file);
  const log = all
    .map((step) => ({ ...step, events: step.events.filter(({ type }) => types.has(type)) }))
    .filter(({ events }) => events.length > 0);

  const { name, contact } = bound.client;
  const everything = (): boolean => true;
  const work = {
    from: log[0]?.from ?? null,
    to: log.at(-1)?.to ?? '',
    first: { log, lanes: [{ client: name, contact, log }], others: [], waiting: [], problems: [] },
    selects: everything,
    shows: everything,
    allowedReachable: Infinity, // the user chose these events, including removals
    commands: undefined,
    pausedIsFine: false,
    replay: options.file !== undefined,
  };
  const chosen: ClientsFile = { clients: [bound.client], misconfigured: [] };
  const clients = { initial: chosen, state: () => ({ kind: 'ready', bound }) as const, unusable: undefined };
  const output = { format: 'text', all: true, lateAfter: undefined, report: undefined } as const;
  const shown = requestsOf([bound.client]);
  for (const event of log.flatMap(({ events }) => events))
    for (const line of requestLines({ client: event.type, requests: shown(name, event) }))
      context.console.note(line);
  const connections = connectionSettings(policy, context.environment, urlsOf(bound));
  return serveLanes(
    work,
    { policy, connections, clientsPath: undefined, clients, chosen, journal: undefined },
    { ...NO_HOOKS, resultOf: ({ result }) => withHelp(result, bound, context.args) },
    output,
    context,
  );
}

/**
 * The requested types, else all that the client subscribes to. @throws {UsageError} for a type it does not subscribe to
 */
function typesFor({ client }: BoundClient, asked: readonly EventType[]): ReadonlySet<LoggedEvent['type']> {
  const known = [...client.subscriptions.keys()];
  const foreign = asked.filter((type) => !client.subscriptions.has(type));
  if (foreign.length > 0)
    throw new UsageError(
      `the client ${client.name} does not subscribe to ${foreign.join(', ')}`,
      `It subscribes to: ${known.join(', ')}`,
    );
  return new Set(asked.length > 0 ? asked : known);
}

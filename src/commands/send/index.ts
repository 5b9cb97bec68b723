/**
 * `team-events send`: sends sample events, or those of a file, to one endpoint, through the same code as real
 * deliveries.
 */
import { randomUUID } from 'node:crypto';
import { chooseClients, clientsPath } from '../../adapters/files/choose-clients.ts';
import { createVariables } from '../../adapters/files/client-variables.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { urlsOf, connectionSettings } from '../../adapters/files/connection-settings.ts';
import { readPolicy, type PolicyFlags } from '../../adapters/files/policy-file.ts';
import { openRepository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { bindClient, type BoundClient } from '../../core/clients/binding/bind-client.ts';
import { placeOfUrl } from '../../core/clients/binding/place.ts';
import { parseClientsFile, type ClientsFile } from '../../core/clients/file/clients-file.ts';
import { urlProblem } from '../../core/clients/file/url-rules.ts';
import type { WireFormat } from '../../core/clients/file/wire-format.ts';
import { NO_HOOKS } from '../../core/delivery/lane/lane-hooks.ts';
import { type EventType, EVENT_TYPES } from '../../core/events/event-type.ts';
import { sampleLog } from '../../core/events/sample-events.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { UsageError, type ExitCode } from '../../errors.ts';
import { serveLanes } from '../../run/serving/serve-lanes.ts';
import { readEventFile } from './kept-events.ts';

export interface SendOptions extends PolicyFlags {
  /** The file with the events; undefined for the sample events. */
  readonly file: string | undefined;
  readonly to: string | undefined;
  /** The client whose endpoints, headers and secrets are used; at most one. */
  readonly client: readonly string[];
  readonly clients: string | undefined;
  readonly repo: string;
  readonly type: readonly EventType[];
  readonly format: WireFormat | undefined;
  readonly secret: readonly string[];
  readonly policy: string | undefined;
}

export async function send(options: SendOptions, context: RunContext): Promise<ExitCode> {
  const { redactor } = context;
  const policy = readPolicy(options.policy, options);
  const bound = options.client.length > 0 ? await clientOf(options, context) : endpointOf(options);
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
    squashCommand: () => undefined,
    pausedIsFine: false,
    replay: options.file !== undefined,
  };
  const chosen: ClientsFile = { clients: [bound.client], misconfigured: [] };
  const clients = { initial: chosen, state: () => ({ kind: 'ready', bound }) as const, unusable: undefined };
  const output = { format: 'text', lateAfter: undefined, report: undefined } as const;
  const connections = connectionSettings(policy, context.environment, urlsOf(bound));
  return serveLanes(work, { policy, connections, clients, chosen }, NO_HOOKS, output, context);
}

/** A client of the clients file, even if paused, for all teams; `--to` replaces its urls. */
async function clientOf(options: SendOptions, { environment }: RunContext): Promise<BoundClient> {
  const [name = '', ...others] = options.client;
  if (others.length > 0) throw new UsageError('send is about one endpoint: name one --client');
  if (options.format !== undefined || options.secret.length > 0)
    throw new UsageError(
      `the client ${name} says its format and secrets itself: leave out --format and --secret`,
    );
  const path = options.clients ?? clientsPath(await openRepository(options.repo), undefined);
  const { clients, misconfigured } = chooseClients(readClientsFile(path), [name], path);
  const [client] = clients;
  const bound =
    client === undefined
      ? { problems: misconfigured.flatMap(({ problems }) => problems) }
      : bindClient(client, createVariables(environment)(name));
  if ('problems' in bound) {
    const told = bound.problems.map(({ line, message }) => `${path}:${line}: ${message}`);
    throw new UsageError(`the client ${name} is misconfigured:`, undefined, told);
  }
  const subscriptions = [...bound.client.subscriptions].map(
    ([type, subscription]) => [type, { ...subscription, scope: undefined }] as const,
  );
  const { to } = options;
  if (to !== undefined) requireUrl(to);
  const endpoints = [...bound.endpoints].map(
    ([type, endpoint]) =>
      [
        type,
        to === undefined ? endpoint : { ...endpoint, url: to, place: `${endpoint.method} ${placeOfUrl(to)}` },
      ] as const,
  );
  return {
    ...bound,
    client: { ...bound.client, paused: false, skip: new Set(), subscriptions: new Map(subscriptions) },
    endpoints: new Map(endpoints),
  };
}

/** The endpoint of `--to`, `--format` and `--secret`, as a client that a file could hold. */
function endpointOf({ to, format, secret }: SendOptions): BoundClient {
  if (to === undefined)
    throw new UsageError(
      'send needs to know where to',
      'Name a url with --to URL, or a client of the clients file with --client NAME.',
    );
  requireUrl(to);
  const literal = (text: string): string => text.replaceAll('${', () => '$${');
  const entry = {
    name: 'sample',
    secrets: secret.map(literal),
    ...(format && { format }),
    subscriptions: [{ events: EVENT_TYPES, url: literal(to) }],
  };
  const { clients, misconfigured } = parseClientsFile(JSON.stringify({ clients: [entry] }), '--to');
  const [client] = clients;
  const bound = client
    ? bindClient(client, () => undefined)
    : { problems: misconfigured.flatMap(({ problems }) => problems) };
  if ('problems' in bound) throw new UsageError(bound.problems.map(({ message }) => message).join('; '));
  return bound;
}

function requireUrl(url: string): void {
  const problem = urlProblem(url);
  if (problem !== undefined) throw new UsageError(`--to: ${problem}`);
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

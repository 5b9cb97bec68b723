/** Where `send` sends to: as a client of the clients file, to a url of its own, or to `listen` on this machine. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { chooseClients, clientsPath } from '../../adapters/files/choose-clients.ts';
import { createVariables } from '../../adapters/files/client-variables.ts';
import { readClientsFile } from '../../adapters/files/clients-on-disk.ts';
import { openRepository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { bindClient, type BoundClient } from '../../core/clients/binding/bind-client.ts';
import { placeOfUrl } from '../../core/clients/binding/place.ts';
import { parseClientsFile } from '../../core/clients/file/clients-file.ts';
import { parseUrl } from '../../core/text/parse-url.ts';
import { urlProblem } from '../../core/clients/file/url-rules.ts';
import type { WireFormat } from '../../core/clients/file/wire-format.ts';
import { namedFinds } from '../../core/requests/preview.ts';
import type { RequestTemplate } from '../../core/requests/request-template.ts';
import { EVENT_TYPES } from '../../core/events/event-type.ts';
import { UsageError } from '../../errors.ts';

export interface TargetOptions {
  readonly to: string | undefined;
  /** Of `listen` on this machine. */
  readonly port: number;
  /** The client whose endpoints, headers and secrets are used; at most one. */
  readonly client: readonly string[];
  readonly clients: string | undefined;
  readonly repo: string;
  readonly format: WireFormat | undefined;
  readonly secret: readonly string[];
}

/** @throws {UsageError} where it cannot be sent to */
export const targetOf = async (options: TargetOptions, context: RunContext): Promise<BoundClient> =>
  options.client.length > 0
    ? clientOf(options, context)
    : endpointOf({ ...options, to: options.to ?? (await listenUrl(options.port)) });

/** The host of `to` where it is the address of `listen`: that may be reached without `--allow-host`. */
export function hostsOfListen({ to, client, port }: TargetOptions): readonly string[] {
  if (to === undefined) return client.length > 0 ? [] : [LISTEN_HOST];
  const url = parseUrl(to);
  const isListen = url?.protocol === 'http:' && url.port === String(port);
  return isListen && [LISTEN_HOST, 'localhost'].includes(url.hostname) ? [url.hostname] : [];
}

const LISTEN_HOST = '127.0.0.1';

/** @throws {UsageError} where nothing listens, rather than trying again and again */
async function listenUrl(port: number): Promise<string> {
  const socket = connect({ host: LISTEN_HOST, port });
  try {
    await once(socket, 'connect');
  } catch {
    throw new UsageError(
      `nothing listens on ${LISTEN_HOST}:${port}`,
      'Start it in another terminal: team-events listen. Or name a url with --to URL, or a client of the clients file ' +
        'with --client NAME.',
    );
  } finally {
    socket.destroy();
  }
  return `http://${LISTEN_HOST}:${port}/`;
}

/** A client of the clients file, even if paused, for all teams; `--to` replaces its urls. */
async function clientOf(options: TargetOptions, { environment }: RunContext): Promise<BoundClient> {
  const [name = '', ...others] = options.client;
  if (others.length > 0) throw new UsageError('send is about one endpoint: name one --client');
  if (options.format !== undefined || options.secret.length > 0)
    throw new UsageError(
      `the client ${name} says its format and secrets itself: leave out --format and --secret`,
    );
  const path = options.clients ?? clientsPath(await openRepository(options.repo), undefined);
  const { clients, misconfigured } = chooseClients(readClientsFile(path), [name], path);
  const [client] = clients;
  const result = client && bindClient(client, createVariables(environment)(name));
  if (!result?.ok) {
    const problems = result?.wrong ?? misconfigured.flatMap((one) => one.problems);
    const lines = problems.map(({ line, message }) => `${path}:${line}: ${message}`);
    throw new UsageError(`the client ${name} is misconfigured:`, undefined, lines);
  }
  const bound = result.value;
  return asTarget(bound, options.to);
}

/** @throws {UsageError} for a url in place of a broker */
function asTarget({ client, destination, hidden }: BoundClient, to: string | undefined): BoundClient {
  if (to !== undefined) requireUrl(to);
  const unscoped = new Map(
    [...client.subscriptions].map(([type, one]) => [type, { ...one, scope: undefined }]),
  );
  const freed = { ...client, paused: false, skip: new Set<string>(), subscriptions: unscoped };
  if (to === undefined) return { client: freed, destination, hidden };
  const entry = client.destination;
  if (destination.kind !== 'webhook' || entry.kind !== 'webhook')
    throw new UsageError(
      `the events of the client ${client.name} go to a broker, for which --to URL cannot stand in`,
      'Leave out --to to send them there, or leave out --client to send the events themselves to the url.',
    );
  const subscriptions = [...entry.subscriptions].map(([type, subscription]) => {
    const request = sentTo(to, subscription.request);
    return [type, { ...subscription, request, scope: undefined }] as const;
  });
  const endpoints = [...destination.endpoints].map(([type, endpoint]) => {
    const place = `${endpoint.method} ${placeOfUrl(to)}`;
    const request = sentTo(to, endpoint.request);
    return [type, { ...endpoint, url: to, place, request, oauth2: undefined }] as const;
  });
  const webhooks = new Map(subscriptions);
  return {
    client: { ...freed, subscriptions: webhooks, destination: { ...entry, subscriptions: webhooks } },
    destination: { ...destination, endpoints: new Map(endpoints) },
    hidden,
  };
}

/** To another url, and nobody is asked anything first: what would be found is shown by its name. */
const sentTo = <Request extends RequestTemplate>(to: string, request: Request | undefined) =>
  request && {
    ...request,
    url: { line: 0, parts: [{ text: to }] },
    query: [],
    find: [],
    found: namedFinds(request),
  };

/** The endpoint of `--to`, `--format` and `--secret`, as a client that a file could hold. */
function endpointOf({ to, format, secret }: TargetOptions & { readonly to: string }): BoundClient {
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
  const bound = client && bindClient(client, () => undefined);
  if (bound?.ok) return bound.value;
  const problems = bound?.wrong ?? misconfigured.flatMap((one) => one.problems);
  throw new UsageError(problems.map(({ message }) => message).join('; '));
}

function requireUrl(url: string): void {
  const problem = urlProblem(url);
  if (problem !== undefined) throw new UsageError(`--to: ${problem}`);
}

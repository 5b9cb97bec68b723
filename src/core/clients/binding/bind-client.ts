/** A client with the values of its variables filled in: everything that its events are sent with. */
import type { EventType } from '../../events/event-type.ts';
import type { Result } from '../../result.ts';
import type { FileProblem } from '../../yaml/file-problem.ts';
import { environmentName, fill, variablesOf, type Lookup } from '../../requests/template.ts';
import type { Client, WebhookEntry } from '../file/client.ts';
import { bindBroker, type BoundBroker } from './broker.ts';
import { templatesOf } from './client-templates.ts';
import { bindSubscription, type Endpoint } from './endpoint.ts';
import { hiddenValues, type HiddenValues } from './hidden-values.ts';
import { parseSecrets } from './secret.ts';

export interface BoundClient {
  readonly client: Client;
  readonly destination: BoundWebhooks | BoundBroker;
  readonly hidden: HiddenValues;
}

export interface BoundWebhooks {
  readonly kind: 'webhook';
  readonly endpoints: ReadonlyMap<EventType, Endpoint>;
  /** Keys for the signatures; each key gives one signature. */
  readonly keys: readonly Uint8Array[];
}

/** What is bound of a client with urls. @throws where its events go to a broker */
export function boundWebhooksOf({ client, destination }: BoundClient): BoundWebhooks {
  if (destination.kind === 'webhook') return destination;
  throw new Error(`${client.name} is sent no webhooks`);
}

/** @throws where the client has none for events of this type */
export function endpointFor(client: BoundClient, type: EventType): Endpoint {
  const endpoint = boundWebhooksOf(client).endpoints.get(type);
  if (endpoint === undefined) throw new Error(`${client.client.name} has no endpoint for ${type}`);
  return endpoint;
}

/** The names of all environment variables that the client needs, sorted. */
export function requiredVariables(client: Pick<Client, 'name' | 'destination'>): string[] {
  const names = templatesOf(client).flatMap(variablesOf);
  return [...new Set(names)].sort().map((name) => environmentName(client.name, name));
}

/** Fills in the variables, using `lookup` for this client's values. Returns the bound client, or all problems. */
export function bindClient(client: Client, lookup: Lookup): Result<BoundClient, readonly FileProblem[]> {
  const problems: FileProblem[] = [];
  const problem: Tell = (line, message, variable) =>
    void problems.push({ line, column: 1, message, ...(variable && { variable }) });
  const missing = new Map<string, number>();
  for (const template of templatesOf(client)) {
    for (const name of variablesOf(template))
      if (lookup(name) === undefined && !missing.has(name)) missing.set(name, template.line);
  }
  for (const [name, line] of missing) {
    const variable = environmentName(client.name, name);
    const message =
      `\${${name}} has no value: set ${variable} (or …_FILE, naming a file that can be read), ` +
      `or ${name} under ${client.name} in TEAM_EVENTS_SECRETS; a client reads its own variables only`;
    problems.push({ line, column: 1, message, variable });
  }
  if (problems.length > 0) return { ok: false, wrong: problems };

  const entry = client.destination;
  if (entry.kind === 'webhook') {
    const destination = boundWebhooks(entry, client, lookup, problem);
    if (problems.length > 0) return { ok: false, wrong: problems };
    return { ok: true, value: { client, destination, hidden: hiddenValues(client, lookup) } };
  }
  const broker = bindBroker(entry, lookup);
  if (!broker.ok) return { ok: false, wrong: [{ column: 1, ...broker.wrong }] };
  return { ok: true, value: { client, destination: broker.value, hidden: hiddenValues(client, lookup) } };
}

/** `variable`: the environment variable that is to blame, in place of the file. */
type Tell = (line: number, message: string, variable?: string) => void;

function boundWebhooks(
  { subscriptions, secrets }: WebhookEntry,
  { name, line }: Pick<Client, 'name' | 'line'>,
  lookup: Lookup,
  problem: Tell,
): BoundWebhooks {
  const endpoints = new Map<EventType, Endpoint>();
  const wrong = new Map<string, Pick<FileProblem, 'line' | 'message'>>(); // several events may share an entry
  for (const [event, subscription] of subscriptions) {
    const bound = bindSubscription(subscription, lookup);
    if (bound.ok) endpoints.set(event, bound.value);
    else wrong.set(`${bound.wrong.line} ${bound.wrong.message}`, bound.wrong);
  }
  for (const one of wrong.values()) problem(one.line, one.message);
  const keys: Uint8Array[] = [];
  let hasWrongSecret = false;
  for (const template of secrets) {
    const parsed = parseSecrets([fill(template, lookup)]);
    if (parsed.ok) for (const key of parsed.value) keys.push(key);
    else {
      hasWrongSecret = true;
      const [variable] = variablesOf(template).map((one) => environmentName(name, one));
      problem(template.line, variable ? `${variable}: ${parsed.wrong}` : parsed.wrong, variable);
    }
  }
  if (secrets.length > 0 && keys.length === 0 && !hasWrongSecret)
    problem(line, 'the variables under secrets are empty');
  return { kind: 'webhook', endpoints, keys };
}

/** Clients as the clients file describes them. */
import type { Batch } from '../../src/core/clients/batch.ts';
import {
  bindClient,
  type BoundClient,
  type BoundWebhooks,
} from '../../src/core/clients/binding/bind-client.ts';
import type { Client } from '../../src/core/clients/file/client.ts';
import { parseClientsFile } from '../../src/core/clients/file/clients-file.ts';
import type { EventType } from '../../src/core/events/event-type.ts';

/** Of 24 bytes; the one of the public test vectors. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A clients file that holds one client with this body. */
export const clientText = (body: string): string =>
  `clients:\n  - ${body.trim().replaceAll('\n', '\n    ')}\n`;

/** The only client of a clients file; it must have no problem. */
export function clientIn(text: string): Client {
  const { clients, misconfigured } = parseClientsFile(text, 'clients.yml');
  const [client] = clients;
  if (client === undefined) throw new Error(JSON.stringify(misconfigured));
  return client;
}

/** A client with its variables filled in; it must have no problem. */
export function bound(text: string, variables: Readonly<Record<string, string>> = {}): BoundClient {
  const result = bindClient(clientIn(text), (name) => variables[name]);
  if (!result.ok) throw new Error(JSON.stringify(result.wrong));
  return result.value;
}

/** What is bound of a client with urls. */
export function boundWebhooks(...of: Parameters<typeof bound>): BoundWebhooks {
  const { destination } = bound(...of);
  if (destination.kind !== 'webhook') throw new Error('its events go to a broker');
  return destination;
}

/** A client `sample` with an endpoint of its own for each of these types; `more` are further keys in flow style. */
export function subscriber(types: readonly EventType[], more = ''): BoundClient {
  const subscriptions = types.map((type) => `{event: ${type}, url: "https://example.com/${type}"}`);
  return bound(`clients: [{name: sample, subscriptions: [${subscriptions.join(', ')}]${more}}]`);
}

/** The client, whose events go together in such batches whatever their type. */
export const inBatches = (client: BoundClient, batch: Batch | undefined): BoundClient => ({
  ...client,
  client: {
    ...client.client,
    subscriptions: new Map([...client.client.subscriptions].map(([type, one]) => [type, { ...one, batch }])),
  },
});

/** A client that needs variables in every place. */
export const WITH_VARIABLES = clientText(`
name: gitlab-groups
secrets: ["\${SECRET}"]
headers: { Authorization: "Bearer \${TOKEN}" }
subscriptions:
  - event: team.created
    url: https://example.com/\${PROJECT}/hook?fixed=1
    query: { token: "\${TRIGGER}" }
  - event: team.deleted
    url: \${URL}
`);
/** The values of its variables. */
export const EVERY_VARIABLE = {
  SECRET,
  TOKEN: 'tok-1',
  PROJECT: '42',
  TRIGGER: 'tr&gger 1',
  URL: 'https://example.com/deleted',
};

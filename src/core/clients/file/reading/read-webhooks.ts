/** The subscriptions of a client with urls -> templates, and everything that is wrong with them. */
import { EVENT_TYPES, type EventType } from '../../../events/event-type.ts';
import { variablesOf, type Template } from '../../../requests/template.ts';
import type { NodePath } from '../../../yaml/yaml-text.ts';
import type { HeaderValue } from '../../binding/authorization.ts';
import { parseSecrets } from '../../binding/secret.ts';
import type { WebhookClientInput } from '../client-schema.ts';
import type { Subscription, WebhookEntry, WebhookSubscription } from '../client.ts';
import { isPreset } from '../wire-format.ts';
import { createBatchReader } from './batch-reader.ts';
import { readRequest } from './read-request.ts';
import type { TemplateReader } from './template-reader.ts';

/** `subscriptions` are those of the entry at the same index, one for each type of event. */
export function readWebhooks(
  input: WebhookClientInput,
  subscriptions: readonly (readonly Subscription[])[],
  reader: TemplateReader,
): WebhookEntry {
  const { problem } = reader;
  const secrets = input.secrets.map((text, index) => {
    const secret = reader.template(text, ['secrets', index]);
    const isLiteral = secret.parts.length > 0 && variablesOf(secret).length === 0;
    const keys = isLiteral ? parseSecrets([text]) : undefined;
    if (keys?.ok === false) problem(['secrets', index], keys.wrong);
    return secret;
  });
  const shared = headersAt(input, [], reader);
  const batchOf = createBatchReader(reader, input);
  const webhooks = new Map<EventType, WebhookSubscription>();
  for (const [index, subscription] of input.subscriptions.entries()) {
    const node: NodePath = ['subscriptions', index];
    const { method, success, done, body } = subscription;
    const format = subscription.format ?? input.format;
    if (method !== 'POST' && isPreset(format) && body === undefined)
      problem([...node, 'method'], `the format ${format} is sent by POST`);
    const url = reader.url(subscription.url, [...node, 'url']);
    const query = templates(subscription.query, [...node, 'query'], reader);
    const headers = [...new Map([...shared, ...headersAt(subscription, node, reader)])];
    const ofEntry = subscriptions[index] ?? [];
    const types = ofEntry.map(({ event }) => event);
    const endpoint = {
      url,
      method,
      query,
      headers,
      format,
      timeoutMs: subscription.timeout ?? input.timeout,
      success,
      done,
      request: readRequest(subscription, types, { url, query, headers }, node, reader),
    };
    const isBatched = (subscription.batch ?? input.batch) === 'step';
    const batch = isBatched ? batchOf(endpoint, types, node) : undefined;
    for (const one of ofEntry) webhooks.set(one.event, { ...one, ...endpoint, batch });
  }
  return { kind: 'webhook', subscriptions: byType(webhooks), secrets };
}

/** In the order in which events of these types come in a step. */
export const byType = <Value>(values: ReadonlyMap<EventType, Value>): ReadonlyMap<EventType, Value> =>
  new Map(EVENT_TYPES.flatMap((type) => [...values].filter(([one]) => one === type)));

const templates = (
  mapping: Readonly<Record<string, string>>,
  node: NodePath,
  reader: TemplateReader,
): (readonly [name: string, value: Template])[] =>
  Object.entries(mapping).map(([name, text]) => [name, reader.filled(text, [...node, name])]);

/** Headers by lower-case name, including the one made from `auth`. */
function headersAt(
  { headers, auth }: Pick<WebhookClientInput, 'headers' | 'auth'>,
  node: NodePath,
  reader: TemplateReader,
): (readonly [name: string, value: HeaderValue])[] {
  const named = templates(headers, [...node, 'headers'], reader).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  if (auth === undefined) return named;
  const own = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization');
  if (own !== undefined)
    reader.problem([...node, 'headers', own], 'auth sets this header already; keep one of the two');
  return [...named, ['authorization', authorization(auth, [...node, 'auth'], reader)]];
}

function authorization(
  { bearer, basic, oauth2 }: NonNullable<WebhookClientInput['auth']>,
  node: NodePath,
  reader: TemplateReader,
): HeaderValue {
  if (bearer !== undefined) return reader.template(`Bearer ${bearer}`, [...node, 'bearer']);
  if (basic !== undefined) {
    const part = (key: 'username' | 'password'): Template =>
      reader.template(basic[key], [...node, 'basic', key]);
    return { line: reader.lineOf(node), username: part('username'), password: part('password') };
  }
  const place = [...node, 'oauth2'];
  const {
    url = '',
    id = '',
    secret = '',
    grant = 'client_credentials',
    username,
    password,
    scope,
  } = oauth2 ?? {};
  const part = (key: string, text: string): Template => reader.template(text, [...place, key]);
  return {
    line: reader.lineOf(place),
    oauth2: {
      url: reader.url(url, [...place, 'url']),
      id: part('id', id),
      secret: part('secret', secret),
      grant,
      username: username === undefined ? undefined : part('username', username),
      password: password === undefined ? undefined : part('password', password),
      scope: scope === undefined ? undefined : part('scope', scope),
    },
  };
}

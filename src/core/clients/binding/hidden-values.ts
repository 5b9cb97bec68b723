/** The values of a client that must never appear in any output. */
import { passwordOf, type BrokerEntry } from '../file/broker-entry.ts';
import type { Client, WebhookEntry, WebhookSubscription } from '../file/client.ts';
import { headerText, secretsIn } from './authorization.ts';
import { templatesOf } from './client-templates.ts';
import { expressionsOf, fill, variablesOf, type Lookup, type Template } from '../../requests/template.ts';

export interface HiddenValues {
  /** Values of variables: secrets, removed from all output. */
  readonly everywhere: readonly string[];
  /** Hosts, or the parts of hosts, that come from such a value, in any letter case. */
  readonly hosts: readonly string[];
  /**
   * Removed only from output about this client: queries, headers and secrets as they are sent. If they were removed
   * everywhere, whoever writes a client could have any word removed from the output about other clients.
   */
  readonly own: readonly string[];
}

/** A client may have any number of queries and headers; values beyond this total length are not redacted. */
const MAX_OWN_LENGTH = 64 * 1024;

/** Collects the values. `client` must have no problems, and `lookup` must find all its variables. */
export function hiddenValues(client: Client, lookup: Lookup): HiddenValues {
  const everywhere = templatesOf(client)
    .flatMap(variablesOf)
    .map((variable) => lookup(variable) ?? '');
  const { destination } = client;
  return destination.kind === 'webhook'
    ? hiddenOfWebhooks(destination, everywhere, lookup)
    : hiddenOfBroker(destination, everywhere, lookup);
}

/** A password is a secret in the file as well; where the events go is none, but for what a variable says of it. */
function hiddenOfBroker(entry: BrokerEntry, everywhere: readonly string[], lookup: Lookup): HiddenValues {
  const password = passwordOf(entry);
  return {
    everywhere: some(everywhere),
    hosts: [],
    own: some(password === undefined ? [] : [fill(password, lookup)]),
  };
}

function hiddenOfWebhooks(entry: WebhookEntry, everywhere: readonly string[], lookup: Lookup): HiddenValues {
  const valueOf = (variable: string): string => lookup(variable) ?? '';
  const subscriptions = [...entry.subscriptions.values()];
  const urls = new Map(subscriptions.map(({ url }) => [fill(url, lookup), url]));
  const secrets = entry.secrets.flatMap((secret) => fill(secret, lookup).split(/[\s,]+/));
  const variables = entry.secrets.flatMap(variablesOf);
  return {
    everywhere: some([
      ...everywhere,
      ...variables.flatMap((variable) => valueOf(variable).split(/[\s,]+/)), // several keys in one value
    ]),
    hosts: some([...urls].flatMap(([filled, url]) => hostsOf(url, new URL(filled).hostname, valueOf))),
    own: atMost(
      MAX_OWN_LENGTH,
      some([
        // What holds values of events is hidden where it is sent.
        ...[...urls].flatMap(([filled, url]) =>
          isFixed(url) ? partsOfUrl(new URL(filled), url, valueOf) : [],
        ),
        ...subscriptions.flatMap(({ query }) =>
          query.flatMap(([, value]) => (isFixed(value) ? [fill(value, lookup)] : [])),
        ),
        ...subscriptions.flatMap((subscription) => headersOf(subscription, lookup)),
        ...secrets,
      ]),
    ),
  };
}

const isFixed = (template: Template): boolean => expressionsOf(template).length === 0;

const some = (values: readonly string[]): string[] => [...new Set(values)].filter((value) => value !== '');

function atMost(length: number, values: readonly string[]): string[] {
  let left = length;
  return values.filter((value) => (left -= value.length) >= 0);
}

/** The query, each value in it, and the path if a variable holds more than a part of the path. */
function partsOfUrl(
  { pathname, search, searchParams }: URL,
  url: Template,
  valueOf: (name: string) => string,
): string[] {
  const holdsUrl = variablesOf(url).some((variable) => valueOf(variable).includes('//'));
  return [search.slice(1), ...searchParams.values(), ...(holdsUrl && pathname !== '/' ? [pathname] : [])];
}

function headersOf({ headers }: WebhookSubscription, lookup: Lookup): string[] {
  return headers.flatMap(([name, value]) => {
    if ('oauth2' in value) return secretsIn(value).map((secret) => fill(secret, lookup));
    if ('parts' in value && !isFixed(value)) return [];
    const header = headerText(name, value, lookup);
    const text = header.ok ? header.value : '';
    // `Bearer …` and `Basic …` are words that anybody may use; only what follows is secret.
    return name === 'authorization' ? [text, text.replace(/^\S+ +/, '')] : [text];
  });
}

/**
 * The labels of the host (in lower case and punycode, as connected to) that contain variables, and the variables'
 * values. If a variable also holds the scheme, its host is not treated as a secret, because it says where the client's
 * events go.
 */
function hostsOf(url: Template, hostname: string, valueOf: (name: string) => string): string[] {
  const [, host = ''] = /^https?:\/\/([^/?#\\:]*)/i.exec(fill(url, () => VARIABLE)) ?? [];
  const isVariable = host.split('.').map((label) => label.includes(VARIABLE));
  const first = isVariable.indexOf(true);
  if (first < 0) return [];
  const labels = hostname.split('.');
  const touched = labels.slice(first, labels.length - (isVariable.length - 1 - isVariable.lastIndexOf(true)));
  const values = url.parts.flatMap((part) => ('variable' in part ? [valueOf(part.variable)] : []));
  return [touched.join('.'), ...values.map((value) => value.toLowerCase())];
}

const VARIABLE = '\0';

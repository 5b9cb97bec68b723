/** What of a client may never be seen, whoever says it. */
import type { Client, Subscription } from '../file/clients-file.ts';
import { headerText } from './authorization.ts';
import { templatesOf } from './client-templates.ts';
import { fill, variablesOf, type Lookup, type Template } from './template.ts';

export interface HiddenValues {
  /** Values of variables: secrets, in whatever is told. */
  readonly everywhere: readonly string[];
  /** Hosts, or the parts of hosts, that such a value makes, however their letters are written. */
  readonly hosts: readonly string[];
  /**
   * Only in what is told of this client: queries, headers and secrets as they are sent. Whoever writes a client could
   * have any word taken out of what is told of the others.
   */
  readonly own: readonly string[];
}

/** A client may write any number of queries and headers; what is beyond so much text is its own loss. */
const MAX_OWN_LENGTH = 64 * 1024;

/** `client` has no problem, and `lookup` finds its variables. */
export function hiddenValues(client: Client, lookup: Lookup): HiddenValues {
  const valueOf = (variable: string): string => lookup(variable) ?? '';
  const subscriptions = [...client.subscriptions.values()];
  const urls = new Map(subscriptions.map(({ url }) => [fill(url, lookup), url]));
  const secrets = client.secrets.flatMap((secret) => fill(secret, lookup).split(/[\s,]+/));
  const variables = client.secrets.flatMap(variablesOf);
  return {
    everywhere: some([
      ...templatesOf(client).flatMap(variablesOf).map(valueOf),
      ...variables.flatMap((variable) => valueOf(variable).split(/[\s,]+/)), // several keys in one value
    ]),
    hosts: some([...urls].flatMap(([filled, url]) => hostsOf(url, new URL(filled).hostname, valueOf))),
    own: atMost(
      MAX_OWN_LENGTH,
      some([
        ...[...urls].flatMap(([filled, url]) => partsOfUrl(new URL(filled), url, valueOf)),
        ...subscriptions.flatMap(({ query }) => query.map(([, value]) => fill(value, lookup))),
        ...subscriptions.flatMap((subscription) => headersOf(subscription, lookup)),
        ...secrets,
      ]),
    ),
  };
}

const some = (values: readonly string[]): string[] => [...new Set(values)].filter((value) => value !== '');

function atMost(length: number, values: readonly string[]): string[] {
  let left = length;
  return values.filter((value) => (left -= value.length) >= 0);
}

/** The query, each value in it, and, where a variable is more than a part of the path, the path. */
function partsOfUrl(
  { pathname, search, searchParams }: URL,
  url: Template,
  valueOf: (name: string) => string,
): string[] {
  const holdsUrl = variablesOf(url).some((variable) => valueOf(variable).includes('//'));
  return [search.slice(1), ...searchParams.values(), ...(holdsUrl && pathname !== '/' ? [pathname] : [])];
}

function headersOf({ headers }: Subscription, lookup: Lookup): string[] {
  return headers.flatMap(([name, value]) => {
    const header = headerText(name, value, lookup);
    const text = 'text' in header ? header.text : '';
    // `Bearer …` and `Basic …` are words that anybody may say; what follows is not.
    return name === 'authorization' ? [text, text.replace(/^\S+ +/, '')] : [text];
  });
}

/**
 * Of the host as it is dialled, in lower case and punycode, the labels that variables are part of; and what they hold.
 * Where a variable holds the scheme too, the host is no secret of its own: it says whom a client sends to.
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

/** Proxies and certificate authorities for all connections of a run. */
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import type { ConnectionSettings } from '../network/agents.ts';
import { readProxies } from '../network/proxies.ts';
import { readAuthorities } from './authorities.ts';
import type { Policy } from './policy-file.ts';

/** Reads the settings, and checks that the proxies for `urls` are usable. @throws {UsageError} */
export function connectionSettings(
  { ca }: Pick<Policy, 'ca'>,
  environment: NodeJS.ProcessEnv,
  urls: readonly string[],
): ConnectionSettings {
  const proxies = readProxies(environment);
  for (const url of urls) proxies.forUrl(new URL(url));
  return { authorities: readAuthorities(ca, environment), proxies };
}

/** All urls that requests of the client may go to; of a broker, urls that lead through the same proxies. */
export function urlsOf({ destination }: BoundClient): string[] {
  if (destination.kind === 'webhook')
    return [...destination.endpoints.values()].flatMap(({ url, oauth2, asked }) => [
      url,
      ...asked,
      ...(oauth2 ? [oauth2.url] : []),
    ]);
  const scheme = destination.tls === false ? 'http' : 'https';
  const addresses = destination.kind === 'kafka' ? destination.brokers : [destination.broker];
  return addresses.map(({ host, port }) => `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`);
}

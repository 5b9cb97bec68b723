/** Chooses the proxy of a request: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. */
import { parseUrl } from '../../core/text/parse-url.ts';
import ipaddr from 'ipaddr.js';
import { UsageError } from '../../errors.ts';
import { plainName, withoutBrackets } from './names/host-name.ts';

export interface Proxies {
  /** undefined for a direct connection. @throws {UsageError} if the proxy to use is not usable */
  forUrl(url: URL): URL | undefined;
}

export const NO_PROXIES: Proxies = { forUrl: () => undefined };

const DEFAULT_PORT: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Reads the variables as curl does: the lower-case name wins, and an empty value counts as absent. `HTTP_PROXY` is
 * ignored in a CGI program, where the client of the request controls it. An unusable value is an error only if it is
 * needed.
 */
export function readProxies(environment: NodeJS.ProcessEnv): Proxies {
  const value = (...names: string[]): [name: string, value: string] | undefined => {
    const name = names.find((one) => (environment[one] ?? '').trim() !== '');
    return name === undefined ? undefined : [name, (environment[name] ?? '').trim()];
  };
  const all = ['all_proxy', 'ALL_PROXY'];
  const plain = value('http_proxy', ...(environment['REQUEST_METHOD'] ? [] : ['HTTP_PROXY']), ...all);
  const secure = value('https_proxy', 'HTTPS_PROXY', ...all);
  const exceptions = (value('no_proxy', 'NO_PROXY')?.[1] ?? '').split(/[\s,]+/).filter((one) => one !== '');
  return {
    forUrl(url) {
      const wanted = url.protocol === 'http:' ? plain : secure;
      if (wanted === undefined || isLocal(url)) return undefined;
      return exceptions.some((exception) => excepts(exception, url)) ? undefined : proxyUrl(...wanted);
    },
  };
}

function proxyUrl(name: string, value: string): URL {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = parseUrl(text);
  if (url !== undefined && url.hostname !== '' && DEFAULT_PORT[url.protocol] !== undefined) return url;
  const isSocks = /^socks/i.test(value);
  throw new UsageError(
    isSocks ? `${name} names a SOCKS proxy, which is not supported` : `${name} is no proxy that can be used`,
    'Expected: http://host:port or https://host:port, with user:password@ before the host where it asks for them' +
      ` (percent-encoded). NO_PROXY names hosts that are reached without it; HTTPS_PROXY wins over ALL_PROXY.`,
  );
}

/** Loopback hosts are never sent through a proxy. */
function isLocal({ hostname }: URL): boolean {
  const host = withoutBrackets(hostname);
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'loopback';
  return /^(?:.*\.)?localhost\.*$/.test(host);
}

/**
 * Whether an entry of `NO_PROXY` covers this url. Entries: `*`, a name (also covers names below it, with or without a
 * leading dot), an address or a CIDR (for addresses in the url; names are not resolved for it), each with an optional
 * port.
 */
function excepts(entry: string, { hostname, port, protocol }: URL): boolean {
  if (entry === '*') return true;
  const [, bracketed, open, wantedPort] = /^(?:\[(.+)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== (port || DEFAULT_PORT[protocol])) return false;
  const wanted = bracketed ?? open ?? entry;
  const host = withoutBrackets(hostname);
  if (ipaddr.isValid(host)) {
    const address = ipaddr.process(host);
    if (ipaddr.isValidCIDR(wanted)) {
      const [network, bits] = ipaddr.parseCIDR(wanted);
      return network.kind() === address.kind() && address.match(network, bits);
    }
    return ipaddr.isValid(wanted) && ipaddr.process(wanted).toString() === address.toString();
  }
  const name = plainName(wanted.replace(/^\*?\./, ''));
  return name !== '' && (plainName(host) === name || plainName(host).endsWith(`.${name}`));
}

/** How connections are made: every address is judged when it is dialled, every certificate verified. */
import { lookup as lookUp, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { withoutBrackets } from './host-name.ts';
import { refusal, refusalOfName, type NetworkPolicy } from './network-policy.ts';
import { NO_PROXIES, type Proxies } from './proxies.ts';
import { openTunnel, type Tunnel } from './tunnel.ts';

/** All addresses of a name. */
export type Resolve = (
  host: string,
  options: { readonly all: true; readonly family?: number; readonly hints?: number },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export interface ConnectionSettings {
  /** PEM certificates to trust; undefined: those that come with Node. */
  readonly authorities: readonly string[] | undefined;
  readonly proxies: Proxies;
}

export const DIRECT: ConnectionSettings = { authorities: undefined, proxies: NO_PROXIES };

/** A rule of the network policy forbids it; the message is the rule. */
export class ForbiddenError extends Error {
  readonly code = 'EFORBIDDENADDRESS';
}

export interface Agents {
  /** @throws {ForbiddenError} where the url holds an address that the policy refuses: it is never looked up */
  forUrl(url: URL): http.Agent;
  /** Closes the connections kept alive, and gives up those that are being made. */
  close(): void;
}

/** Where names cannot be resolved here, only the proxy can: nobody waits long for that. */
const LOCAL_ANSWER_MS = 2000;

export function createAgents(
  policy: NetworkPolicy,
  { authorities, proxies }: ConnectionSettings,
  resolve: Resolve = lookUp,
): Agents {
  // Said here, it holds whatever NODE_TLS_REJECT_UNAUTHORIZED and NODE_OPTIONS say.
  const verified = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(authorities !== undefined && {
      secureContext: tls.createSecureContext({ ca: [...authorities], minVersion: 'TLSv1.2' }),
    }),
  } as const;
  const agents = new Map<string, http.Agent>();
  const tunnels = new Set<Tunnel>();

  function direct(plain: boolean): http.Agent {
    const lookup = guardedLookup(policy, plain, resolve);
    return plain
      ? new http.Agent({ keepAlive: true, lookup })
      : new https.Agent({ keepAlive: true, lookup, ...verified });
  }

  function through(proxy: URL, plain: boolean): http.Agent {
    const open = async ({ host, port }: { host: string; port: number }): Promise<Duplex> => {
      const rule = await refusalThroughProxy(policy, host, plain, resolve);
      if (rule !== undefined) throw new ForbiddenError(rule);
      const tunnel = openTunnel(proxy, host, port, verified);
      tunnels.add(tunnel);
      return tunnel.socket.finally(() => tunnels.delete(tunnel));
    };
    const agent = plain
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({ keepAlive: true, ...verified });
    const createConnection = (
      options: tls.ConnectionOptions & { host: string; port: number },
      done: (error: unknown, socket?: Duplex) => void,
    ): void => {
      open(options).then(
        (socket) => done(null, plain ? socket : tls.connect({ ...options, socket })),
        (error: unknown) => done(error),
      );
    };
    return Object.assign(agent, { createConnection });
  }

  return {
    forUrl(url) {
      const literal = literalRefusal(policy, url);
      if (literal !== undefined) throw new ForbiddenError(literal);
      const plain = url.protocol === 'http:';
      const proxy = proxies.forUrl(url);
      const key = `${url.protocol} ${proxy?.href ?? ''}`;
      const agent = agents.get(key) ?? (proxy ? through(proxy, plain) : direct(plain));
      agents.set(key, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      for (const tunnel of tunnels) tunnel.abandon();
    },
  };
}

/** The rule against an address that stands in a url; undefined for a name. */
function literalRefusal(policy: NetworkPolicy, { hostname, protocol }: URL): string | undefined {
  const host = withoutBrackets(hostname);
  return isIP(host) === 0 ? undefined : refusal(policy, host, host, protocol === 'http:');
}

/** Name resolution that fails where the policy refuses any of the answers. What it gives is what is dialled. */
function guardedLookup(policy: NetworkPolicy, plain: boolean, resolve: Resolve): LookupFunction {
  return (hostname, { family, hints, all }, callback) => {
    const options = {
      all: true,
      ...(typeof family === 'number' && { family }),
      ...(hints !== undefined && { hints }),
    } as const;
    resolve(hostname, options, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const rule = refusalOfAny(policy, hostname, addresses, plain);
      if (rule !== undefined) return callback(new ForbiddenError(rule), '', 0);
      if (all === true) return callback(null, addresses);
      return callback(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 0);
    });
  };
}

function refusalOfAny(
  policy: NetworkPolicy,
  host: string,
  addresses: readonly LookupAddress[],
  plain: boolean,
): string | undefined {
  for (const { address } of addresses) {
    const rule = refusal(policy, host, address, plain);
    if (rule !== undefined) return rule;
  }
  return undefined;
}

/** By the addresses that the name has here, or by the name alone where it has none. */
async function refusalThroughProxy(
  policy: NetworkPolicy,
  host: string,
  plain: boolean,
  resolve: Resolve,
): Promise<string | undefined> {
  if (isIP(host) !== 0) return undefined; // judged already
  const addresses = await new Promise<readonly LookupAddress[]>((done) => {
    const timer = setTimeout(() => done([]), LOCAL_ANSWER_MS);
    resolve(host, { all: true }, (error, found) => {
      clearTimeout(timer);
      done(error ? [] : found);
    });
  });
  if (addresses.length === 0) return refusalOfName(policy, host, plain);
  return refusalOfAny(policy, host, addresses, plain);
}

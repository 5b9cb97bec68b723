/** Creates connections: every address is checked against the policy before it is used, every certificate verified. */
import http from 'node:http';
import https from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import type { Connections } from './connections.ts';
import { untilAborted } from './deadline.ts';
import { dial } from './dial.ts';
import { isShortage } from './failure.ts';
import {
  judgedAddresses,
  requireAllowedThroughProxy,
  requireLiteralAllowed,
} from './names/judged-addresses.ts';
import type { Resolve } from './names/names.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { dialling, type Progress } from './progress.ts';
import { NO_PROXIES, type Proxies } from './proxies.ts';
import { openTunnel } from './tunnel.ts';

export interface ConnectionSettings {
  /** PEM certificates to trust; undefined: Node's own. */
  readonly authorities: readonly string[] | undefined;
  readonly proxies: Proxies;
}

export const DIRECT: ConnectionSettings = { authorities: undefined, proxies: NO_PROXIES };

export interface Agents {
  /**
   * An agent whose connections report to `progress`.
   * @throws {ForbiddenError} if the url holds an address that the policy refuses (those are never resolved)
   */
  forUrl(url: URL, progress: Progress): http.Agent;
  /** Closes the connections kept alive. */
  close(): void;
}

/** What Node passes to `createConnection`, and what `exchange` added. */
interface ConnectionOptions extends tls.ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly progress: Progress;
}

/** The methods of Node's agents that are changed here. */
interface AgentMethods {
  createConnection(options: tls.ConnectionOptions): Duplex;
  keepSocketAlive(socket: Duplex): boolean;
  reuseSocket(socket: Duplex, request: http.ClientRequest): void;
}

/** Opens a connection to the receiver itself, without TLS. */
type Open = (options: ConnectionOptions) => Promise<Socket>;

/** Pause before a retry if no file descriptor was free. */
const DESCRIPTOR_PAUSE_MS = 100;

export function createAgents(
  policy: NetworkPolicy,
  { authorities, proxies }: ConnectionSettings,
  connections: Connections,
  resolve: Resolve,
): Agents {
  // Set explicitly, so it holds whatever NODE_TLS_REJECT_UNAUTHORIZED and NODE_OPTIONS say.
  const verified = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(authorities !== undefined && {
      secureContext: tls.createSecureContext({ ca: [...authorities], minVersion: 'TLSv1.2' }),
    }),
  } as const;
  const agents = new Map<string, http.Agent>();

  async function connect(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
    for (;;) {
      try {
        return await dial(addresses, port, connections, signal);
      } catch (error) {
        // A local shortage, not the receiver's fault: wait for it.
        if (!isShortage(error)) throw error;
        await sleep(DESCRIPTOR_PAUSE_MS, undefined, { signal });
      }
    }
  }

  const direct =
    (plain: boolean): Open =>
    async ({ host, port, progress }) => {
      const { signal } = progress;
      const addresses = await untilAborted(judgedAddresses(policy, host, plain, resolve), signal);
      dialling(progress, addresses);
      return connect(addresses, port, signal);
    };

  const through =
    (proxy: URL, plain: boolean): Open =>
    async ({ host, port, progress }) => {
      const { signal } = progress;
      await untilAborted(requireAllowedThroughProxy(policy, host, plain, resolve), signal);
      dialling(progress, []);
      return openTunnel(
        proxy,
        `${isIPv6(host) ? `[${host}]` : host}:${port}`,
        verified,
        signal,
        async (name, at) => {
          const known = isIP(name) === 0 ? await untilAborted(resolve(name), signal) : [{ address: name }];
          return connect(
            known.map(({ address }) => address),
            at,
            signal,
          );
        },
      );
    };

  function agentBy(open: Open, plain: boolean): http.Agent {
    const agent = plain
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({ keepAlive: true, ...verified });
    const its = (plain ? http.Agent.prototype : https.Agent.prototype) as unknown as AgentMethods;
    const opened = async (options: ConnectionOptions): Promise<Duplex> => {
      const socket = await open(options);
      // Node's own method adds TLS to it, and resumes sessions.
      const used = plain ? socket : its.createConnection.call(agent, { ...options, socket });
      used.once('close', () => connections.setSpare(used, false));
      return used;
    };
    return Object.assign(agent, {
      createConnection(options: ConnectionOptions, done: (error: unknown, socket?: Duplex) => void) {
        opened(options).then((socket) => done(null, socket), done);
      },
      keepSocketAlive(socket: Duplex) {
        const isKept = its.keepSocketAlive.call(agent, socket);
        connections.setSpare(socket, isKept);
        return isKept;
      },
      reuseSocket(socket: Duplex, request: http.ClientRequest) {
        connections.setSpare(socket, false);
        its.reuseSocket.call(agent, socket, request);
      },
    });
  }

  return {
    forUrl(url, progress) {
      requireLiteralAllowed(policy, url);
      const plain = url.protocol === 'http:';
      const proxy = proxies.forUrl(url);
      if (proxy) progress.proxy = proxy.host;
      const key = `${url.protocol} ${proxy?.href ?? ''}`;
      const agent = agents.get(key) ?? agentBy(proxy ? through(proxy, plain) : direct(plain), plain);
      agents.set(key, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** Creates connections: every address is checked against the policy before it is used, every certificate verified. */
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Connections } from './connections.ts';
import { requireLiteralAllowed } from './names/judged-addresses.ts';
import type { Resolve } from './names/names.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { createOpenSocket } from './open-socket.ts';
import type { Progress } from './progress.ts';
import { NO_PROXIES, type Proxies } from './proxies.ts';

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

/** Set explicitly, so it holds whatever NODE_TLS_REJECT_UNAUTHORIZED and NODE_OPTIONS say. `authorities`: PEM. */
export const verifiedTls = (authorities: readonly string[] | undefined) =>
  ({
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(authorities !== undefined && {
      secureContext: tls.createSecureContext({ ca: [...authorities], minVersion: 'TLSv1.2' }),
    }),
  }) as const;

export function createAgents(
  policy: NetworkPolicy,
  { authorities, proxies }: ConnectionSettings,
  connections: Connections,
  resolve: Resolve,
): Agents {
  const verified = verifiedTls(authorities);
  const agents = new Map<string, http.Agent>();

  const openSocket = createOpenSocket(policy, verified, connections, resolve);

  function agentBy(proxy: URL | undefined, plain: boolean): http.Agent {
    const agent = plain
      ? new http.Agent({ keepAlive: true })
      : new https.Agent({ keepAlive: true, ...verified });
    const its = (plain ? http.Agent.prototype : https.Agent.prototype) as unknown as AgentMethods;
    const opened = async (options: ConnectionOptions): Promise<Duplex> => {
      const { host, port, progress } = options;
      const socket = await openSocket({ host, port, plain }, proxy, progress);
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
      const agent = agents.get(key) ?? agentBy(proxy, plain);
      agents.set(key, agent);
      return agent;
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** Opens a connection to a host, without TLS: every address is checked against the policy before it is dialled. */
import { isIP, isIPv6, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type tls from 'node:tls';
import type { Connections } from './connections.ts';
import { untilAborted } from './deadline.ts';
import { dial } from './dial.ts';
import { isShortage } from './failure.ts';
import { judgedAddresses, requireAllowedThroughProxy } from './names/judged-addresses.ts';
import type { Resolve } from './names/names.ts';
import type { NetworkPolicy, Plain } from './network-policy.ts';
import { dialling, type Progress } from './progress.ts';
import { openTunnel } from './tunnel.ts';

export interface SocketTarget {
  /** Without brackets; a literal address must have been judged already. */
  readonly host: string;
  readonly port: number;
  readonly plain: Plain;
}

/** @throws {ForbiddenError}, {ConnectionError}, or the reason of the signal of `progress` */
export type OpenSocket = (
  target: SocketTarget,
  proxy: URL | undefined,
  progress: Progress,
) => Promise<Socket>;

/** Pause before a retry if no file descriptor was free. */
const DESCRIPTOR_PAUSE_MS = 100;

/** `verified`: the TLS settings for connections to proxies. */
export function createOpenSocket(
  policy: NetworkPolicy,
  verified: tls.ConnectionOptions,
  connections: Connections,
  resolve: Resolve,
): OpenSocket {
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

  async function direct({ host, port, plain }: SocketTarget, progress: Progress): Promise<Socket> {
    const { signal } = progress;
    const addresses = await untilAborted(judgedAddresses(policy, host, plain, resolve), signal);
    dialling(progress, addresses);
    return connect(addresses, port, signal);
  }

  async function through(
    proxy: URL,
    { host, port, plain }: SocketTarget,
    progress: Progress,
  ): Promise<Socket> {
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
  }

  return (target, proxy, progress) => (proxy ? through(proxy, target, progress) : direct(target, progress));
}

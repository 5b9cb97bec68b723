/**
 * A connection to the first address that takes it (RFC 8305): the next address is tried soon, and none before it is
 * given up for that. Node's own way gives each address a quarter of a second and no more.
 */
import { connect, isIPv6, type Socket } from 'node:net';
import type { Connections } from './connections.ts';
import { DialError } from './failure.ts';

/** As Node, curl and browsers have it. */
const NEXT_ADDRESS_AFTER_MS = 250;

/**
 * Tries all addresses for as long as `signal` lets it, and counts the sockets in `connections`. @throws {DialError},
 * or the reason of the signal
 */
export function dial(
  addresses: readonly string[],
  port: number,
  connections: Connections,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const untried = alternating(addresses);
    const trying = new Set<Socket>();
    const failures = new Map<string, string>();
    let timer: NodeJS.Timeout | undefined;

    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      for (const socket of trying) socket.destroy();
    };
    const abort = (): void => {
      end();
      reject(signal.reason as Error);
    };
    const tryNext = (): void => {
      clearTimeout(timer);
      const address = untried.shift();
      if (address === undefined) return;
      const socket = connect({ host: address, port, noDelay: true });
      connections.add(socket);
      trying.add(socket);
      const fail = ({ code, message }: NodeJS.ErrnoException): void => {
        failures.set(address, code ?? message);
        trying.delete(socket);
        if (untried.length > 0) tryNext();
        else if (trying.size === 0) {
          end();
          reject(new DialError(failures));
        }
      };
      socket.once('error', fail);
      socket.once('connect', () => {
        socket.off('error', fail);
        trying.delete(socket);
        end();
        resolve(socket);
      });
      // Where descriptors run out it waits for this one to fail.
      if (untried.length > 0 && connections.hasRoom()) timer = setTimeout(tryNext, NEXT_ADDRESS_AFTER_MS);
    };

    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    tryNext();
  });
}

/** One family after the other, as the first address begins: where one leads nowhere, the other comes soon. */
function alternating(addresses: readonly string[]): string[] {
  const first = isIPv6(addresses[0] ?? '');
  const same = addresses.filter((address) => isIPv6(address) === first);
  const other = addresses.filter((address) => isIPv6(address) !== first);
  return same
    .flatMap((address, index) => [address, ...other.slice(index, index + 1)])
    .concat(other.slice(same.length));
}

/**
 * Connects to the first address that accepts (RFC 8305): the next address is tried soon, but earlier ones are not given
 * up for that. Node's own implementation gives each address only a quarter of a second.
 */
import { connect, isIPv6, type Socket } from 'node:net';
import type { Connections } from './connections.ts';
import { DialError } from './failure.ts';

/** The value that Node, curl and browsers use. */
const NEXT_ADDRESS_AFTER_MS = 250;

/**
 * Tries all addresses until `signal` aborts, and counts the sockets in `connections`.
 * @throws {DialError} if none accepts; the reason of the signal if it aborts
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
    let isDecided = false;

    const decide = (settle: () => void): void => {
      isDecided = true;
      clearInterval(timer);
      signal.removeEventListener('abort', abort);
      for (const socket of trying) socket.destroy();
      settle();
    };
    const abort = (): void => decide(() => reject(signal.reason as Error));
    /** All but the first are spare: the attempt needs only one. */
    const setSpares = (): void => {
      for (const [index, socket] of [...trying].entries()) connections.setSpare(socket, index > 0);
    };
    const tryNext = (): void => {
      const address = untried.shift();
      if (address === undefined) {
        if (trying.size === 0) decide(() => reject(new DialError(failures)));
        return;
      }
      const socket = connect({ host: address, port, noDelay: true });
      const failed = ({ code, message }: NodeJS.ErrnoException): void =>
        void failures.set(address, code ?? message);
      const closed = (): void => {
        trying.delete(socket);
        connections.setSpare(socket, false);
        if (isDecided) return;
        if (!failures.has(address)) untried.push(address); // closed because its descriptor was needed
        setSpares();
        if (failures.has(address) || trying.size === 0) tryNext();
      };
      connections.add(socket);
      trying.add(socket);
      setSpares();
      timer.refresh();
      socket.once('error', failed).once('close', closed);
      socket.once('connect', () => {
        socket.off('error', failed).off('close', closed);
        trying.delete(socket);
        connections.setSpare(socket, false);
        decide(() => resolve(socket));
      });
    };

    const timer = setInterval(() => {
      if (untried.length > 0 && connections.hasRoom()) tryNext();
    }, NEXT_ADDRESS_AFTER_MS);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    tryNext();
  });
}

/** Alternates between address families, starting with the family of the first address, in case one has no route. */
function alternating(addresses: readonly string[]): string[] {
  const isFirst = isIPv6(addresses[0] ?? '');
  const unique = [...new Set(addresses)];
  const same = unique.filter((address) => isIPv6(address) === isFirst);
  const other = unique.filter((address) => isIPv6(address) !== isFirst);
  return same
    .flatMap((address, index) => [address, ...other.slice(index, index + 1)])
    .concat(other.slice(same.length));
}

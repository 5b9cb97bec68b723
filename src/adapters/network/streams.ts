/** Connections for protocols that are not HTTP, under the same rules: policy, proxies, verified certificates. */
import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { parseUrl } from '../../core/text/parse-url.ts';
import { verifiedTls, type ConnectionSettings } from './agents.ts';
import type { Connections } from './connections.ts';
import { ConnectionError, isReset } from './failure.ts';
import { requireLiteralAllowed } from './names/judged-addresses.ts';
import { withoutBrackets } from './names/host-name.ts';
import type { Resolve } from './names/names.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { createOpenSocket } from './open-socket.ts';
import { connected, type Progress } from './progress.ts';

export interface StreamTarget {
  /** For messages. */
  readonly scheme: 'kafka' | 'amqp';
  /** A name or an address; where a receiver names it, it may be any text. */
  readonly host: string;
  readonly port: number;
  /** undefined: not encrypted. `ca`: certificates in PEM that are trusted besides those of the run. */
  readonly tls: { readonly ca?: string | undefined } | undefined;
}

export interface Streams {
  /** The proxy is that of https:// or, without TLS, of http:// urls. @throws as `OpenSocket` does */
  open(target: StreamTarget, progress: Progress): Promise<Socket>;
}

export function createStreams(
  policy: NetworkPolicy,
  { authorities, proxies }: ConnectionSettings,
  connections: Connections,
  resolve: Resolve,
): Streams {
  const openSocket = createOpenSocket(policy, verifiedTls(authorities), connections, resolve);
  return {
    async open({ scheme, host, port, tls: encryption }, progress) {
      const plain = encryption === undefined && scheme;
      const url = urlOf(host, port, encryption !== undefined);
      requireLiteralAllowed(policy, url, plain);
      const proxy = proxies.forUrl(url);
      if (proxy) progress.proxy = proxy.host;
      const name = withoutBrackets(url.hostname);
      const socket = await openSocket({ host: name, port, plain }, proxy, progress);
      // Until the caller listens: an error between two acts must not end the process.
      socket.on('error', () => undefined);
      connected(progress, proxy ? undefined : socket.remoteAddress);
      return encryption ? secured(socket, name, encryption.ca, progress.signal) : socket;
    },
  };

  function secured(
    socket: Socket,
    host: string,
    ca: string | undefined,
    signal: AbortSignal,
  ): Promise<Socket> {
    return new Promise((done, reject) => {
      const secure = tls.connect({
        ...verifiedTls(ca === undefined ? authorities : [...(authorities ?? tls.rootCertificates), ca]),
        socket,
        host,
        servername: isIP(host) === 0 ? host : '',
      });
      const settle = (act: () => void): void => {
        signal.removeEventListener('abort', abort);
        act();
      };
      const abandon = (error: Error): void =>
        settle(() => {
          socket.destroy();
          secure.destroy();
          reject(error);
        });
      const abort = (): void => abandon(signal.reason as Error);
      signal.addEventListener('abort', abort);
      if (signal.aborted) return abort();
      secure.on('error', (error: NodeJS.ErrnoException) =>
        abandon(isReset(error) ? new ConnectionError('ENOTLS') : error),
      );
      secure.once('close', () => abandon(new ConnectionError('ENOTLS')));
      secure.once('secureConnect', () => settle(() => done(secure)));
    });
  }
}

/** As every url is read: `0x7f.1` is an address, and text that is no host is none. @throws {ConnectionError} */
function urlOf(host: string, port: number, secure: boolean): URL {
  const literal = isIP(host) === 6 ? `[${host}]` : host;
  const url = /[/?#@\\\s\p{Cc}]/u.test(host)
    ? undefined
    : parseUrl(`${secure ? 'https' : 'http'}://${literal}:${port}`);
  if (url === undefined || port < 1 || port > 65_535 || url.hostname === '')
    throw new ConnectionError('ENOHOST', `${JSON.stringify(`${host}:${port}`)} is no host with a port`);
  return url;
}

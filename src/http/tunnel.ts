/**
 * A way through a proxy: CONNECT, for http:// as well. So an answer is always the receiver's own: what the proxy itself
 * answers is never taken for it, and it sees nothing of what goes through TLS.
 */
import http from 'node:http';
import https from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import { percentDecoded } from '../secret-forms.ts';
import { tlsProblem } from './failure.ts';
import { withoutBrackets } from './host-name.ts';

/** How long a proxy may take to make the connection. */
const TUNNEL_TIMEOUT_MS = 10_000;

/** The proxy did not let it through. The message names it by host and port. */
export class ProxyError extends Error {
  readonly code = 'EPROXY';
}

export interface Tunnel {
  readonly socket: Promise<Socket>;
  abandon(): void;
}

/** `settings` are for TLS to a proxy of `https://`. The socket is refused with a ProxyError. */
export function openTunnel(proxy: URL, host: string, port: number, settings: https.AgentOptions): Tunnel {
  const secure = proxy.protocol === 'https:';
  const proxyHost = withoutBrackets(proxy.hostname);
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = (secure ? https : http).request({
    ...settings,
    host: proxyHost,
    servername: isIP(proxyHost) === 0 ? proxyHost : '', // else it is taken from the header, which names the target
    port: proxy.port || (secure ? 443 : 80),
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
    timeout: TUNNEL_TIMEOUT_MS,
  });
  const socket = new Promise<Socket>((resolve, reject) => {
    const fail = (what: string): void => reject(new ProxyError(`the proxy ${proxy.host} ${what}`));
    request.once('connect', ({ statusCode = 0 }, opened: Socket, head: Buffer) => {
      if (statusCode >= 200 && statusCode < 300) {
        opened.setTimeout(0);
        opened.unshift(head);
        return resolve(opened);
      }
      opened.destroy();
      fail(
        statusCode === 407
          ? 'asks for a user and a password, or for others: they are part of its variable (http://user:password@host)'
          : `answered ${statusCode}: it does not let this through`,
      );
    });
    request.once('response', ({ statusCode }) => fail(`answered ${statusCode}`));
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', ({ code = '', message }: NodeJS.ErrnoException) =>
      fail(`cannot be used: ${tlsProblem(code, message) ?? (code || message)}`),
    );
  });
  request.end();
  return { socket, abandon: () => void request.destroy() };
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

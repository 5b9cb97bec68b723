/**
 * A tunnel through a proxy: CONNECT, for http:// as well. So an answer always comes from the receiver: the proxy's own
 * answers are never taken for it, and the proxy sees nothing of what goes through TLS.
 */
import http from 'node:http';
import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { percentDecoded } from '../process/secrets/url-credentials.ts';
import { ConnectionError, reasonOf } from './failure.ts';
import { withoutBrackets } from './names/host-name.ts';

const REFUSED = 'EPROXY';

/**
 * Opens the tunnel. `target` is a host with its port; `connect` connects to the proxy, with the TLS `settings` if the
 * proxy is https://. @throws {ConnectionError} if the proxy cannot be used
 */
export async function openTunnel(
  proxy: URL,
  target: string,
  settings: tls.ConnectionOptions,
  signal: AbortSignal,
  connect: (host: string, port: number) => Promise<Socket>,
): Promise<Socket> {
  const secure = proxy.protocol === 'https:';
  const host = withoutBrackets(proxy.hostname);
  try {
    const socket = await connect(host, Number(proxy.port) || (secure ? 443 : 80));
    const servername = isIP(host) === 0 ? host : '';
    return await askFor(
      target,
      proxy,
      secure ? tls.connect({ ...settings, socket, host, servername }) : socket,
      signal,
    );
  } catch (error) {
    if (signal.aborted || (error instanceof ConnectionError && error.code === REFUSED)) throw error;
    throw new ConnectionError(REFUSED, `the proxy cannot be used: ${reasonOf(error)}`);
  }
}

function askFor(target: string, proxy: URL, socket: Socket, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      createConnection: () => socket,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...authorization(proxy) },
    });
    const refuse = (what: string): void => reject(new ConnectionError(REFUSED, `the proxy ${what}`));
    const abandon = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abandon);
    if (signal.aborted) abandon();
    request.once('connect', ({ statusCode = 0 }, opened: Socket, head: Buffer) => {
      signal.removeEventListener('abort', abandon);
      if (statusCode >= 200 && statusCode < 300) {
        opened.unshift(head);
        return resolve(opened);
      }
      opened.destroy();
      refuse(
        statusCode === 407
          ? 'asks for a user and a password, or does not accept the given ones: write them in its variable (http://user:password@host)'
          : `answered ${statusCode}: it refuses to forward this connection`,
      );
    });
    request.on('error', reject);
    request.once('close', () => reject(new ConnectionError('ECLOSED')));
    request.end();
  });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

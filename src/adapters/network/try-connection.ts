/** Connects to a receiver as a delivery would, and sends nothing: name, policy, connection, and the certificate. */
import type http from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createAgents, type ConnectionSettings } from './agents.ts';
import { createConnections } from './connections.ts';
import { untilAborted, withinDeadline } from './deadline.ts';
import { ForbiddenError, reasonOf } from './failure.ts';
import { withoutBrackets } from './names/host-name.ts';
import { createNames } from './names/names.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { connected, unfinished, whereIs, type Progress } from './progress.ts';

export type Connected =
  /** `validTo`: when the certificate expires, milliseconds since 1970; undefined without TLS. */
  | { readonly kind: 'connected'; readonly where: string; readonly validTo: number | undefined }
  | { readonly kind: 'forbidden'; readonly rule: string }
  /** `code` is Node's or OpenSSL's; `names`: what a certificate of another host is for. */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly code: string;
      readonly names: readonly string[];
    };

export interface Connector {
  /** Never throws; ends within `timeoutMs`. */
  connect(url: URL, timeoutMs: number, stop: AbortSignal): Promise<Connected>;
  /** Ends the processes that resolve names. */
  close(): void;
}

export function createConnector(policy: NetworkPolicy, settings: ConnectionSettings): Connector {
  const names = createNames();
  const agents = createAgents(policy, settings, createConnections(), names.resolve);
  return {
    connect(url, timeoutMs, stop) {
      return withinDeadline(url.host, timeoutMs, stop, async (progress) => {
        try {
          const socket = await untilAborted(
            open(agents.forUrl(url, progress), url, progress),
            progress.signal,
          );
          const validTo =
            socket instanceof TLSSocket ? Date.parse(socket.getPeerCertificate().valid_to) : undefined;
          socket.destroy();
          return { kind: 'connected', where: whereIs(progress), validTo };
        } catch (error) {
          if (error instanceof ForbiddenError) return { kind: 'forbidden', rule: error.message };
          if (progress.signal.aborted) {
            const message = `no connection within ${timeoutMs} ms: ${unfinished(progress)}`;
            return { kind: 'failed', message, code: 'ETIMEDOUT', names: [] };
          }
          const { code = '' } = error as NodeJS.ErrnoException;
          return {
            kind: 'failed',
            message: `${whereIs(progress)}: ${reasonOf(error)}`,
            code,
            names: namesIn(error),
          };
        }
      });
    },
    close() {
      agents.close();
      names.close();
    },
  };
}

type Create = (options: object, done: (error: unknown, socket?: Duplex) => void) => void;

/** The connection of an agent; with TLS, when its certificate has been verified. */
function open(agent: http.Agent, url: URL, progress: Progress): Promise<Duplex> {
  const host = withoutBrackets(url.hostname);
  const isPlain = url.protocol === 'http:';
  const options = {
    ...(agent as unknown as { readonly options: object }).options,
    host,
    port: Number(url.port) || (isPlain ? 80 : 443),
    servername: isIP(host) === 0 ? host : '', // as Node's agents do: an address is no server name
    progress,
  };
  return new Promise((resolve, reject) => {
    const { createConnection } = agent as unknown as { readonly createConnection: Create };
    createConnection.call(agent, options, (error, socket) => {
      if (socket === undefined) return reject(error);
      progress.signal.addEventListener('abort', () => socket.destroy());
      connected(progress, (socket as Socket).remoteAddress);
      if (isPlain) return resolve(socket);
      socket.once('secureConnect', () => resolve(socket));
      socket.once('error', reject);
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    });
  });
}

/** The names of `DNS:a.example, IP Address:192.0.2.1`. */
function namesIn(error: unknown): readonly string[] {
  const { cert } = error as { readonly cert?: { readonly subjectaltname?: string } };
  return (cert?.subjectaltname ?? '')
    .split(', ')
    .flatMap((one) => /^(?:DNS|IP Address):(.+)$/.exec(one)?.[1] ?? []);
}

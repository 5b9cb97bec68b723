/** `team-events listen`: a receiver for trying things out. Prints what arrives, verifies it, fails when told to. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseSecret } from '../clients/secret.ts';
import { UsageError, EXIT, type ExitCode } from '../errors.ts';
import { requestLine, type Received } from '../report/received-text.ts';
import type { Surroundings } from './notify.ts';
import { verifySignature } from '../delivery/verify-signature.ts';

export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly secret: readonly string[];
  /** Statuses of the first answers; the last one stays. */
  readonly respond: readonly number[];
  /** Ends after so many requests. */
  readonly count: number | undefined;
  readonly format: 'text' | 'ndjson';
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Serves until it has answered `count` requests or is told to stop. */
export async function listen(
  options: ListenOptions,
  { console, masker, stop }: Surroundings,
): Promise<ExitCode> {
  masker.hide(options.secret);
  const keys = options.secret
    .flatMap((value) => value.split(/[\s,]+/))
    .filter((text) => text !== '')
    .map(keyOf);
  let arrived = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));

  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      arrived++;
      const status = options.respond[Math.min(arrived, options.respond.length) - 1] ?? 200;
      const received: Received = {
        number: arrived,
        method: request.method ?? '',
        path: request.url ?? '',
        status,
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: body.toString('utf8'),
        signature: verifySignature(keys, request.headers, body.toString('utf8'), Date.now() / 1000),
      };
      await console.print(
        options.format === 'ndjson' ? `${JSON.stringify(received)}\n` : requestLine(received, console.style),
      );
      const last = arrived === options.count;
      response.writeHead(status, { 'content-type': 'text/plain', ...(last && { connection: 'close' }) });
      response.on('close', () => last && finish()); // also where the sender has hung up
      response.end(status < 300 ? 'ok\n' : `answered ${status} as told by --respond\n`);
    };
    answer().catch((error: unknown) => {
      console.note(`request failed: ${String(error)}`);
      response.destroy();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          `cannot listen on ${options.host}:${options.port}: ${error.code}`,
          'Choose another --port; 0 takes any.',
        ),
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  console.note(`listening on http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
  stop.requested.addEventListener('abort', () => finish());
  await finished;
  server.close();
  server.closeAllConnections();
  return EXIT.done;
}

function keyOf(text: string): Uint8Array {
  const key = parseSecret(text);
  if (typeof key === 'string') throw new UsageError(key);
  return key;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`a body of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

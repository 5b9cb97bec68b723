/** `team-events listen`: a receiver for trying things out. Prints what arrives, checks it, fails when told to. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseSecret } from '../clients/secret.ts';
import { createOrderCheck } from '../delivery/order-check.ts';
import { verifySignature } from '../delivery/verify-signature.ts';
import { UsageError, EXIT, type ExitCode } from '../errors.ts';
import { counted, NOTHING_RECEIVED, summaryLine } from '../report/received-summary.ts';
import { requestLine, type Received } from '../report/received-text.ts';
import type { Surroundings } from './notify.ts';

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
  const checkOrder = createOrderCheck();
  let tally = NOTHING_RECEIVED;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));

  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = (await bodyOf(request)).toString('utf8');
      const number = tally.requests + 1;
      const status = options.respond[Math.min(number, options.respond.length) - 1] ?? 200;
      const path = request.url ?? '';
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const received: Received = {
        number,
        method: request.method ?? '',
        path,
        status,
        headers,
        body,
        check: checkOrder({ path, headers, body, accepted: status < 300 }),
        signature: verifySignature(keys, request.headers, body, Date.now() / 1000),
      };
      tally = counted(tally, received);
      await console.print(
        options.format === 'ndjson' ? `${JSON.stringify(received)}\n` : requestLine(received, console.style),
      );
      const last = number === options.count;
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
  console.note(summaryLine(tally, console.noteStyle));
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

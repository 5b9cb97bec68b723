/** `team-events listen`: a receiver for tests. Prints and checks what arrives, and fails when told to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { LaneOrder } from '../../core/clients/file/lane-keys.ts';
import { parseSecrets } from '../../core/clients/binding/secret.ts';
import { UsageError, EXIT, type ExitCode } from '../../errors.ts';
import { commandLine } from '../../reporters/commands/command-line.ts';
import { LISTEN_REPORTERS, type ListenFormat } from './formats/formats.ts';
import { forward } from './forward.ts';
import { isEmptyList } from '../receiving/received-event.ts';
import { createOrderCheck } from './order-check.ts';
import { NOTHING_RECEIVED, summaryLine, withRequest } from './received-summary.ts';
import type { Received } from './received.ts';
import { verifySignature } from './verify-signature.ts';

export interface ListenOptions {
  readonly port: number;
  readonly host: string;
  readonly secret: readonly string[];
  /** Statuses of the first answers; the last one is repeated. */
  readonly respond: readonly number[];
  /** A program on this machine that answers instead. */
  readonly forward: URL | undefined;
  /** Whether all events are in one row, or those of each team. */
  readonly order: LaneOrder;
  /** Ends after this many requests. */
  readonly count: number | undefined;
  readonly format: ListenFormat;
}

/** The answer to a request. */
interface Answer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: string | Buffer;
  readonly notForwarded?: string;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Limit for output that waits for a slow reader, in bytes. */
const MAX_WAITING = 64 * 1024 * 1024;
const UNCHECKED = 'signatures are not checked: neither --secret nor TEAM_EVENTS_LISTEN_SECRET names a key';
const PLAIN_TEXT = ['Content-Type', 'text/plain'];

/** Serves until it has answered `count` requests or is told to stop. */
export async function listen(
  options: ListenOptions,
  { console, redactor, stop, args }: RunContext,
): Promise<ExitCode> {
  redactor.add(options.secret);
  const keys = parseSecrets(options.secret);
  if (!keys.ok) throw new UsageError(keys.wrong);
  const report = await LISTEN_REPORTERS[options.format]();
  const checkOrder = createOrderCheck(options.order);
  let tally = NOTHING_RECEIVED;
  let unprinted = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await bodyOf(request);
    const forwarded = options.forward && (await answerOf(options.forward, request, bytes, response));
    const number = tally.requests + 1;
    const path = request.url ?? '';
    const body = bytes.toString('utf8');
    const answered = forwarded ?? toldAnswer(options.respond, number, body);
    const { status, rawHeaders, body: said, notForwarded } = answered;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const [check, ...others] = checkOrder({ path, headers, body, accepted: status < 300 });
    const received: Received = {
      number,
      method: request.method ?? '',
      path,
      status,
      headers,
      body,
      notForwarded,
      check,
      ...(others.length > 0 && { others }),
      signature: verifySignature(keys.value, request.headers, body, Date.now() / 1000),
    };
    tally = withRequest(tally, received);
    // The sender must not wait for the reader of the output.
    if (console.waiting > MAX_WAITING) unprinted++;
    else void console.print(report(received, console.style));
    const last = number === options.count;
    response.writeHead(status, [...rawHeaders, ...(last ? ['Connection', 'close'] : [])]);
    response.on('close', () => last && finish()); // also if the sender hung up
    response.end(said);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.note(`request failed: ${String(error)}`);
      response.destroy();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, options, args)));
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  console.note([
    `listening on http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    ...(keys.value.length > 0 ? [] : [UNCHECKED]),
    ...(options.port === 0 && address === '127.0.0.1'
      ? [`samples come here by: team-events send --port ${port}`]
      : []),
  ]);
  stop.stopping.addEventListener('abort', () => finish());
  await finished;
  server.close();
  server.closeAllConnections();
  if (unprinted > 0) console.note(`${unprinted} requests were not printed, as nobody read stdout`);
  console.note(summaryLine(tally, console.noteStyle));
  return EXIT.done;
}

function cannotListen(
  { code }: NodeJS.ErrnoException,
  { host, port }: ListenOptions,
  args: readonly string[],
): UsageError {
  const where = `cannot listen on ${host}:${port}`;
  if (code !== 'EADDRINUSE') return new UsageError(`${where}: ${code}`, 'Choose another --port or --host.');
  const others = args.filter((arg, index) => !/^--port(?:=|$)/.test(arg) && args[index - 1] !== '--port');
  return new UsageError(`${where}: another program has this port`, [
    'To take any free port; it then says which, and how to send to it:',
    `  ${commandLine(others, { '--port': '0' })}`,
  ]);
}

function toldAnswer(respond: readonly number[], number: number, received: string): Answer {
  const status = respond[Math.min(number, respond.length) - 1] ?? 200;
  if (status < 300 && isEmptyList(received))
    return { status: 400, rawHeaders: PLAIN_TEXT, body: 'a list without any event\n' };
  const body = status < 300 ? 'ok\n' : `answered ${status} as told by --respond\n`;
  return { status, rawHeaders: PLAIN_TEXT, body };
}

/** Gets the local program's answer; the request to it is aborted if the sender hangs up. */
async function answerOf(
  target: URL,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<Answer> {
  const hungUp = new AbortController();
  response.on('close', () => hungUp.abort());
  const { method = 'GET', url: path = '/', rawHeaders } = request;
  const answer = await forward(target, { method, path, rawHeaders, body }, hungUp.signal);
  if (answer.ok) return answer.value;
  return {
    status: 502,
    rawHeaders: PLAIN_TEXT,
    body: `could not be forwarded to ${target.origin}: ${answer.wrong}\n`,
    notForwarded: answer.wrong,
  };
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

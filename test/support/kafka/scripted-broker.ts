/**
 * A broker that answers as a test says, for what a real one cannot be made to do. Its answers have the forms of Kafka 4.1's
 * message definitions (clients/src/main/resources/common/message), in the versions that it offers.
 */
import { createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../loopback.ts';

export const API = {
  produce: 0,
  metadata: 3,
  handshake: 17,
  versions: 18,
  producerId: 22,
  authenticate: 36,
} as const;
export type ApiName = keyof typeof API;

export const OFFERED: readonly (readonly [key: number, lowest: number, highest: number])[] = [
  [API.produce, 3, 3],
  [API.metadata, 5, 5],
  [API.handshake, 1, 1],
  [API.versions, 0, 0],
  [API.producerId, 0, 0],
  [API.authenticate, 1, 1],
];

/** The body of an answer, or what is done instead. */
export type Reply = Buffer | ((socket: Socket) => void);

export interface ScriptedBroker {
  readonly port: number;
  /** What it was asked, in order. */
  readonly asked: readonly ApiName[];
}

export interface Script {
  /** By what is asked, and how often that has been asked before; undefined: as a broker would. */
  readonly reply?: (api: ApiName, before: number) => Reply | undefined;
  /** What each new connection is met with. */
  readonly greet?: (socket: Socket) => void;
  /** The leader that it advertises; itself if absent. */
  readonly leader?: { readonly host: string; readonly port: number };
  readonly partitions?: number;
}

export const SILENT: Reply = () => undefined;
export const CUT: Reply = (socket) => void socket.destroy();

/** One that has the topic `events`, which it stores nowhere. */
export async function startScriptedBroker({
  reply,
  greet,
  leader,
  partitions = 1,
}: Script = {}): Promise<ScriptedBroker> {
  const asked: ApiName[] = [];
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    greet?.(socket);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
        const end = 4 + received.readUInt32BE(0);
        answer(socket, received.subarray(4, end));
        received = received.subarray(end);
      }
    });
  });
  const port = await listenOnLoopback(server);

  function answer(socket: Socket, request: Buffer): void {
    const [api] = Object.entries(API).find(([, key]) => key === request.readInt16BE(0)) ?? [];
    const name = api as ApiName;
    const before = asked.filter((one) => one === name).length;
    asked.push(name);
    const made = reply?.(name, before) ?? ordinary[name]();
    if (typeof made === 'function') return made(socket);
    socket.write(Buffer.concat([int32(4 + made.length), request.subarray(4, 8), made]));
  }

  const ordinary: Record<ApiName, () => Buffer> = {
    versions: () => versions(OFFERED),
    metadata: () => metadata(leader ?? { host: '127.0.0.1', port }, { partitions }),
    producerId: () => Buffer.concat([int32(0), int16(0), int64(7), int16(0)]),
    produce: () => produced(0, partitions),
    handshake: () => handshake(0, ['PLAIN']),
    authenticate: () => authenticated(0),
  };
  return { port, asked };
}

export const int16 = (value: number): Buffer => sized(2, (buffer) => buffer.writeInt16BE(value));
export const int32 = (value: number): Buffer => sized(4, (buffer) => buffer.writeInt32BE(value));
export const int64 = (value: number): Buffer => sized(8, (buffer) => buffer.writeBigInt64BE(BigInt(value)));
export const text = (value: string): Buffer =>
  Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
const list = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);
const NONE = int16(-1);

function sized(bytes: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return buffer;
}

export const versions = (offered: typeof OFFERED): Buffer =>
  Buffer.concat([int16(0), list(offered.map((one) => Buffer.concat(one.map(int16))))]);

export const metadata = (
  { host, port }: { readonly host: string; readonly port: number },
  { code = 0, partitions = 1, leader = 1, partitionCode = 0 } = {},
): Buffer =>
  Buffer.concat([
    int32(0),
    list([Buffer.concat([int32(1), text(host), int32(port), NONE])]),
    NONE,
    int32(1),
    list([
      Buffer.concat([
        int16(code),
        text('events'),
        Buffer.from([0]),
        list(
          Array.from({ length: code === 0 ? partitions : 0 }, (_, index) =>
            Buffer.concat([int16(partitionCode), int32(index), int32(leader), list([]), list([]), list([])]),
          ),
        ),
      ]),
    ]),
  ]);

export const produced = (code: number, partitions = 1): Buffer =>
  Buffer.concat([
    list([
      Buffer.concat([
        text('events'),
        list(
          Array.from({ length: partitions }, (_, index) =>
            Buffer.concat([int32(index), int16(code), int64(0), int64(-1)]),
          ),
        ),
      ]),
    ]),
    int32(0),
  ]);

export const handshake = (code: number, mechanisms: readonly string[]): Buffer =>
  Buffer.concat([int16(code), list(mechanisms.map(text))]);

/** `lifetimeMs`: how long the session lasts; 0: for ever. */
export const authenticated = (
  code: number,
  message?: string,
  bytes = Buffer.alloc(0),
  lifetimeMs = 0,
): Buffer =>
  Buffer.concat([
    int16(code),
    message === undefined ? NONE : text(message),
    int32(bytes.length),
    bytes,
    int64(lifetimeMs),
  ]);

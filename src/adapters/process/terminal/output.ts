/**
 * stdout or stderr. Its reader may be slow, stop reading or go away, and the disk behind it may be full; it may be a
 * terminal or the log of a CI system, which interpret some text as commands.
 */
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { logSafe } from '../../../core/text/log-safe.ts';
import { breathe } from '../breathe.ts';

export interface Output {
  /**
   * Writes whole lines, made safe by `logSafe`, after earlier ones. Resolves when the system took them, or no write is
   * possible.
   */
  write(text: string): Promise<void>;
  /** As `write`, of lines that a CI system is to take for commands: what came from outside was made safe in them before. */
  command(lines: string): Promise<void>;
  /** Bytes that the system has not taken yet. */
  readonly waiting: number;
  /** Whether its reader has gone, as `head` goes when it has seen enough. */
  readonly closed: boolean;
  /** Why nothing can be written; undefined as long as it can. */
  readonly failure: string | undefined;
}

/** Size of one write; progress of a slow reader is seen in these steps. */
const PIECE_BYTES = 16 * 1024;
const READER_GONE: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET'];

/** `keepColors`: the colours of `createStyle` are kept. */
export function openOutput(stream: NodeJS.WriteStream, keepColors = false): Output {
  let closed = false;
  let failure: string | undefined;
  let waiting = 0;
  let before = Promise.resolve();
  const fail = ({ code, message }: NodeJS.ErrnoException): void => {
    if (READER_GONE.includes(code)) closed = true;
    else failure ??= code ?? message;
  };
  stream.on('error', fail);
  if (stream.isTTY) withoutBlocking(stream);
  const file = fileOf(stream);
  const write = file === undefined ? toReader(stream) : toFile(file, fail);
  const writeAll = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      if (!closed && failure === undefined) await write(piece);
      waiting -= piece.length;
      await breathe();
    }
  };
  const enqueue = (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    waiting += bytes.length;
    return (before = before.then(() => writeAll(bytes)));
  };
  return {
    write: (text) => enqueue(logSafe(text, keepColors)),
    command: enqueue,
    get waiting() {
      return waiting;
    },
    get closed() {
      return closed;
    },
    get failure() {
      return failure;
    },
  };
}

type Write = (bytes: Buffer) => Promise<void> | void;

/** For a pipe or terminal; `error` events report failures. */
const toReader =
  (stream: NodeJS.WriteStream): Write =>
  (bytes) =>
    new Promise((resolve) => stream.write(bytes, () => resolve()));

/** For a file. Node's own stream treats a partial write, as the last one before a disk is full, as a complete one. */
const toFile =
  (fd: number, fail: (error: NodeJS.ErrnoException) => void): Write =>
  (bytes) => {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    } catch (error) {
      fail(error as NodeJS.ErrnoException);
    }
  };

/** The file descriptor, if it is no pipe, socket or terminal. */
function fileOf(stream: NodeJS.WriteStream): number | undefined {
  const { fd } = stream as { readonly fd?: unknown };
  return !(stream instanceof Socket) && typeof fd === 'number' ? fd : undefined;
}

/** By default Node blocks the whole process on a terminal, for example one stopped by Ctrl-S. */
function withoutBlocking(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?(blocking: boolean): void } };
  handle?.setBlocking?.(false);
}

/** The connections of a run, which share the descriptors of the process with git and the cursors. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** For git, the store, files, and what Node has open itself. */
const DESCRIPTORS_FOR_OTHERS = 64;

export interface Connections {
  /** How many there may be: as many attempts may be in flight. */
  readonly limit: number;
  /** Counts one until it is closed. Where there are too many, that which has been idle longest is closed. */
  add(socket: Socket): void;
  /** Whether there may be one that could be done without. */
  hasRoom(): boolean;
  /** Whether a connection is kept alive without a request. */
  setIdle(socket: Duplex, isIdle: boolean): void;
}

export function createConnections(limit = connectionLimit()): Connections {
  const open = new Set<Socket>();
  /** In the order in which they became idle. */
  const idle = new Set<Duplex>();
  const closeIdle = (): void => {
    const [oldest] = idle;
    if (oldest === undefined) return;
    idle.delete(oldest);
    oldest.destroy();
  };
  return {
    limit,
    add(socket) {
      if (open.size >= limit) closeIdle();
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    },
    hasRoom: () => open.size < limit,
    setIdle(socket, isIdle) {
      if (isIdle) idle.add(socket);
      else idle.delete(socket);
    },
  };
}

/** Of the descriptors that the process may have (Node asks for as many as it can get when it starts). */
function connectionLimit(): number {
  const descriptors = descriptorLimit();
  return Math.max(1, Math.floor(Math.max(descriptors - DESCRIPTORS_FOR_OTHERS, descriptors / 4)));
}

/** `Max open files  SOFT  HARD  files`; 1024, the usual one, where the system does not tell. */
function descriptorLimit(): number {
  try {
    const [, soft = ''] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Infinity : Number(soft) || 1024;
  } catch {
    return 1024;
  }
}

/** The connections of a run, which share the descriptors of the process with git and the cursors. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** For git, the store, files, and what Node has open itself. */
const DESCRIPTORS_FOR_OTHERS = 64;

export interface Connections {
  /** How many there may be: as many attempts may be in flight. */
  readonly limit: number;
  /** Counts one until it is closed. Where there are too many, that which has been spare longest is closed. */
  add(socket: Socket): void;
  /** Whether there may be one more without that. */
  hasRoom(): boolean;
  /** Whether it can be done without: kept alive for a request to come, or one of several that are tried. */
  setSpare(socket: Duplex, isSpare: boolean): void;
}

export function createConnections(limit = connectionLimit()): Connections {
  const open = new Set<Socket>();
  /** In the order in which they became so. */
  const spare = new Set<Duplex>();
  const closeSpare = (): void => {
    const [oldest] = spare;
    if (oldest === undefined) return;
    spare.delete(oldest);
    oldest.destroy();
  };
  return {
    limit,
    add(socket) {
      if (open.size >= limit) closeSpare();
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    },
    hasRoom: () => open.size < limit,
    setSpare(socket, isSpare) {
      if (isSpare) spare.add(socket);
      else spare.delete(socket);
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

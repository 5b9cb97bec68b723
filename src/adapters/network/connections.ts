/** The connections of a run, which share the process's file descriptors with git and the cursors. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** For git, the store, files, and Node's own. */
const DESCRIPTORS_FOR_OTHERS = 64;

export interface Connections {
  /** Limit for connections, and so for attempts in flight. */
  readonly limit: number;
  /** Counts a connection until it is closed. If there are too many, the one that has been spare longest is closed. */
  add(socket: Socket): void;
  /** Whether one more can be added without closing another. */
  hasRoom(): boolean;
  /** Marks a connection as dispensable: kept alive for a later request, or one of several being tried. */
  setSpare(socket: Duplex, isSpare: boolean): void;
}

export function createConnections(limit = connectionLimit()): Connections {
  const open = new Set<Socket>();
  /** In the order in which they became spare. */
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

/** Derived from the process's descriptor limit (Node raises it as far as it can at the start). */
function connectionLimit(): number {
  const descriptors = descriptorLimit();
  return Math.max(1, Math.floor(Math.max(descriptors - DESCRIPTORS_FOR_OTHERS, descriptors / 4)));
}

/** `Max open files  SOFT  HARD  files`; 1024, the usual limit, if the system does not tell. */
function descriptorLimit(): number {
  try {
    const [, soft = ''] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === 'unlimited' ? Infinity : Number(soft) || 1024;
  } catch {
    return 1024;
  }
}

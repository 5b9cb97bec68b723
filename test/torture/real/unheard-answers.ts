/**
 * Answers for which the program did not wait long enough, as the machine was busy: it closed the connection and sent the event
 * again in the same run. That is a fault of the machine, which explains the repeat.
 */
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { isAccepted, type Arrival, type Fault } from '../checker.ts';

export interface UnheardAnswers {
  /** Told each arrival whose answer is sent at once, and its connection. `run`: which run it is of; undefined: not known. */
  arrived(arrival: Arrival, socket: Socket, run: number | undefined): Promise<void>;
}

export function createUnheardAnswers(fault: (fault: Fault) => void): UnheardAnswers {
  const accepted = new Map<string, { at: number; socket: Socket; run: number | undefined }>();
  return {
    async arrived({ client, id, at, answer }, socket, run) {
      const key = `${client} ${id}`;
      const before = accepted.get(key);
      if (isAccepted({ answer })) accepted.set(key, { at, socket, run });
      if (before === undefined || run === undefined || before.run !== run || before.socket === socket) return;
      // Its end was sent before this request, so it is read by then.
      await turn();
      await turn();
      if (!before.socket.readableEnded && !before.socket.destroyed) return;
      fault({ what: 'answer not waited for', client, from: before.at, until: before.at });
    },
  };
}

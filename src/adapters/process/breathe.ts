/** Yields to the event loop during long work, so that signals and sockets are handled. */
import { setImmediate } from 'node:timers/promises';

/** How long the process may go without handling them. */
const BREATH_MS = 20;

let heard = 0;
let turns = Promise.resolve();

/**
 * Lets the event loop handle signals, timers and sockets during long work; if many callers wait for that, each gets a
 * turn of its own. Cheap enough to be called often.
 */
export function breathe(): Promise<void> {
  if (performance.now() - heard < BREATH_MS) return Promise.resolve();
  return (turns = turns.then(turn));
}

async function turn(): Promise<void> {
  await setImmediate();
  heard = performance.now();
}

/** As `breathe`, but every time: for background work that must not be noticed. */
export const giveWay = (): Promise<void> => (turns = turns.then(turn));

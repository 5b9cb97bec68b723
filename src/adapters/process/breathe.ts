/** Lets the process hear signals and sockets in the midst of long work. */
import { setImmediate } from 'node:timers/promises';

/** How long the process may be deaf. */
const BREATH_MS = 20;

let heard = 0;
let turns = Promise.resolve();

/**
 * Lets signals, timers and sockets be heard in the midst of long work; of many that wait for that, each in a turn of its
 * own. Cheap enough to be called again and again.
 */
export function breathe(): Promise<void> {
  if (performance.now() - heard < BREATH_MS) return Promise.resolve();
  return (turns = turns.then(turn));
}

async function turn(): Promise<void> {
  await setImmediate();
  heard = performance.now();
}

/** As `breathe`, each time: for work that others must not notice. */
export const giveWay = (): Promise<void> => (turns = turns.then(turn));

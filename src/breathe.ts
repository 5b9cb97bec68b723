import { setImmediate } from 'node:timers/promises';

/** How long the process may be deaf. */
const BREATH_MS = 20;

let heard = 0;

/** Lets signals, timers and sockets be heard in the midst of long work. Cheap enough to be called for every team. */
export async function breathe(): Promise<void> {
  if (performance.now() - heard < BREATH_MS) return;
  await setImmediate();
  heard = performance.now();
}

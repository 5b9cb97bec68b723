/** What one request may cost. It is spent before a thing is made, so nothing beyond it ever is. */
import { grouped } from '../../text/counted.ts';

/** Why the request of an event cannot be made. Caught where requests are rendered. */
export class UnfitEvent extends Error {}

export const MAX_VALUES = 50_000;
export const MAX_BYTES = 1024 * 1024;
/** Names looked up and values compared: more than that many for the largest request say something else than it. */
const MAX_WORK = 300_000;

export const TOO_LARGE = `more than ${grouped(MAX_VALUES)} values or 1 MiB`;

export interface Budget {
  /** @throws {UnfitEvent} if that is more than is left */
  spend(values: number, characters: number): void;
  /** @throws {UnfitEvent} if that is more than is left */
  work(steps: number): void;
}

export function createBudget(): Budget {
  let [values, characters, steps] = [0, 0, 0];
  return {
    spend(moreValues, moreCharacters) {
      values += moreValues;
      characters += moreCharacters;
      if (values > MAX_VALUES || characters > MAX_BYTES)
        throw new UnfitEvent(`its request would hold ${TOO_LARGE}`);
    },
    work(more) {
      steps += more;
      if (steps > MAX_WORK) throw new UnfitEvent('its request would take too long to make');
    },
  };
}

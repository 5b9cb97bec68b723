/**
 * How fast a lane may send to a receiver that answers 429, learned from the requests it refuses.
 *
 * The first refusal only causes a pause. From the second on there is a gap between requests. At first it is the average
 * interval since the first refusal, which is safe because the receiver's quota was used up at both moments. Then the
 * gap shrinks until a request is refused, grows by a tenth, and shrinks again: slowly at first, then faster, to notice
 * a receiver that has become quicker. It does not shrink while more than one request in twenty-five was refused.
 */

export interface Pace {
  /** How long the next request has to wait. */
  waitMs(nowMs: number): number;
  /** Whether there is a gap between requests, so that only one may be under way at a time. */
  readonly isLimited: boolean;
  /** The request that started at `startedMs` was not refused for coming too early. */
  accepted(startedMs: number): void;
  /** A request was refused for coming too early; `askedMs` is how long the receiver asks to wait. */
  refused(nowMs: number, askedMs: number | undefined): void;
}

/** No pause becomes longer than this, unless the receiver asks for it. */
const LONGEST_PAUSE_MS = 30_000;
/** How much the gap shrinks with each request until one is refused. */
const SEARCH = 0.05;
/** After that: how much faster it shrinks with each request, up to a maximum. */
const EAGERNESS = 0.0001;
const MOST_EAGER = 0.1;
/** After this many requests since a refusal, their average rate is taken as what the receiver accepts. */
const TELLING = 20;
const GROWTH = 1.1;
const SLACK = 1.02;
const ACCEPTED_FOR_A_REFUSAL = 25;

/** `firstPauseMs`: length of the first pause if the receiver asks for none. */
export function createPace(firstPauseMs: number): Pace {
  let gapMs = 0;
  let nextMs = 0;
  let accepted = 0;
  let refused = 0;
  /** Number of consecutive refusals. */
  let row = 0;
  /**
   * When the receiver's quota was last used up (the first refusal of the last series), and how many requests it
   * accepted since.
   */
  let emptyMs: number | undefined;
  let acceptedSince = 0;
  /** Number of refusals in quick succession: the gap is far too small. */
  let soon = 0;
  let isSearching = true;
  let eagerness = 0;

  function learn(nowMs: number): void {
    const averageMs = emptyMs === undefined ? 0 : ((nowMs - emptyMs) / acceptedSince) * SLACK;
    if (gapMs === 0) {
      gapMs = averageMs;
    } else {
      const isTelling = acceptedSince >= TELLING;
      soon = isTelling ? 0 : soon + 1;
      gapMs = Math.max(gapMs * GROWTH ** (soon + 1), isTelling ? averageMs : 0);
      isSearching = false;
    }
    emptyMs = nowMs;
    acceptedSince = 0;
    eagerness = 0;
  }

  return {
    waitMs: (nowMs) => Math.max(0, Math.ceil(nextMs - nowMs)),
    get isLimited() {
      return gapMs > 0;
    },
    accepted(startedMs) {
      row = 0;
      accepted++;
      acceptedSince++;
      if (isSearching) gapMs *= 1 - SEARCH;
      else if (refused * ACCEPTED_FOR_A_REFUSAL <= accepted) {
        eagerness = Math.min(MOST_EAGER, eagerness + EAGERNESS);
        gapMs *= 1 - eagerness;
      }
      nextMs = startedMs + gapMs;
    },
    refused(nowMs, askedMs) {
      refused++;
      if (row === 0) learn(nowMs);
      const pauseMs =
        Math.max(gapMs, askedMs ?? (gapMs || Math.max(1, firstPauseMs))) * 2 ** Math.min(row, 30);
      row++;
      nextMs = nowMs + Math.min(pauseMs, Math.max(gapMs, askedMs ?? 0, LONGEST_PAUSE_MS));
    },
  };
}

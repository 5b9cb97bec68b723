/** How lane states are shown to people: a mark, which also decides the colour, and a text. */
import type { LaneState, LaneStatus } from '../core/delivery/lane/lane-status.ts';

type Mark = '✓' | '✗' | '‖' | '·';

export const LANE_WORDS: Readonly<
  Record<LaneStatus | LaneState, { readonly mark: Mark; readonly text: string }>
> = {
  done: { mark: '✓', text: 'done' },
  blocked: { mark: '✗', text: 'blocked' },
  held: { mark: '✗', text: 'teams wait' },
  gone: { mark: '✗', text: 'gone; remove the client from the clients file' },
  guarded: { mark: '✗', text: 'stopped by the removal guard' },
  paused: { mark: '‖', text: 'paused' },
  misconfigured: { mark: '✗', text: 'misconfigured' },
  removed: { mark: '‖', text: 'removed from the clients file' },
  stopped: { mark: '✗', text: 'stopped' },
  claimed: { mark: '‖', text: 'another run serves it' },
  lost: { mark: '✗', text: 'another run has moved its cursor' },
  history: { mark: '✗', text: 'history does not lead from its position to the target' },
  cursor: { mark: '✗', text: 'its cursor cannot be used' },
  unusable: { mark: '✗', text: 'its cursor cannot be used' },
  new: { mark: '·', text: 'has not begun' },
  behind: { mark: '✗', text: 'behind' },
  current: { mark: '✓', text: 'nothing pending' },
};

/** Beside an event: that the guard stopped the lane says nothing against the event itself. */
export const markOf = (status: LaneStatus): string => (status === 'guarded' ? '·' : LANE_WORDS[status].mark);

type Standing = LaneState | LaneStatus;

/** In the order of what has to be done about them; all others with a ✗ stand after those that are named. */
const FIRST: readonly Standing[] = ['misconfigured', 'unusable', 'history', 'blocked', 'held', 'guarded'];
const LAST: readonly Standing[] = ['claimed', 'behind', 'new', 'paused', 'removed', 'current', 'done'];

const rank = (state: Standing): number =>
  FIRST.includes(state) ? FIRST.indexOf(state) : FIRST.length + 1 + LAST.indexOf(state);

/** The worst on top; those of one state in their order. */
export const worstFirst = <Each>(all: readonly Each[], stateOf: (one: Each) => Standing): readonly Each[] =>
  all.toSorted((a, b) => rank(stateOf(a)) - rank(stateOf(b)));

/** The state of a client: a mark and its name, and a colour that says the same. */
import type { LaneState, LaneStatus } from '../../core/delivery/lane/lane-status.ts';
import { LANE_WORDS } from '../lane-words.ts';
import { markup, type Markup } from './markup.ts';

const TONES = { '✗': 'bad', '·': 'wait', '‖': 'wait', '✓': 'good' } as const;

export function stateText(state: LaneState | LaneStatus): Markup {
  const { mark } = LANE_WORDS[state];
  return markup`<span class="${TONES[mark]}"><span aria-hidden="true">${mark}</span> ${state}</span>`;
}

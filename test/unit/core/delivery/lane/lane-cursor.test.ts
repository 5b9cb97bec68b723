/** The cursor of a lane says exactly where it is, and leads back there. */
import { describe, expect, it } from 'vitest';
import { cursorAt, NOTHING_SETTLED } from '../../../../../src/core/delivery/lane/lane-cursor.ts';
import {
  atStep,
  passedOver,
  sentOn,
  startOf,
  type LanePosition,
  type LanePlan,
} from '../../../../../src/core/delivery/lane/lane-plan.ts';
import { beforeFirst } from '../../../../../src/core/cursor/cursor.ts';
import { logOf, sampleStep, threeNewTeams } from '../../../../support/sample-teams.ts';

const commit = (digit: string): string => digit.repeat(40);
const END = commit('f');
const EVENTS = threeNewTeams(sampleStep({ from: commit('1'), commit: { id: commit('2') } }));
const LATER = threeNewTeams(sampleStep({ from: commit('2'), commit: { id: commit('3') } }));
const SNAPSHOT = threeNewTeams(sampleStep({ from: null, consecutive: false, commit: { id: commit('2') } }));

const planOf = (steps: Parameters<typeof logOf>[0], others: Partial<LanePlan> = {}): LanePlan => ({
  client: 'sample',
  contact: undefined,
  log: logOf(steps),
  ...others,
});
const PLAN = planOf([EVENTS, LATER]);

/** `s` sent, `x` skipped, `-` filtered: where a lane is after these of the first step. */
const placeAfter = (history: string, events = EVENTS): LanePosition =>
  [...history].reduce(
    (place, what) => {
      const event = events[place.index];
      if (event === undefined) throw new Error(`there is no event ${place.index}`);
      return what === 's' ? sentOn(place, event, events) : passedOver(place, event, what === 'x');
    },
    atStep(0, undefined),
  );

/** All that may become of so many events. */
const histories = (length: number): string[] =>
  length === 0 ? [''] : histories(length - 1).flatMap((one) => ['s', 'x', '-'].map((next) => one + next));

describe('the cursor of a lane stands', () => {
  it('where all leads to, once nothing is left, also where nothing happened in the last commits', () => {
    expect(cursorAt(PLAN, atStep(2, 'evt_a'), END)).toEqual({ commit: END, lastEvent: 'evt_a' });
  });

  it.each([
    ['on the commit of a step of which all is settled', 'sxs-xs', { commit: commit('2') }],
    ['before a step that is as good as untouched', '', { commit: commit('1') }],
    ['before a step of which it only wanted nothing so far', '--', { commit: commit('1') }],
  ])('%s: %j', (_, history, expected) => {
    const { lastEvent } = placeAfter(history);
    expect(cursorAt(PLAN, placeAfter(history), END)).toEqual({
      ...expected,
      ...(lastEvent && { lastEvent }),
    });
  });

  it('in a snapshot before its first event, until one was sent or skipped', () => {
    const sequenceAfter = (history: string) =>
      cursorAt(planOf([SNAPSHOT]), placeAfter(history, SNAPSHOT), END).step?.sequence;
    expect(['', '-', 'x', '-s'].map(sequenceAfter)).toEqual([
      NOTHING_SETTLED,
      NOTHING_SETTLED,
      SNAPSHOT[0]?.sequence,
      SNAPSHOT[1]?.sequence,
    ]);
  });

  it('before the first commit as long as nothing was sent or skipped, whatever the first step is', () => {
    const first = threeNewTeams(sampleStep({ from: null, commit: { id: commit('1') } }));
    const [own] = logOf([first]);
    const log = [{ ...own!, root: true as const }, ...logOf([EVENTS])];
    const cursorAfter = (history: string, others: Partial<LanePlan>, events = first) =>
      cursorAt(planOf([], { log, first: commit('1'), ...others }), placeAfter(history, events), END);
    for (const history of ['', '--']) {
      expect(cursorAfter(history, {})).toEqual(beforeFirst(commit('1')));
      expect(cursorAfter(history, { log: logOf([SNAPSHOT]) }, SNAPSHOT)).toEqual(beforeFirst(commit('1')));
      expect(cursorAfter(history, { log: logOf([EVENTS]) }, EVENTS)).toEqual(beforeFirst(commit('1')));
    }
    const { step } = cursorAfter('-s', {});
    expect(step).toMatchObject({ from: null, to: commit('1'), root: true, sequence: first[1]?.sequence });
    expect(cursorAfter('-s', { log: logOf([SNAPSHOT]) }, SNAPSHOT).step).not.toHaveProperty('root');
    expect(cursorAfter('s'.repeat(first.length), {})).toMatchObject({ commit: commit('1') });
    expect(cursorAt(planOf([], { log, first: commit('1') }), atStep(1, undefined), END)).toEqual({
      commit: commit('1'),
    });
  });

  it('in a step that is replayed as in one, and in the next no more', () => {
    const resume = { sequence: NOTHING_SETTLED, sent: [], replay: true };
    const plan = planOf([EVENTS, LATER], { resume });
    expect(cursorAt(plan, placeAfter('s'), END).step?.replay).toBe(true);
    expect(cursorAt(plan, { ...placeAfter('s'), step: 1 }, END).step).not.toHaveProperty('replay');
  });

  it('so that the next run goes on exactly there, whatever became of the events before', () => {
    for (const history of [1, 2, 3, 4, 5].flatMap(histories)) {
      const place = placeAfter(history);
      const { step, lastEvent } = cursorAt(PLAN, place, END);
      expect([history, step !== undefined]).toEqual([history, place.begun]);
      if (step === undefined) continue;
      expect([history, startOf({ ...PLAN, resume: step, lastEvent })]).toEqual([history, place]);
    }
  });
});

/** Where a lane is in what is pending for it: what it was sent of a step, and what it was not. */
import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../../src/core/clients/lane-selection.ts';
import { NOTHING_SETTLED } from '../../../../../src/core/delivery/lane/lane-cursor.ts';
import {
  atStep,
  passedOver,
  sentOn,
  startOf,
  alreadySent,
  type LanePosition,
  type LanePlan,
  type Resume,
} from '../../../../../src/core/delivery/lane/lane-plan.ts';
import { dueIn, eventsOf, openFrom } from '../../../../../src/core/delivery/lane/open-steps.ts';
import { logOf, outline, threeNewTeams } from '../../../../support/sample-teams.ts';

/** `team.created` of a, b and c, then `team.members.added` of each. */
const EVENTS = threeNewTeams();

/** `s` sent, `x` skipped, `-` filtered: where a lane is after these of the first events. */
const placeAfter = (history: string): LanePosition =>
  [...history].reduce(
    (place, what) => {
      const event = EVENTS[place.index];
      if (event === undefined) throw new Error(`there is no event ${place.index}`);
      return what === 's' ? sentOn(place, event, EVENTS) : passedOver(place, event, what === 'x');
    },
    atStep(0, undefined),
  );

const resumed = (settled: number, resume: Partial<Resume> = {}): LanePlan => ({
  client: 'sample',
  contact: undefined,
  log: logOf([EVENTS, EVENTS]),
  resume: { sequence: EVENTS[settled - 1]?.sequence ?? NOTHING_SETTLED, sent: [], ...resume },
});

describe('a step of which events were settled', () => {
  it.each([
    ['', false],
    ['--', false],
    ['s', true],
    ['x', true],
    ['-x', true],
    ['x-', true],
    ['s--', true],
  ])('%j is begun: %s', (history, begun) => {
    expect(placeAfter(history).begun).toBe(begun);
  });

  it.each([
    ['nothing, where no event of its type was sent', 'x--', []],
    ['nothing, where all were sent', 'ssssss', []],
    ['one that was passed over after another of its type', 's-s', [[1, 1]]],
    ['one that was passed over before', '-s', [[0, 0]]],
    ['neighbours as one', 's--', [[1, 2]]],
    ['neighbours as one, also before', 'x-s', [[0, 1]]],
    ['neighbours as one, of two types', 's---s', [[1, 3]]],
    [
      'what lies apart',
      's-s-s-',
      [
        [1, 1],
        [3, 3],
        [5, 5],
      ],
    ],
    ['nothing of a type of which none was sent', 'sss---', []],
  ])('remembers as not sent %s: %s', (_, history, unsent) => {
    expect(placeAfter(history).unsent).toEqual(unsent);
  });
});

describe('a lane that goes on in the middle of a step', () => {
  it.each([
    [0, false],
    [1, true],
    [6, true],
  ])('begins after the %i events that are settled; the step is begun: %s', (settled, begun) => {
    expect(startOf(resumed(settled))).toMatchObject({ step: 0, index: settled, begun });
    expect(eventsOf(resumed(settled))).toBe(12 - settled);
  });

  it('knows what it was sent there, by types and without what it was not sent', () => {
    const plan = resumed(5, {
      sent: ['team.created', 'team.members.added'],
      unsent: [
        [1, 1],
        [3, 3],
      ],
    });
    expect([...alreadySent(plan)]).toHaveLength(3);
    expect(startOf(plan)).toMatchObject({
      unsent: [
        [1, 1],
        [3, 3],
      ],
    });
  });

  it('takes of spans that anybody may have written what lies within the settled events, in order', () => {
    const unsent = [
      [4, 1_000_000_000],
      [2, 9],
      [0, 0],
    ] as const;
    expect(startOf(resumed(3, { unsent })).unsent).toEqual([
      [0, 0],
      [2, 2],
    ]);
  });

  it('is due the rest of that step, and all of the next', () => {
    const { log } = resumed(4);
    const due = (step: number) => {
      const place = { step, index: 4 };
      return dueIn(openFrom(log, place, new Set()), EVERYTHING, () => true).map(outline);
    };
    const all = ['team.created a', 'team.created b', 'team.created c'];
    expect(due(0)).toEqual([['team.members.added b ?', 'team.members.added c ?'], all]);
    expect(due(1)).toEqual([[], ['team.members.added b ?', 'team.members.added c ?']]);
  });
});

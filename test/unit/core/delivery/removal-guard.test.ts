/** The removal guard: an uncommon share of teams or memberships stops a lane before the first of them goes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_GUARD_LIMITS, guardRemovals } from '../../../../src/core/delivery/removal-guard.ts';
import type { LogStep } from '../../../../src/core/events/log-step.ts';
import { arbitraryTeams } from '../../../support/arbitrary-teams.ts';
import { eventsBetween, logOf, sampleStep, team, teams } from '../../../support/sample-teams.ts';

type Size = readonly [teams: number, members: number];

/** `20x3 9x3`: how many teams of how many members there are, revision by revision. */
const sizesOf = (history: string): Size[] =>
  history.split(' ').map((size) => {
    const [count = 0, members = 0] = size.split('x').map(Number);
    return [count, members];
  });

type Teams = ReturnType<typeof teams>;

const catalogueOf = ([count, members]: Size) =>
  teams(
    ...Array.from({ length: count }, (_, index) =>
      team(`team-${String(index).padStart(4, '0')}`, {
        members: Array.from({ length: members }, (__, one) => `m${String(one).padStart(3, '0')}`),
      }),
    ),
  );

function logThrough(catalogues: readonly Teams[]): LogStep[] {
  const steps = catalogues.slice(1).map((after, index) => {
    const step = sampleStep({ commit: { id: String(index).padStart(40, '0') }, reachable: index });
    return eventsBetween(catalogues[index] ?? teams(), after, step);
  });
  return logOf(steps, catalogues);
}

/** What the guard says to a lane that is sent everything that is not implied. */
function guard(
  history: string | readonly Teams[],
  { allowedStep = -1, types = [] as readonly string[], limits = DEFAULT_GUARD_LIMITS } = {},
) {
  const log = logThrough(typeof history === 'string' ? sizesOf(history).map(catalogueOf) : history);
  const due = log.map(({ events }) =>
    events.filter(({ type, impliedBy }) =>
      types.length > 0 ? types.includes(type) : impliedBy.length === 0,
    ),
  );
  return guardRemovals(log, due, limits, allowedStep);
}

describe('the removal guard', () => {
  it('stops over 10 teams and 10 %, or 50 memberships and 50 %', () => {
    expect(DEFAULT_GUARD_LIMITS).toEqual({
      teams: 10,
      teamsPercent: 10,
      memberships: 50,
      membershipsPercent: 50,
    });
  });

  it.each([
    ['10 of 20 teams: not more than 10', '20x0 10x0', false],
    ['11 of 20 teams', '20x0 9x0', true],
    ['11 of 110 teams: not more than 10 %', '110x0 99x0', false],
    ['11 of 109 teams', '109x0 98x0', true],
    ['all of 10 teams', '10x1 0x0', false],
    ['50 of 60 memberships: not more than 50', '1x60 1x10', false],
    ['51 of 60 memberships', '1x60 1x9', true],
    ['51 of 102 memberships: not more than 50 %', '1x102 1x51', false],
    ['51 of 101 memberships', '1x101 1x50', true],
    ['5 teams with 55 of 55 memberships', '5x11 0x0', true],
    ['5 teams with 55 of 132 memberships', '12x11 7x11', false],
    ['in two steps', '20x0 14x0 9x0', true],
    ['a share of those that are there by then', '20x0 200x0 189x0', false],
    ['nothing', '20x1 30x1', false],
  ])('judges %s', (_, sizes, stops) => {
    expect(guard(sizes) !== undefined).toBe(stops);
  });

  it('names the first and the last step that remove something, and what goes', () => {
    expect(guard('20x1 21x1 15x1 16x1 5x1 6x1')).toMatchObject({
      step: 1,
      lastStep: 3,
      deletedTeams: expect.arrayContaining(['team-0020', 'team-0005']),
      removedMemberships: 17,
      population: { teams: 21, memberships: 21 },
    });
  });

  it('lets pass what a person allowed, up to that step', () => {
    const history = '40x0 20x0 19x0';
    expect(guard(history, { allowedStep: 0 })).toBeUndefined();
    expect(guard(history)).toMatchObject({ step: 0, lastStep: 1 });
    expect(guard('40x0 39x0 10x0', { allowedStep: 0 })).toMatchObject({ step: 1 });
  });

  it('says where all that goes came back, and how many teams', () => {
    expect(guard('20x3 5x3 8x3 5x3 8x3')?.net()).toEqual({ reverted: false, restoredTeams: 3 });
    expect(guard('20x3 5x3')?.net().restoredTeams).toBe(0);
    expect(guard('20x3 5x3 20x3')?.net().reverted).toBe(true);
    expect(guard('20x3 5x3 19x3')?.net().reverted).toBe(true);
    expect(guard('20x3 5x3 8x3')?.net().reverted).toBe(false);
    expect(guard('1x60 1x0 1x60')?.net().reverted).toBe(true);
    expect(guard('1x60 1x0 1x9')?.net().reverted).toBe(false);
  });

  it.each([['team.deleted'], ['team.members.removed'], ['team.deleted', 'team.members.removed']])(
    'counts a membership once for a lane that follows %s',
    (...types) => {
      expect(guard('20x3 0x3', { types })?.removedMemberships).toBe(60);
    },
  );

  it('counts in a rename no team that goes or comes, and of the members only those who do', () => {
    const members = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `m${String(from + index).padStart(3, '0')}`);
    const renamed = (all: readonly string[]) => teams([team('new', { members: all }), ['old']]);
    const before = teams(team('old', { members: members(0, 100) }));
    // Everything else of the new team is as it was: 100 of its members, and 20 who joined on the way.
    const log = [before, renamed(members(0, 120)), renamed(members(60, 120))];
    expect(guard(log)).toBeUndefined();
    expect(guard([before, renamed(members(0, 120)), renamed(members(61, 120))])).toMatchObject({
      deletedTeams: [],
      removedMemberships: 61,
      population: { teams: 1, memberships: 120 },
    });
  });

  it('takes its shares of the most teams and memberships that there ever are, renames or not', () => {
    const limits = { teams: 0, teamsPercent: 0, memberships: 0, membershipsPercent: 0 };
    const sizeOf = (all: Teams) => ({
      teams: all.size,
      memberships: [...all.values()].reduce((sum, { memberCount }) => sum + memberCount, 0),
    });
    fc.assert(
      fc.property(fc.array(arbitraryTeams, { minLength: 2, maxLength: 4 }), (catalogues) => {
        const stop = guard(catalogues, { limits });
        if (stop === undefined) return;
        const sizes = catalogues.map(sizeOf);
        const most = (key: 'teams' | 'memberships') => Math.max(...sizes.map((size) => size[key]));
        expect(stop.population).toEqual({ teams: most('teams'), memberships: most('memberships') });
      }),
    );
  });

  it('does not stop a lane that is told of no removal', () => {
    expect(
      guard('20x3 0x3', { types: ['team.created', 'team.modified', 'team.members.added'] }),
    ).toBeUndefined();
  });
});

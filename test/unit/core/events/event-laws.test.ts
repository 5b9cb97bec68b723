/** The laws of the events, over random steps: those of a step lead from one catalogue to the next, and member events alone to all memberships. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { teamOf, type Team } from '../../../../src/core/catalogue/team.ts';
import { byCodeUnits } from '../../../../src/core/catalogue/reading/json-value.ts';
import { type LoggedEvent } from '../../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../../src/core/events/event-type.ts';
import { arbitraryChange, arbitraryTeams, type Teams } from '../../../support/arbitrary-teams.ts';
import { applyEvents } from '../../../support/sample-subscriber.ts';
import { eventsBetween, sampleStep } from '../../../support/sample-teams.ts';

const teamsOf = (teams: Teams): Map<string, Team> =>
  new Map([...teams].map(([id, entry]) => [id, teamOf(entry)]));
const told = (events: readonly LoggedEvent[]): LoggedEvent[] =>
  events.filter(({ impliedBy }) => impliedBy.length === 0);
const memberIdsIn = (teams: Teams, id: string): ReadonlySet<string> => {
  const entry = teams.get(id);
  return new Set(entry && memberIds(teamOf(entry)));
};
const memberIds = ({ members }: Team): string[] => members.map(({ id }) => id).sort(byCodeUnits);

describe('the laws of the events of a step', () => {
  it('those that are not implied, applied to the catalogue before, give the catalogue after', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const rebuilt = applyEvents(teamsOf(before), told(eventsBetween(before, after)));
        expect(rebuilt).toEqual(teamsOf(after));
      }),
      { numRuns: 200 },
    );
  });

  it('the member events alone, implied ones included, give all memberships', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const memberships = new Map([...teamsOf(before)].map(([id, team]) => [id, new Set(memberIds(team))]));
        for (const { event } of eventsBetween(before, after)) {
          const members = memberships.get(event.subject) ?? new Set<string>();
          memberships.set(event.subject, members);
          for (const { id } of event.type === 'team.members.removed' ? (event.data.removed ?? []) : []) {
            members.delete(id);
          }
          for (const { id } of event.type === 'team.members.added' ? (event.data.added ?? []) : []) {
            members.add(id);
          }
        }
        const rebuilt = [...memberships].filter(([, members]) => members.size > 0);
        const expected = [...teamsOf(after)].filter(([, { members }]) => members.length > 0);
        const sorted = (all: [string, string[]][]) => all.sort(([a], [b]) => byCodeUnits(a, b));
        expect(sorted(rebuilt.map(([id, members]) => [id, [...members].sort(byCodeUnits)]))).toEqual(
          sorted(expected.map(([id, team]) => [id, memberIds(team)])),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('nobody is told to join who is in, or to leave who is not', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        for (const { event } of eventsBetween(before, after)) {
          const was = memberIdsIn(before, event.subject);
          const is = memberIdsIn(after, event.subject);
          for (const { id } of event.data.added ?? [])
            expect([was.has(id), is.has(id)]).toEqual([false, true]);
          for (const { id } of event.data.removed ?? [])
            expect([was.has(id), is.has(id)]).toEqual([true, false]);
          for (const list of [event.data.added, event.data.removed]) expect(list).not.toEqual([]);
        }
      }),
    );
  });

  it('an unchanged catalogue gives none', () => {
    fc.assert(
      fc.property(arbitraryTeams, (teams) => {
        const copy = new Map(
          [...teams].map(([id, entry]) => [id, structuredClone(entry)]).reverse() as never,
        );
        expect(eventsBetween(teams, copy as Teams)).toEqual([]);
      }),
    );
  });

  it('a team that only moved to another file is unchanged', () => {
    fc.assert(
      fc.property(arbitraryTeams, (teams) => {
        const moved = new Map(
          [...teams].map(([id, entry]) => [id, { ...structuredClone(entry), file: 'moved.yml' }]),
        );
        expect(eventsBetween(teams, moved)).toEqual([]);
      }),
    );
  });

  it('at most one event for each type and team, in the order of the types and then of the ids', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const places = eventsBetween(before, after).map(
          ({ event }) => `${EVENT_TYPES.indexOf(event.type)} ${event.subject}`,
        );
        expect(places).toEqual([...new Set(places)].sort(byCodeUnits));
      }),
    );
  });

  it('the order in which the teams were found changes no byte', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const turned = (teams: Teams): Teams => new Map([...teams].reverse());
        const lines = (events: readonly LoggedEvent[]): string[] => events.map(({ text }) => text);
        expect(lines(eventsBetween(turned(before), turned(after)))).toEqual(
          lines(eventsBetween(before, after)),
        );
      }),
    );
  });

  it('ids and sequences are unique in a range, and sequences only grow as text', () => {
    fc.assert(
      fc.property(fc.array(arbitraryTeams, { minLength: 1, maxLength: 6 }), (catalogues) => {
        const commit = (index: number): string => String(index).padStart(40, '0');
        const events = catalogues.flatMap((after, index) => {
          const from = index === 0 ? null : commit(index);
          const step = sampleStep({ from, commit: { id: commit(index + 1) }, reachable: 98 + index });
          return eventsBetween(catalogues[index - 1] ?? new Map(), after, step);
        });
        const ids = events.map(({ event }) => event.id);
        expect(new Set(ids).size).toBe(ids.length);
        const sequences = events.map(({ event }) => event.sequence);
        expect(sequences).toEqual([...new Set(sequences)].sort(byCodeUnits));
      }),
    );
  });
});

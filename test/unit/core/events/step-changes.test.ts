/** What a step tells: which events, in which order, and which of them another implies. */
import { describe, expect, it } from 'vitest';
import { eventsBetween, outline, team, teams } from '../../../support/sample-teams.ts';

const core = team('core', { members: ['alice', 'bob'] });

describe('a step tells', () => {
  it.each([
    ['a new team', teams(), teams(team('core')), ['team.created core']],
    ['a new team with members', teams(), teams(core), ['team.created core', 'team.members.added core ?']],
    ['a team that is gone', teams(team('core')), teams(), ['team.deleted core']],
    [
      'a team with members that is gone',
      teams(core),
      teams(),
      ['team.members.removed core ?', 'team.deleted core'],
    ],
    ['who joined', teams(team('core')), teams(core), ['team.members.added core']],
    ['who left', teams(core), teams(team('core')), ['team.members.removed core']],
    [
      'who came and who went',
      teams(core),
      teams(team('core', { members: ['bob', 'carol'] })),
      ['team.members.removed core', 'team.members.added core'],
    ],
    ['a new name', teams(core), teams({ ...core, name: 'Core' }), ['team.modified core']],
    [
      "a member's own keys",
      teams(core),
      teams(team('core', { members: ['alice', { id: 'bob', role: 'lead' }] })),
      ['team.modified core'],
    ],
    ['nothing where nothing changed', teams(core), teams(structuredClone(core)), []],
  ])('%s', (_, before, after, expected) => {
    expect(outline(eventsBetween(before, after))).toEqual(expected);
  });

  it('all kinds in one order, each by team id in code units', () => {
    const before = teams(
      team('gone', { members: ['alice'] }),
      team('Gone'),
      team('same', { members: ['alice', 'bob'] }),
      team('also', { members: ['alice'] }),
    );
    const after = teams(
      team('éclair'),
      team('zeta', { members: ['bob'] }),
      team('Alpha'),
      team('10'),
      team('9'),
      team('same', { name: 'Same', members: ['bob', 'carol'] }),
      team('also', { name: 'Also' }),
    );
    expect(outline(eventsBetween(before, after))).toEqual([
      'team.created 10',
      'team.created 9',
      'team.created Alpha',
      'team.created zeta',
      'team.created éclair',
      'team.modified also',
      'team.modified same',
      'team.members.removed also',
      'team.members.removed gone ?',
      'team.members.removed same',
      'team.members.added same',
      'team.members.added zeta ?',
      'team.deleted Gone',
      'team.deleted gone',
    ]);
  });
});

describe('an event carries', () => {
  const gone = team('gone', { members: ['dave'] });
  const changed = team('core', { members: ['bob', { id: 'carol', role: 'lead' }] });
  const before = teams(team('core', { members: ['alice'] }), gone);
  const after = teams(changed);
  const [coreLeft, goneLeft, joined, deleted] = eventsBetween(before, after).map(({ event }) => event.data);

  it('the members that joined, with their keys', () => {
    expect(joined?.added).toEqual([{ id: 'bob' }, { id: 'carol', role: 'lead' }]);
    expect(joined).not.toHaveProperty('removed');
  });

  it('the members that left', () => {
    expect(coreLeft?.removed).toEqual([{ id: 'alice' }]);
    expect(goneLeft?.removed).toEqual([{ id: 'dave' }]);
  });

  it('the team as it is after the step', () => {
    expect(coreLeft?.team).toEqual(changed);
    expect(joined?.team).toEqual(changed);
  });

  it('of a deleted team its last state, and the file in which it stood', () => {
    expect(deleted).toMatchObject({ team: gone, file: 'teams/gone.yml' });
    expect(goneLeft?.team).toEqual(gone);
  });

  it('which types imply it, and nothing of the kind where none does', () => {
    expect(goneLeft?.impliedBy).toEqual(['team.deleted']);
    for (const data of [coreLeft, joined, deleted]) expect(data).not.toHaveProperty('impliedBy');
  });
});

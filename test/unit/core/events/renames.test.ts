/** Renames: a team whose `previously` names an id that disappears in the step in which its own appears. */
import { describe, expect, it } from 'vitest';
import { eventsBetween, outline, team, teams } from '../../../support/sample-teams.ts';

const old = team('old', { members: ['alice', 'bob'], tags: ['core'] });

/** The `id` changes among the events of a step. */
const renames = (...step: Parameters<typeof eventsBetween>): string[] =>
  eventsBetween(...step).flatMap(({ event }) =>
    (event.data.changes ?? [])
      .filter(({ field }) => field === 'id')
      .map(({ from, to }) => `${JSON.stringify(from)} -> ${JSON.stringify(to)}`),
  );

describe('a rename', () => {
  const renamed = { ...old, id: 'new', name: 'New', attributes: { contact: '#new' } };
  const events = eventsBetween(teams(old), teams([renamed, ['old']]));

  it('is one modification; the end of the old id and the beginning of the new one are implied', () => {
    expect(outline(events)).toEqual([
      'team.created new ?',
      'team.modified new',
      'team.members.removed old ?',
      'team.members.added new ?',
      'team.deleted old ?',
    ]);
  });

  it('tells the id among the changed fields, sorted like the others', () => {
    expect(events[1]?.event.data.changes).toEqual([
      { field: 'attributes.contact', from: null, to: '#new' },
      { field: 'id', from: 'old', to: 'new' },
      { field: 'name', from: 'old', to: 'New' },
    ]);
  });

  it('says by which types each event is implied', () => {
    expect(events.map(({ event }) => event.data.impliedBy)).toEqual([
      ['team.modified'],
      undefined,
      ['team.deleted', 'team.modified'],
      ['team.created', 'team.modified'],
      ['team.modified'],
    ]);
  });

  it('ends the old id with its last members and begins the new one with all of its own', () => {
    const after = teams([team('new', { members: ['bob', 'carol'] }), ['old']]);
    const byType = new Map(eventsBetween(teams(old), after).map(({ event }) => [event.type, event]));
    expect(byType.get('team.members.removed')).toMatchObject({
      subject: 'old',
      data: { removed: [{ id: 'alice' }, { id: 'bob' }], team: old, file: 'teams/old.yml' },
    });
    expect(byType.get('team.members.added')).toMatchObject({
      subject: 'new',
      data: { added: [{ id: 'bob' }, { id: 'carol' }], file: 'teams/new.yml' },
    });
  });

  it('tells who came and who went meanwhile as a change of the members', () => {
    const after = teams([team('new', { members: ['bob', 'carol'], tags: ['core'] }), ['old']]);
    const modified = eventsBetween(teams(old), after).find(({ event }) => event.type === 'team.modified');
    expect(modified?.event.data.changes).toContainEqual({
      field: 'members',
      from: old.members,
      to: [{ id: 'bob' }, { id: 'carol' }],
      added: [{ id: 'carol' }],
      removed: [{ id: 'alice' }],
    });
  });
});

describe('it is no rename where', () => {
  it.each([
    ['the earlier id is still there', teams(old), teams(old, [team('new'), ['old']]), ['team.created new']],
    ['the earlier id was never there', teams(), teams([team('new'), ['old']]), ['team.created new']],
    [
      'the team was there before',
      teams(team('old'), team('new')),
      teams([team('new'), ['old']]),
      ['team.deleted old'],
    ],
    [
      'the id only moves on: a becomes b while b becomes c, and b neither appears nor disappears',
      teams(team('a'), team('b')),
      teams([team('b'), ['a']], [team('c'), ['b']]),
      ['team.created c', 'team.deleted a'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(renames(before, after)).toEqual([]);
    expect(outline(eventsBetween(before, after))).toEqual(expected);
  });
});

describe('where several could be a rename', () => {
  it('one id has one successor, the first by id; the other is a new team', () => {
    const after = teams([team('second'), ['old']], [team('first'), ['old']]);
    expect(renames(teams(old), after)).toEqual(['"old" -> "first"']);
    expect(outline(eventsBetween(teams(old), after))).toContain('team.created second');
  });

  it('a team that names two ids takes over the first of them that it can', () => {
    const after = teams([team('merged'), ['older', 'old', 'one']]);
    expect(renames(teams(old, team('one')), after)).toEqual(['"old" -> "merged"']);
    expect(outline(eventsBetween(teams(old, team('one')), after))).toContain('team.deleted one');
  });

  it('two teams may swap their predecessors', () => {
    const after = teams([team('x'), ['b']], [team('y'), ['a']]);
    expect(renames(teams(team('a'), team('b')), after)).toEqual(['"b" -> "x"', '"a" -> "y"']);
  });

  it('a successor that finds its first choice taken takes the next', () => {
    const after = teams([team('x'), ['a']], [team('y'), ['a', 'b']]);
    expect(renames(teams(team('a'), team('b')), after)).toEqual(['"a" -> "x"', '"b" -> "y"']);
  });
});

/** Members are a set, by id; what is written twice or in another order makes no difference. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsIn, teamsIn } from '../../../../support/sample-teams.ts';

const membersIn = (...file: Parameters<typeof teamsIn>): unknown => teamsIn(...file)[0]?.members;

describe('a member is', () => {
  it.each([
    ['text', '[alice]', [{ id: 'alice' }]],
    ['a number, as text', '[7, 0x10, 1.0]', [{ id: '0x10' }, { id: '1.0' }, { id: '7' }]],
    [
      'a mapping, known by the first key that identifies one',
      '[{name: A, login: alice}]',
      [{ id: 'alice', name: 'A' }],
    ],
    ['a mapping whose id is empty', '[{id: "", login: alice}]', [{ id: 'alice' }]],
    ['a mapping with French keys', '[{matricule: 0042, nom: Z}]', [{ id: '0042', nom: 'Z' }]],
    [
      'with its own keys, sorted, without empty ones',
      '[{id: a, role: lead, area: null, on: [1]}]',
      [{ id: 'a', on: [1], role: 'lead' }],
    ],
  ])('%s', (_, members, expected) => {
    expect(membersIn(`members: ${members}`)).toEqual(expected);
  });

  it('known by the configured key alone', () => {
    expect(membersIn('members: [{id: 1, mail: a@b}]', 'catalogue: {member: mail}')).toEqual([{ id: 'a@b' }]);
  });

  it.each([
    ['a list', '- []', '2:3 the member is a list; expected text or a mapping'],
    ['empty text', '- ""', '2:3 the member is empty text'],
    [
      'a mapping without an id',
      '- {role: x}',
      '2:3 the member has none of the keys that identify one: id, login, username, matricule, email, name, nom',
    ],
    [
      'a mapping whose id is a list',
      '- {id: [x]}',
      '2:3 the member has none of the keys that identify one: id, login, username, matricule, email, name, nom',
    ],
  ])('never %s', (_, item, expected) => {
    expect(problemsIn(`members:\n${item}\n`)).toEqual([expected]);
  });

  it('never nothing', () => {
    expect(problemsIn('members: [alice, ]')).toEqual([]);
    expect(problemsIn('members: [alice, null]')).toEqual([
      '1:18 the member is nothing; expected text or a mapping',
    ]);
  });
});

describe('the members', () => {
  it.each([
    ['nobody, where the key is missing', 'id: x'],
    ['nobody, where nothing is written', 'members:'],
    ['nobody, where the list is empty', 'members: []'],
  ])('are %s', (_, text) => {
    expect(membersIn(text)).toEqual([]);
  });

  it.each([
    ['text', 'alice', 'the text "alice"'],
    ['a mapping', '{alice: lead}', 'a mapping'],
    ['a number', '3', 'the number 3'],
  ])('are never %s', (_, written, kind) => {
    expect(problemsIn(`members: ${written}`)).toEqual([`1:10 the members are ${kind}; expected a list`]);
  });

  it('are sorted by id in code units, each once', () => {
    expect(membersIn('members: [zoe, bob, Alice, bob, "10", "9", élan]')).toEqual(
      ['10', '9', 'Alice', 'bob', 'zoe', 'élan'].map((id) => ({ id })),
    );
  });

  it('are one where they are the same in NFC', () => {
    expect(membersIn('members: [zoe\u0301, zoé]')).toEqual([{ id: 'zoé' }]);
  });

  it.each([
    ['sensitive', [{ id: 'Alice' }, { id: 'alice' }]],
    ['insensitive', [{ id: 'alice' }]],
  ])('with memberCase %s', (memberCase, expected) => {
    expect(membersIn('members: [Alice, alice]', `catalogue: {memberCase: ${memberCase}}`)).toEqual(expected);
  });

  it('have the keys of all their entries', () => {
    expect(membersIn('members: [{id: a, x: 1}, {id: a, y: 2}, a]')).toEqual([{ id: 'a', x: 1, y: 2 }]);
  });

  it('do not depend on order or repetition', () => {
    const entry = fc.oneof(
      fc.constantFrom('alice', 'bob', 'carol'),
      fc.record({
        login: fc.constantFrom('alice', 'bob'),
        role: fc.constantFrom('lead', 'dev', 1),
        on: fc.boolean(),
      }),
    );
    const lists = fc.array(entry, { maxLength: 6 });
    fc.assert(
      fc.property(
        lists.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length }),
            fc.subarray(list),
          ),
        ),
        ([list, shuffled, again]) => {
          expect(membersIn(JSON.stringify({ members: [...shuffled, ...again] }))).toEqual(
            membersIn(JSON.stringify({ members: list })),
          );
        },
      ),
    );
  });
});

describe('role lists', () => {
  const configuration = 'catalogue: {members: [leads, members, on-call]}';

  it('give each member its roles, where the team has several', () => {
    expect(membersIn('members: [bob, alice]\nleads: [alice]', configuration)).toEqual([
      { id: 'alice', roles: ['leads', 'members'] },
      { id: 'bob', roles: ['members'] },
    ]);
  });

  it.each(['leads: [alice]', 'members: [alice]'])('give no roles where there is one: %s', (text) => {
    expect(membersIn(text, configuration)).toEqual([{ id: 'alice' }]);
  });

  it('are in two languages by default', () => {
    expect(membersIn('members: [alice]\nmembres: [bob]')).toEqual([
      { id: 'alice', roles: ['members'] },
      { id: 'bob', roles: ['membres'] },
    ]);
  });

  it('come out the same in any order', () => {
    const roles = ['leads: [alice, bob]', 'on-call: [{id: bob, area: x}]', 'members: [alice]'];
    fc.assert(
      fc.property(fc.shuffledSubarray(roles, { minLength: 3 }), (lines) => {
        expect(membersIn(lines.join('\n'), configuration)).toEqual(
          membersIn(roles.join('\n'), configuration),
        );
      }),
    );
  });
});

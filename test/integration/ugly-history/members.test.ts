/** People written twice, in two lists, in another case, or not at all (members are a set, by id). */
import { describe, expect, it } from 'vitest';
import type { ImportedCommit } from '../../support/imported-repo.ts';
import { tell } from '../../support/ugly-story.ts';

interface Case {
  readonly name: string;
  readonly configuration?: string;
  /** The members of one team, commit by commit. */
  readonly members: readonly string[];
  readonly steps: readonly (readonly string[])[];
}

const ROLES = 'catalogue: { members: [leads, members] }\n';

const cases: readonly Case[] = [
  {
    name: 'one person twice in a list, and once again',
    members: ['members: [x, y, x]', 'members: [y, x]', 'members: [x, y, y, x]'],
    steps: [['+ a', '(a: + x y)'], [], []],
  },
  {
    name: 'one person twice in a list, then away once, then away',
    members: ['members: [x, x]', 'members: [x]', 'members: []'],
    steps: [['+ a', '(a: + x)'], [], ['a: - x']],
  },
  {
    name: 'one person as text and as mapping',
    members: ['members: [x]', 'members: [x, {login: x}]', 'members: [x, {login: x, role: dev}]'],
    steps: [['+ a', '(a: + x)'], [], ['a: members.x.role']],
  },
  {
    name: 'one person in two role lists, and then in one: still a member, with another role',
    configuration: ROLES,
    members: [
      'leads: [x]\nmembers: [x, y]',
      'leads: [x]\nmembers: [y]',
      'leads: [y, x]\nmembers: [y]',
      'leads: []\nmembers: [y]',
    ],
    steps: [
      ['+ a', '(a: + x y)'],
      ['a: members.x.roles'],
      ['a: members.y.roles'],
      ['a: members.y.roles', 'a: - x'],
    ],
  },
  {
    name: 'one person from a role list to the other',
    configuration: ROLES,
    members: ['leads: [x]\nmembers: [y]', 'leads: [y]\nmembers: [x]'],
    steps: [['+ a', '(a: + x y)'], ['a: members.x.roles, members.y.roles']],
  },
  {
    name: 'a login in another case, which matters',
    members: ['members: [Xenia]', 'members: [xenia]'],
    steps: [
      ['+ a', '(a: + Xenia)'],
      ['a: - Xenia', 'a: + xenia'],
    ],
  },
  {
    name: 'a login in another case, which does not matter',
    configuration: 'catalogue: { memberCase: insensitive }\n',
    members: ['members: [Xenia, {login: XENIA}]', 'members: [xenia]', 'members: [xeniA, y]'],
    steps: [['+ a', '(a: + xenia)'], [], ['a: + y']],
  },
  {
    name: 'members of nothing: nobody',
    members: ['members: [x]', 'members:', 'members: ~', 'members: []', ''],
    steps: [['+ a', '(a: + x)'], ['a: - x'], [], [], []],
  },
  {
    name: 'members that are no list, or hold nothing: held',
    members: [
      'members: [x]',
      'members: x',
      'members: {x: }',
      'members: [x, ~]',
      'members: [[x]]',
      'members: [y]',
    ],
    steps: [['+ a', '(a: + x)'], [], [], [], [], ['a: - x', 'a: + y']],
  },
];

describe('people', () => {
  it.each(cases)('$name', async ({ configuration, members, steps }) => {
    const commits = members.map((text, index): ImportedCommit => ({
      'teams/a.yml': `id: a\n${text}\n`,
      ...(configuration !== undefined && index === 0 && { 'team-events.yml': configuration }),
    }));
    const story = await tell(commits);
    expect(story.steps).toEqual(steps);
    expect(story).toMatchObject({ notes: [], code: 0 });
  });
});

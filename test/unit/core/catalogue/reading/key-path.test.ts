/** Keys that lead down into mappings, such as `spec.members`, wherever the configuration names a key. */
import { describe, expect, it } from 'vitest';
import { problemsIn, readText, teamsIn } from '../../../../support/sample-teams.ts';

const CONFIGURATION = `catalogue:
  at: org.teams
  id: "{metadata.name}"
  name: [metadata.title]
  members: [spec.leads, spec.members]
  member: [user.login]
  tags: metadata.tags
  perimeter: spec.scope
  previously: metadata.formerly
  required: [metadata.name]
  ignore: [metadata.annotations, note]
`;
const TEXT = `org:
  teams:
    - metadata: { name: core, title: Core, tags: [b, a], formerly: old, annotations: { x: 1 }, kept: 1 }
      spec: { leads: [{ user: { login: ann, since: 2024 } }], members: [bob], scope: eu }
      note: ignored
      other: 2
`;

describe('a key that leads down', () => {
  it('serves as every kind of key, and what it leads to is no attribute', () => {
    expect(teamsIn(TEXT, CONFIGURATION)).toEqual([
      {
        id: 'core',
        name: 'Core',
        members: [
          { id: 'ann', user: { since: 2024 }, roles: ['spec.leads'] },
          { id: 'bob', roles: ['spec.members'] },
        ],
        tags: ['a', 'b'],
        perimeter: 'eu',
        attributes: { metadata: { kept: 1, name: 'core' }, other: 2 },
      },
    ]);
    expect(readText(TEXT, CONFIGURATION).entries[0]?.previously).toEqual(['old']);
  });

  it.each([
    ['spec: {members: 3}', 'members: spec.members', '1:17 the members are the number 3; expected a list'],
    [
      'spec: {members: [x, []]}',
      'members: spec.members',
      '1:21 the member is a list; expected text or a mapping',
    ],
    ['a: {b: [x]}', 'name: a.b', '1:8 the name is a list; expected text'],
    ['a: {c: x}', 'required: a.b', '1:1 the team has no "a.b", which team-events.yml requires'],
    ['a: text', 'required: a.b', '1:1 the team has no "a.b", which team-events.yml requires'],
    ['a: {b: }', 'id: "{a.b}"', '1:1 the team has no id: {a.b} needs a value for {a.b}'],
  ])('has its problems placed where it leads: %j', (text, configuration, expected) => {
    expect(problemsIn(text, `catalogue: {${configuration}}`)).toEqual([expected]);
  });

  it('comes after a key that is written so', () => {
    const text = 'a.b: own\na: {b: deep}';
    expect(teamsIn(text, 'catalogue: {perimeter: a.b}')[0]).toMatchObject({
      perimeter: 'own',
      attributes: { a: { b: 'deep' } },
    });
  });

  it('does not lead along what every object has', () => {
    expect(problemsIn('id: x', 'catalogue: {required: [constructor, constructor.name]}')).toHaveLength(2);
  });
});

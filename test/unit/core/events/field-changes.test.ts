/** The changed fields of a team: their names, values, and what sets gained and lost. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/core/catalogue/reading/json-value.ts';
import { fieldChanges } from '../../../../src/core/events/field-changes.ts';
import { fieldPath } from '../../../support/sample-subscriber.ts';
import { team } from '../../../support/sample-teams.ts';

/** What changed when one part of a team became another. */
const changes = (before: Parameters<typeof team>[1], after: Parameters<typeof team>[1]) =>
  fieldChanges(team('core', before), team('core', after));
const attributes = (before: JsonObject, after: JsonObject) =>
  changes({ attributes: before }, { attributes: after });
const member = (before: JsonObject, after: JsonObject) =>
  changes({ members: [{ id: 'alice', ...before }] }, { members: [{ id: 'alice', ...after }] });

describe('a changed field', () => {
  it.each([
    ['the name', changes({ name: 'Core' }, { name: 'Heart' }), { field: 'name', from: 'Core', to: 'Heart' }],
    [
      'the perimeter as a whole',
      changes({ perimeter: null }, { perimeter: 'billing' }),
      { field: 'perimeter', from: null, to: 'billing' },
    ],
    [
      'a key of the perimeter',
      changes({ perimeter: { region: 'north' } }, { perimeter: { region: 'south' } }),
      { field: 'perimeter.region', from: 'north', to: 'south' },
    ],
    [
      'a perimeter that became a mapping',
      changes({ perimeter: 'a' }, { perimeter: { region: 'b' } }),
      { field: 'perimeter', from: 'a', to: { region: 'b' } },
    ],
    [
      'an attribute',
      attributes({ contact: '#old' }, { contact: '#new' }),
      { field: 'attributes.contact', from: '#old', to: '#new' },
    ],
    [
      'an attribute that is new',
      attributes({}, { contact: '#new' }),
      { field: 'attributes.contact', from: null, to: '#new' },
    ],
    [
      'an attribute that is gone',
      attributes({ contact: '#old' }, {}),
      { field: 'attributes.contact', from: '#old', to: null },
    ],
    [
      'an added attribute that is empty text',
      attributes({}, { contact: '' }),
      { field: 'attributes.contact', from: null, to: '' },
    ],
    [
      'a list, which changes as a whole',
      attributes({ on: ['a', 'b'] }, { on: ['b', 'a'] }),
      { field: 'attributes.on', from: ['a', 'b'], to: ['b', 'a'] },
    ],
    [
      'text that became a number',
      attributes({ size: '1' }, { size: 1 }),
      { field: 'attributes.size', from: '1', to: 1 },
    ],
    [
      'a list that became text',
      attributes({ on: ['a'] }, { on: '["a"]' }),
      { field: 'attributes.on', from: ['a'], to: '["a"]' },
    ],
    [
      'deep inside a mapping',
      attributes({ a: { b: { c: 1, d: 2 } } }, { a: { b: { c: 3, d: 2 } } }),
      { field: 'attributes.a.b.c', from: 1, to: 3 },
    ],
    [
      "a member's own key",
      member({ role: 'dev' }, { role: 'lead' }),
      { field: 'members.alice.role', from: 'dev', to: 'lead' },
    ],
    [
      'a tag mapping',
      changes({ tags: { tier: 1 } }, { tags: { tier: 2 } }),
      { field: 'tags.tier', from: 1, to: 2 },
    ],
    [
      'tags that became a mapping',
      changes({ tags: ['a'] }, { tags: { tier: 2 } }),
      { field: 'tags', from: ['a'], to: { tier: 2 } },
    ],
  ])('is %s', (_, found, expected) => {
    expect(found).toEqual([expected]);
  });

  it('of a set tells what it gained and lost as well', () => {
    expect(changes({ tags: ['a', 'b'] }, { tags: ['b', 'c'] })).toEqual([
      { field: 'tags', from: ['a', 'b'], to: ['b', 'c'], added: ['c'], removed: ['a'] },
    ]);
    expect(member({ roles: ['lead'] }, { roles: ['lead', 'oncall'] })).toEqual([
      {
        field: 'members.alice.roles',
        from: ['lead'],
        to: ['lead', 'oncall'],
        added: ['oncall'],
        removed: [],
      },
    ]);
  });

  it('is not who came or went: that is told by events of their own', () => {
    expect(changes({ members: ['alice'] }, { members: ['bob'] })).toEqual([]);
  });

  it('all of them are told, sorted by their names', () => {
    const found = changes(
      {
        name: 'a',
        tags: ['x'],
        attributes: { b: 1, a: 1 },
        members: [
          { id: 'zoe', k: 1 },
          { id: 'bob', k: 1 },
        ],
      },
      {
        name: 'b',
        tags: ['y'],
        attributes: { b: 2, a: 2 },
        members: [
          { id: 'bob', k: 2 },
          { id: 'zoe', k: 2 },
        ],
        perimeter: 1,
      },
    );
    expect(found.map(({ field }) => field)).toEqual([
      'attributes.a',
      'attributes.b',
      'members.bob.k',
      'members.zoe.k',
      'name',
      'perimeter',
      'tags',
    ]);
  });
});

describe('the name of a field', () => {
  it.each([
    ['plain', 'attributes.plain'],
    ['with space', 'attributes.with space'],
    ['é', 'attributes.é'],
    ['a.b', 'attributes["a.b"]'],
    ['x[0]', 'attributes["x[0]"]'],
    ['say "hi"', 'attributes["say \\"hi\\""]'],
    ['back\\slash', 'attributes["back\\\\slash"]'],
    ['', 'attributes[""]'],
    ['.', 'attributes["."]'],
  ])('for the key %j is %s, and leads back to it', (key, expected) => {
    const [found] = attributes({}, { [key]: 1 });
    expect(found?.field).toBe(expected);
    expect(fieldPath(expected)).toEqual(['attributes', key]);
  });

  it('quotes a member whose id has a dot', () => {
    const found = changes({ members: [{ id: 'a.b', role: 'x' }] }, { members: [{ id: 'a.b', role: 'y' }] });
    expect(found).toEqual([{ field: 'members["a.b"].role', from: 'x', to: 'y' }]);
  });

  it('is not misled by keys that every object has', () => {
    expect(attributes({}, { constructor: 'x', toString: 'y' })).toEqual([
      { field: 'attributes.constructor', from: null, to: 'x' },
      { field: 'attributes.toString', from: null, to: 'y' },
    ]);
  });
});

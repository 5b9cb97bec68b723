/** Name, tags, perimeter and attributes of a team. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsIn, readText, teamsIn } from '../../../../support/sample-teams.ts';

const teamIn = (...file: Parameters<typeof teamsIn>) => teamsIn(...file)[0];

describe('the name', () => {
  it.each([
    ['name: Core', 'Core'],
    ['nom: Cœur', 'Cœur'],
    ['name: Core\nnom: Cœur', 'Core'],
    ['name:\nnom: Cœur', 'Cœur'],
    ['name: 1.10', '1.10'],
    ['id: core', 'core'],
  ])('of %j is %j', (text, expected) => {
    expect(teamIn(text)?.name).toBe(expected);
  });

  it.each([
    ['name: [a]', '1:7 the name is a list; expected text'],
    ['id: x\nnom: {a: b}', '2:6 the name is a mapping; expected text'],
  ])('of %j is a problem', (text, expected) => {
    expect(problemsIn(text)).toEqual([expected]);
  });
});

describe('tags', () => {
  it.each([
    ['a list, as a set', '[b, a, b, 1, "1"]', ['1', 'a', 'b']],
    ['one, as a set of one', 'solo', ['solo']],
    ['a mapping, as it is', '{tier: 1, area: [x]}', { area: ['x'], tier: 1 }],
    ['nothing', '', []],
  ])('as %s', (_, written, expected) => {
    expect(teamIn(`tags: ${written}`)?.tags).toEqual(expected);
  });

  it('in another order are the same', () => {
    const tag = fc.constantFrom('a', 'B', 'é', 1, true, '10', '9');
    fc.assert(
      fc.property(fc.array(tag), (tags) => {
        const text = (list: unknown[]) => JSON.stringify({ tags: list });
        expect(teamIn(text([...tags].reverse()))?.tags).toEqual(teamIn(text(tags))?.tags);
      }),
    );
  });
});

describe('the perimeter', () => {
  it.each([
    ['perimeter: billing', 'billing'],
    ['perimetre: paie', 'paie'],
    ['périmètre: paie', 'paie'],
    ['pe\u0301rime\u0300tre: paie', 'paie'],
    ['scope: [a, b]', ['a', 'b']],
    ['scope: {region: north, code: 0042}', { region: 'north', code: '0042' }],
    ['perimeter:\nscope: x', 'x'],
    ['id: x', null],
  ])('of %j', (text, expected) => {
    expect(teamIn(text)?.perimeter).toEqual(expected);
  });
});

describe('attributes', () => {
  it('are all other keys', () => {
    const text =
      'id: x\nname: X\nmembers: []\ntags: []\nscope: s\npreviously: y\ncontact: "#x"\nparent: core';
    expect(teamIn(text)?.attributes).toEqual({ contact: '#x', parent: 'core' });
  });

  it('are sorted by key, without those that have no value', () => {
    expect(JSON.stringify(teamIn('b: {z: 1, y: null}\na: 1\nc:')?.attributes)).toBe('{"a":1,"b":{"z":1}}');
  });

  it.each([
    ['name: Core\nnom: Cœur', '{}', { nom: 'Cœur' }],
    ['perimeter: p\nscope: s\nperimetre:', '{}', { scope: 's' }],
    ['name: Core\nnom: Cœur', 'catalogue: {ignore: nom}', {}],
    ['a: {b: 1, c: 2}\nscope: s', 'catalogue: {perimeter: [scope, a.b]}', { a: { b: 1, c: 2 } }],
    ['scope: s\nlabels: l', 'catalogue: {tags: [labels, scope], perimeter: scope}', {}],
    ['id: 7', 'catalogue: {id: "{file}"}', { id: 7 }],
    ['id: [7]', 'catalogue: {id: "{file}"}', { id: [7] }],
    ['id: 7', 'catalogue: {id: "{dir}-{id}"}', {}],
  ])('are keys that could serve and do not: %j with %s', (text, configuration, expected) => {
    expect(teamIn(text, configuration)?.attributes).toEqual(expected);
  });

  it('are left out where the configuration ignores them', () => {
    expect(teamIn('a: 1\nb: 2', 'catalogue: {ignore: [b]}')?.attributes).toEqual({ a: 1 });
  });

  it('are the perimeter or the tags where the configuration says so', () => {
    const team = teamIn(
      'domaine: d\nlabels: [x]\ntags: [t]',
      'catalogue: {perimeter: domaine, tags: labels}',
    );
    expect(team).toMatchObject({ perimeter: 'd', tags: ['x'], attributes: { tags: ['t'] } });
  });

  it('keep dates and codes as they are written', () => {
    expect(teamIn('since: 2024-01-01\ncolour: 0x009922\ncode: 1e3\nversion: 1.10')?.attributes).toEqual({
      since: '2024-01-01',
      colour: '0x009922',
      code: '1e3',
      version: '1.10',
    });
  });
});

describe('a required key', () => {
  const configuration = 'catalogue: {required: [members, contact]}';

  it.each([
    ['id: x\nmembre: [a]\ncontact: c', ['1:1 the team has no "members", which team-events.yml requires']],
    ['id: x\nmembers:\ncontact: c', ['1:1 the team has no "members", which team-events.yml requires']],
    ['id: x\nmembers: []\ncontact: c', []],
  ])('that is missing is a problem: %j', (text, expected) => {
    expect(problemsIn(text, configuration)).toEqual(expected);
  });

  it('is told for each team at its place, all of them at once', () => {
    expect(problemsIn('- id: a\n- id: b\n  members: []', configuration)).toEqual([
      '1:3 the team has no "members", which team-events.yml requires',
      '1:3 the team has no "contact", which team-events.yml requires',
      '2:3 the team has no "contact", which team-events.yml requires',
    ]);
  });
});

describe('earlier ids', () => {
  it.each([
    ['{dir}/{id}', 'previously: old', ['old', 'europe/old']],
    ['{dir}/{id}', 'previously: [asia/old, 7]', ['asia/old', 'europe/asia/old', '7', 'europe/7']],
    ['{id}@{dir}', 'previously: asia', ['asia', 'x@asia']],
    ['{dir}/{id}!', 'previously: e\u0301', ['é', 'europe/é!']],
    ['{id}\u0301', 'previously: e', ['e', 'é']],
    ['{id}', 'previously: old', ['old']],
  ])('by %s of %j: as whole ids first', (template, text, expected) => {
    const { entries } = readText(`id: x\n${text}`, `catalogue: {id: "${template}"}`, 'teams/europe/a.yml');
    expect(entries[0]?.previously).toEqual(expected);
  });

  it.each([
    ['previously: old', ['old']],
    ['previously: [old, 7, e\u0301]', ['old', '7', 'é']],
    ['formerly: old', []],
  ])('of %j', (text, expected) => {
    expect(readText(text).entries[0]?.previously).toEqual(expected);
  });
});

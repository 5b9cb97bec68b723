/** Where the teams stand inside a document, and what they are called by default. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIGURATION } from '../../../../../src/core/catalogue/configuration/configuration.ts';
import { findTeams } from '../../../../../src/core/catalogue/reading/layout.ts';
import { problemsIn, teamsIn } from '../../../../support/sample-teams.ts';

const idsIn = (...file: Parameters<typeof teamsIn>): string[] => teamsIn(...file).map(({ id }) => id);

describe('layout auto finds', () => {
  it.each([
    ['one team, by its id', 'id: core\nname: Core', ['core']],
    ['one team, by the name of its file', 'name: Core', ['payments']],
    ['a team of nothing but its file', '{}', ['payments']],
    ['a list', '- id: a\n- id: b', ['a', 'b']],
    ['a list, where the name is the default id', '- name: Core\n- nom: Paie', ['Core', 'Paie']],
    ['an empty list', '[]', []],
    ['a list under a key', 'teams:\n  - id: a\n  - id: b', ['a', 'b']],
    ['a list under a French key', 'equipes:\n  - id: a', ['a']],
    ['an empty list under a key', 'teams: []', []],
    ['a map', 'teams:\n  a: {name: A}\n  b: {id: bee}', ['a', 'bee']],
    ['a map of one key that says nothing', 'teams:\n  a:', ['a']],
    ['a map of nothing but keys', 'teams:\n  a:\n  b: {}', ['a', 'b']],
    ['a team, where the key holds neither a list nor a map of maps', 'teams: 3', ['payments']],
    ['a team, where the key holds a map of texts', 'teams: {lead: alice}', ['payments']],
    ['a list under the key that holds one', 'teams: 3\nequipes: [{id: a}]', ['a']],
    ['lists and maps under several keys', 'equipes: {b: {}}\nteams: [{id: a}]', ['a', 'b']],
    ['a team, where the key holds nothing beside other keys', 'name: Core\nteams:', ['payments']],
    ['several documents', 'id: a\n---\nid: b\n---\n', ['a', 'b']],
  ])('%s', (_, text, expected) => {
    expect(idsIn(text)).toEqual(expected);
  });
});

describe('a configured layout', () => {
  it.each([
    ['team: a list under a key is an attribute', 'team', 'id: core\nequipes: [{id: a}]', ['core']],
    ['list', 'list', '- id: a', ['a']],
    ['list under a key', 'list', 'teams: [{id: a}]', ['a']],
    ['list under a key, empty', 'list', 'teams: []', []],
    ['map under a key, empty', 'map', 'teams: []', []],
    ['list under two keys', 'list', 'teams: [{id: a}]\nequipes: [{id: b}]', ['a', 'b']],
    ['map at the top', 'map', 'a: {name: A}\nb:', ['a', 'b']],
    ['map under a key', 'map', 'teams: {a: {}, b: {}}', ['a', 'b']],
  ])('%s', (_, layout, text, expected) => {
    expect(idsIn(text, `catalogue: {layout: ${layout}}`)).toEqual(expected);
  });

  it.each([
    ['list', 'id: core', '1:1 expected a list of teams, at the top or under one of: teams, equipes'],
    ['list', 'teams: {a: {}}', '1:8 expected a list of teams, at the top or under one of: teams, equipes'],
    ['map', '- id: a', '1:1 expected a map of teams, at the top or under one of: teams, equipes'],
    ['map', 'teams: [{id: a}]', '1:8 expected a map of teams, at the top or under one of: teams, equipes'],
    ['list', 'teams:', '1:1 there is nothing here; if there is no team, write []'],
    ['map', 'teams:', '1:1 there is nothing here; if there is no team, write []'],
    ['auto', 'teams:', '1:1 there is nothing here; if there is no team, write []'],
    ['auto', 'version: 1\nteams:\n', '2:1 there is nothing here; if there is no team, write []'],
    ['auto', 'equipes:\nteams:\n', '2:1 there is nothing here; if there is no team, write []'],
    ['map', 'a: text', '1:4 a team is written as a mapping of its keys, not as the text "text"'],
    ['team', '- id: a', '1:1 a team is written as a mapping of its keys, not as a list'],
  ])('%s is a problem where the file has another: %j', (layout, text, expected) => {
    expect(problemsIn(text, `catalogue: {layout: ${layout}}`)).toEqual([expected]);
  });

  it('looks under the configured key alone', () => {
    expect(idsIn('squads: [{id: a}]', 'catalogue: {at: squads}')).toEqual(['a']);
    expect(idsIn('teams: [{id: a}]', 'catalogue: {at: squads, children: []}')).toEqual(['payments']);
  });
});

describe('`at` that is named, with a layout of list or map', () => {
  const under = (layout: string, at: string): string => `catalogue: {layout: ${layout}, at: ${at}}`;

  it.each([
    ['map', 'teams', 'teams: {core: {}}\nrepos: {site: {private: true}}', ['core']],
    ['map', 'teams', 'repos: {site: {private: true}}\nbilling: {plan: {seats: 4}}', []],
    ['map', 'orgs.acme.teams', 'orgs: {acme: {members: [alice]}}', []],
    ['map', 'orgs.acme.teams', 'orgs: {acme: {teams: {core: {}}}}', ['core']],
    ['list', 'teams', '- id: core', []],
    ['list', 'teams', 'text', []],
    ['list', '[teams, squads]', 'squads: [{id: core}]', ['core']],
    ['map', '[]', 'core: {}', ['core']],
  ])('%s at %s: nothing else is a team in %j', (layout, at, text, expected) => {
    expect(idsIn(text, under(layout, at))).toEqual(expected);
    expect(problemsIn(text, under(layout, at))).toEqual([]);
  });

  it.each([
    ['map', 'teams', 'a: {}\nteems: {core: {}}', '2:8 the key "teems" holds no teams; is it "teams"?'],
    ['map', 'teams', 'Teams: {core: {}}', '1:8 the key "Teams" holds no teams; is it "teams"?'],
    [
      'map',
      'orgs.acme.teams',
      'orgs: {acme: {team: {core: {}}}}',
      '1:21 the key "team" holds no teams; is it "teams"?',
    ],
    ['map', 'orgs.acme.teams', 'org: {acme: {teams: {}}}', '1:6 the key "org" holds no teams; is it "orgs"?'],
    ['list', 'teams', 'teams:', '1:1 there is nothing here; if there is no team, write []'],
    ['map', 'orgs.acme.teams', 'orgs: {acme: }', '1:8 there is nothing here; if there is no team, write []'],
    ['map', '[orgs.a.teams, orgs.b.teams]', 'orgs: {b: {teams: {core: {}}}}', undefined],
    ['map', '[orgs.a1.teams, orgs.a2.teams]', 'orgs: {a2: {members: []}}', undefined],
    ['map', 'teams', 'team: core', undefined],
    ['map', 'teams', 'x-teams: {a: {}}', undefined],
    ['map', 'teams', 'teams: {core: {}}\nteams.x: 1', undefined],
  ])('%s at %s is a problem where a key is almost it, or holds nothing: %j', (layout, at, text, expected) => {
    expect(problemsIn(text, under(layout, at))).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('an alias that holds itself, where nothing is a team', () => {
  it.each([
    ['{layout: list, at: teams}', 'id: a\nloop: &loop [*loop]', '2:14'],
    ['{}', 'teams: [{id: a}]\nloop: &loop [*loop]', '2:14'],
    ['{layout: map}', 'x-loop: &loop [*loop]\na: {}', '1:16'],
  ])('is a problem of the file: %s', (catalogue, text, where) => {
    expect(problemsIn(text, `catalogue: ${catalogue}`)).toEqual([`${where} an alias holds itself`]);
  });

  it('is none where one thing is only named twice', () => {
    const text = 'note: &note {x: 1}\nagain: [*note, *note]\nteams: [{id: a}]';
    expect(problemsIn(text)).toEqual([]);
  });
});

describe('`at` that is not named, or names nothing', () => {
  it.each([
    ['map', '', 'pay: {}\nops: {}', ['pay', 'ops']],
    ['map', '', 'team: {}\nteems: {core: {}}', ['team', 'teems']],
    ['map', ', at: []', 'pay: {}\nops: {}', ['pay', 'ops']],
    ['map', ', at: []', 'teams: {name: Teams}\nteem: {}', ['teams', 'teem']],
    ['list', ', at: []', '- id: pay', ['pay']],
    ['list', '', '{}', []],
  ])('%s%s: a document may itself hold the teams: %j', (layout, at, text, expected) => {
    expect(idsIn(text, `catalogue: {layout: ${layout}${at}}`)).toEqual(expected);
  });
});

describe('keys of a map, and ids, that are no teams', () => {
  it.each([
    ['with all that stands in them', 'teams: {x-all: {teams: {inner: {}}}, pay: {}}', '{}', ['pay']],
    ['by id with all that stands in them', '- id: x-all\n  teams: [{id: inner}]\n- id: pay', '{}', ['pay']],
    [
      'but for those taken back',
      'x-men: {}\nx-y: {}',
      '{layout: map, exclude: ["x-*", "!x-men"]}',
      ['x-men'],
    ],
    ['none where there are no globs', 'x-y: {}\n.z: {}', '{layout: map, exclude: []}', ['x-y', '.z']],
    [
      'whatever would be a problem in them',
      '- id: x-y\n  members: 3\n- id: pay',
      '{required: [id]}',
      ['pay'],
    ],
    ['by the whole id', 'teams: {a: {}, b: {}}', '{id: "{dir}/{key}", exclude: "*/a"}', ['teams/b']],
  ])('%s', (_, text, configuration, expected) => {
    expect(idsIn(text, `catalogue: ${configuration}`)).toEqual(expected);
  });

  it.each([
    [
      'keys, by default',
      'x-defaults: &d {tags: [core]}\n.base: {}\npay: {<<: *d}\nx: {}',
      '{layout: map}',
      ['pay', 'x'],
    ],
    ['ids, by default', '- id: .base\n- id: x-defaults\n- id: xx', '{layout: list}', ['xx']],
    ['what is no team at all', 'x-note: text\npay: {}', '{layout: map}', ['pay']],
    ['keys of child teams', 'pay: {teams: {x-defaults: {}, api: {}}}', '{layout: map}', ['pay', 'api']],
    ['none, where the list is empty', 'x-a: {}', '{layout: map, exclude: []}', ['x-a']],
    ['other globs', 'x-a: {}\ntemplate-b: {}\nc: {}', '{layout: map, exclude: ["template-*", c]}', ['x-a']],
    ['ids with a folder', 'x-a: {}', '{layout: map, id: "{path[1]}/{key}", exclude: ["europe/x-*"]}', []],
  ])('%s', (_, text, catalogue, expected) => {
    expect(idsIn(text, `catalogue: ${catalogue}`, 'teams/europe/payments.yml')).toEqual(expected);
  });
});

describe('child teams', () => {
  const nested = '- id: top\n  teams:\n    - id: left\n      teams: {leaf: {}}\n    - id: right\n- id: other';

  it('are teams of their own, after their parent', () => {
    expect(idsIn(nested)).toEqual(['top', 'left', 'leaf', 'right', 'other']);
  });

  it('are no attribute of their parent', () => {
    expect(teamsIn(nested)[0]?.attributes).toEqual({});
  });

  it.each(['teams: [a, b]', 'teams: some text'])('are not names in a key of the same name: %s', (own) => {
    expect(teamsIn(`- id: top\n  ${own}`).map(({ attributes }) => Object.keys(attributes))).toEqual([
      ['teams'],
    ]);
  });

  it('are not looked for where the configuration names no such key', () => {
    expect(idsIn(nested, 'catalogue: {children: []}')).toEqual(['top', 'other']);
  });

  it('stand under each of several keys', () => {
    const configuration = 'catalogue: {children: [squads, spec.teams]}';
    const text = '- id: top\n  spec: {teams: [{id: inner}]}\n  squads: {left: {}}';
    expect(idsIn(text, configuration)).toEqual(['top', 'left', 'inner']);
    expect(teamsIn(text, configuration)[0]?.attributes).toEqual({});
  });

  it('do not disappear by a typo: an entry that is no mapping is a problem', () => {
    expect(problemsIn('- id: top\n  teams:\n    - id: left\n    - id: right\n    - idd')).toEqual([
      '5:7 a team is written as a mapping of its keys, not as the text "idd"',
    ]);
  });
});

describe('the bounds of a document', () => {
  /** The ids that are found in it, as it comes out of YAML. */
  const found = (document: unknown): unknown[] => {
    const context = {
      path: 'teams.yml',
      configuration: DEFAULT_CONFIGURATION,
      spend: () => undefined,
      report: (_: unknown, message: string) => {
        throw new Error(message);
      },
    };
    return findTeams(document, [0], context).map(({ id }) => id);
  };
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `t${index}` }));
  const nested = (depth: number): object =>
    depth === 0 ? { id: 'leaf' } : { id: `t${depth}`, teams: [nested(depth - 1)] };

  it('are 100,000 teams', () => {
    expect(found(many(100_000))).toHaveLength(100_000);
    expect(() => found(many(100_001))).toThrow('the file expands to more than 100000 teams');
  });

  it('are 50 teams above a child team', () => {
    expect(found([nested(50)])).toHaveLength(51);
    expect(() => found([nested(51)])).toThrow('child teams are nested too deeply, or an alias holds itself');
  });
});

describe('the id template', () => {
  it.each([
    ['{file}', 'id: x', 'payments'],
    ['{dir}', 'id: x', 'europe'],
    ['{path}', 'id: x', 'teams/europe/payments'],
    ['{path[0]}-{path[1]}', 'id: x', 'teams-europe'],
    ['{squad}', 'squad: 7', '7'],
    ['{dir}/{id}', 'id: x', 'europe/x'],
    ['{dir}/{id}', 'name: Without id', 'europe/payments'],
    ['team:{id}', 'id: 0x10', 'team:0x10'],
  ])('%s over %j gives %s', (template, text, expected) => {
    expect(idsIn(text, `catalogue: {id: "${template}"}`, 'teams/europe/payments.yml')).toEqual([expected]);
  });

  it('{key} is the key of a map', () => {
    expect(idsIn('teams: {a: {id: x}, b: }', 'catalogue: {id: "{key}"}')).toEqual(['a', 'b']);
  });

  it.each([
    ['{squad}', 'id: x', '{squad}'],
    ['{squad}', 'squad: [a]', '{squad}'],
    ['{squad}', 'squad: ""', '{squad}'],
    ['{key}', 'id: x', '{key}'],
    ['{path[9]}', 'id: x', '{path[9]}'],
    ['{squad}/{unit}', 'id: x', '{squad}, {unit}'],
  ])('%s over %j has no value for %s', (template, text, missing) => {
    expect(problemsIn(text, `catalogue: {id: "${template}"}`)).toEqual([
      `1:1 the team has no id: ${template} needs a value for ${missing}`,
    ]);
  });

  it('gives an id in NFC', () => {
    expect(idsIn('id: e\u0301quipe')).toEqual(['équipe']);
  });

  it.each([
    ['1.10', '1.10'],
    ['0123', '0123'],
    ['7', '7'],
    ['true', 'true'],
  ])('an id is always text: %s', (written, expected) => {
    expect(idsIn(`id: ${written}`)).toEqual([expected]);
  });
});

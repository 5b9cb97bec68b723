/** The schema of team files is made from the configuration, and accepts what is read without a problem. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { teamSchema } from '../../../src/commands/schema/team-schema.ts';
import { parseYaml } from '../../../src/core/yaml/yaml-text.ts';
import { configurationOf, problemsIn } from '../../support/sample-teams.ts';

const TEAMS_REPO = new URL('../../../examples/teams-repo/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, TEAMS_REPO), 'utf8');

function schemaAccepts(configuration: string, text: string): boolean {
  const yaml = parseYaml(text);
  if (!yaml.ok) throw new Error(yaml.wrong.message);
  const ajv = new Ajv2020({ strictTypes: false, strictRequired: false });
  return ajv.compile(teamSchema(configurationOf(configuration)))(yaml.value.documents[0]);
}

const DEFAULT = '{}';
const LIST = 'catalogue: { layout: list, at: squads }';
const MAP = 'catalogue: { layout: map }';
const NESTED = 'catalogue: { members: spec.members, id: "{metadata.name}", layout: team }';
const REQUIRED = 'catalogue: { required: [contact] }';

describe('the schema of a team file accepts what is read without a problem', () => {
  it.each<[string, string, string]>([
    ['one team', DEFAULT, 'name: Payments\nmembers: [alice, 42, { login: bob, role: lead }]\ntags: [core]\ncost: { x: [1] }'],
    ['almost nothing', DEFAULT, 'name: A'],
    ['keys without a value', DEFAULT, 'name:\nmembers:\ntags:\nid:'],
    ['role lists', 'catalogue: { members: [owners, members] }', 'owners: [a]\nmembers: [b]'],
    ['a list', DEFAULT, '- { id: a }\n- { nom: b, membres: [x] }'],
    ['a list under teams', DEFAULT, 'teams: [{ id: a }]\nversion: 1'],
    ['a map under teams', DEFAULT, 'teams: { a: { members: [x] }, b: null, .base: [1] }'],
    ['a key of children that holds none', 'catalogue: { children: parts }', 'name: A\nparts: [b, c]'],
    ['child teams', DEFAULT, 'name: A\nteams: [{ id: b, members: [x] }]'],
    ['tags that are a mapping', DEFAULT, 'name: A\ntags: { tier: gold }'],
    ['a list under its key', LIST, 'squads: [{ id: a }]\nowner: x'],
    ['a document without that key', LIST, 'owner: x'],
    ['a map at the top', MAP, 'a: { members: [x] }\nb:\nx-base: 5'],
    ['keys that lead down', NESTED, 'metadata: { name: a }\nspec: { members: [x] }'],
    ['a key that has a dot itself', NESTED, 'metadata.name: a\nspec.members: [x]'],
    ['a list further down', 'catalogue: { layout: list, at: spec.teams }', 'spec: { teams: [{ id: a }] }'],
    ['a list further down, found out', 'catalogue: { at: spec.teams }', 'spec: { teams: [{ id: a }] }'],
    ['a required key', REQUIRED, 'name: A\ncontact: c'],
    ['a name of another key where the first is empty', DEFAULT, 'nom: A\nname:'],
  ])('%s', (_, configuration, text) => {
    expect([problemsIn(text, configuration), schemaAccepts(configuration, text)]).toEqual([[], true]);
  });

  it('every team of examples/teams-repo', () => {
    const configuration = read('team-events.yml');
    const paths = ['teams', 'equipes'].flatMap((folder) =>
      readdirSync(new URL(folder, TEAMS_REPO)).map((name) => `${folder}/${name}`),
    );
    expect(paths.length).toBeGreaterThan(4);
    for (const path of paths) {
      const text = read(path);
      expect([path, problemsIn(text, configuration, path)]).toEqual([path, []]);
      expect([path, schemaAccepts(configuration, text)]).toEqual([path, true]);
      const without = text.replace(/^contact:.*$/m, '');
      expect([path, schemaAccepts(configuration, without)]).toEqual([path, false]);
    }
  });
});

describe('the schema of a team file refuses, as the program does,', () => {
  it.each<[string, string, string]>([
    ['members that are no list', DEFAULT, 'members: alice'],
    ['a member that is a list', DEFAULT, 'members: [[alice]]'],
    ['a member that is nothing', DEFAULT, 'members: [null]'],
    ['a member that is empty', DEFAULT, 'members: [""]'],
    ['a member without a key that says who', DEFAULT, 'members: [{ role: lead }]'],
    ['a name that is a list', DEFAULT, 'name: [a]'],
    ['an id that is a mapping', DEFAULT, 'id: { a: b }'],
    ['a text', DEFAULT, 'payments'],
    ['a team of a list with neither id nor name', DEFAULT, '- { members: [x] }'],
    ['a team of a list that is a text', DEFAULT, 'teams: [{ id: a }, b]'],
    ['a member in a team of a map', DEFAULT, 'teams: { a: { members: [[x]] } }'],
    ['a member in a child team', DEFAULT, 'name: A\nteams: [{ id: b, members: [[x]] }]'],
    ['a mapping where a list is said', LIST, 'squads: { a: {} }'],
    ['a mapping further down where a list is said', 'catalogue: { layout: list, at: spec.teams }', 'spec: { teams: { a: { id: b } } }'],
    ['a list where a map is said', MAP, '[{ id: a }]'],
    ['no id where the template needs one', NESTED, 'spec: { members: [x] }'],
    ['members further down that are no list', NESTED, 'metadata: { name: a }\nspec: { members: x }'],
    ['a required key that is missing', REQUIRED, 'name: A'],
    ['a required key without a value', REQUIRED, 'name: A\ncontact:'],
  ])('%s', (_, configuration, text) => {
    expect([problemsIn(text, configuration).length > 0, schemaAccepts(configuration, text)]).toEqual([true, false]);
  });
});

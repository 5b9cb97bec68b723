/** What serves as what, counted by team. */
import { describe, expect, it } from 'vitest';
import { KeySurvey } from '../../../../../src/commands/check/rules/key-survey.ts';
import { parseYaml } from '../../../../../src/core/yaml/yaml-text.ts';
import { configurationOf, teamsIn } from '../../../../support/sample-teams.ts';

function surveyOf(texts: readonly string[], configuration = '{}'): KeySurvey {
  const survey = new KeySurvey(configurationOf(configuration));
  texts.forEach((text, index) => {
    const yaml = parseYaml(text);
    if (!yaml.ok) throw new Error(yaml.wrong.message);
    survey.add(`teams/${index}.yml`, yaml.value, text.length, true);
  });
  return survey;
}

/** `check path:line:column` of each finding. */
const places = (survey: KeySurvey): string[] =>
  survey.findings.map(({ check, path, line, column }) => `${check} ${path}:${line}:${column}`);

/** `role key count` */
const uses = (...args: Parameters<typeof surveyOf>): string[] =>
  surveyOf(...args).uses.map(({ role, key, count }) => `${role} ${key} ${count}`);

describe('documents without a team', () => {
  it('are those that have none of the keys under which alone teams stand', () => {
    const texts = ['teams: {a: {}}\n---\nrepos: {b: {}}\n', 'teams: {}\n', '- a\n'];
    const survey = surveyOf(texts, 'catalogue: {layout: map, at: teams}');
    expect(places(survey)).toEqual(['no-team teams/0.yml:3:1', 'no-team teams/2.yml:1:1']);
    expect(surveyOf(texts, 'catalogue: {layout: map}').findings).toEqual([]);
  });
});

describe('a survey of keys', () => {
  it('counts the keys that count, each by its role, the most frequent first', () => {
    expect(
      uses([
        'id: a\nname: A\nnom: also\nmembers: [x, {id: y}]\ntags: []\nperimetre: p\ncontact: c\n',
        'nom: B\nmembers: [z]\nmembres: [{matricule: 7}]\nprevious: x\ncontact: c\n',
        'contact:\nscope: s\n',
      ]),
    ).toEqual([
      'layout (one team per document) 3',
      'id (base name of the file) 2',
      'id id 1',
      'name name 1',
      'name nom 1',
      'members members 2',
      'members (none) 1',
      'members membres 1',
      'member (text) 2',
      'member id 1',
      'member matricule 1',
      'tags tags 1',
      'perimeter perimetre 1',
      'perimeter scope 1',
      'attribute contact 2',
      'attribute nom 1',
      'attribute previous 1',
    ]);
  });

  it('says where ids come from in lists and maps, and by a template', () => {
    expect(uses(['- name: A\n- id: b\n', 'teams: {c: {}, d: {}}']).slice(0, 5)).toEqual([
      'layout (list) 2',
      'layout (map) 2',
      'id (key of the map) 2',
      'id (name) 1',
      'id id 1',
    ]);
    expect(uses(['name: A\n'], 'catalogue: {id: "{dir}-{file}"}')).toContain('id {dir}-{file} 1');
  });

  it('follows keys that lead down', () => {
    const configuration =
      'catalogue: {name: [spec.name, name], members: spec.members, member: user.id, ignore: meta.x}';
    expect(
      uses(['spec: {name: A, members: [{user: {id: 1}}], more: y}\nname: B\nmeta: {x: 1}\n'], configuration),
    ).toEqual([
      'layout (one team per document) 1',
      'id (base name of the file) 1',
      'name spec.name 1',
      'members spec.members 1',
      'member user.id 1',
      'ignored meta.x 1',
      'attribute name 1',
      'attribute spec 1',
    ]);
  });

  it.each([
    ['{}', 'name: A\nnom: B\ntags: [x]\nscope: 1\nperimetre: 2\nprevious: z\ncontact: c\nempty:\n'],
    ['catalogue: {ignore: [nom, a.b], name: [nom, name]}', 'nom: A\nname: B\na: {b: 1, c: 2}\n'],
    ['catalogue: {tags: spec.tags, perimeter: [spec.p, tags]}', 'spec: {tags: [x], p: 1}\ntags: [y]\n'],
  ])('names as attributes what events carry as such: %s', (configuration, text) => {
    const survey = surveyOf([text], configuration);
    const told = survey.uses.filter(({ role }) => role === 'attribute').map(({ key }) => key);
    expect(told.sort()).toEqual(Object.keys(teamsIn(text, configuration)[0]?.attributes ?? {}).sort());
  });

  it('tells ignored keys apart from attributes', () => {
    expect(uses(['notes: x\nother: y\n'], 'catalogue: {ignore: notes}').slice(-2)).toEqual([
      'ignored notes 1',
      'attribute other 1',
    ]);
  });

  it('places keys that look like another; required ones are known too', () => {
    const survey = surveyOf(['id: a\nmembre:\n  - x\ncontacts: y\n'], 'catalogue: {required: contact}');
    expect(survey.findings).toEqual([
      {
        check: 'look-alike-key',
        path: 'teams/0.yml',
        line: 2,
        column: 1,
        message: 'the key "membre" became an attribute of the team; is it "membres"?',
      },
      {
        check: 'look-alike-key',
        path: 'teams/0.yml',
        line: 4,
        column: 11,
        message: 'the key "contacts" became an attribute of the team; is it "contact"?',
      },
    ]);
  });

  it('places a few of each only', () => {
    expect(surveyOf(Array.from({ length: 30 }, () => 'membre: [x]\ntag: y\n')).findings).toHaveLength(20);
  });

  it('does not look at members of a file with problems, nor without end at what aliases make', () => {
    const survey = new KeySurvey(configurationOf('{}'));
    const yaml = parseYaml('members: [x]\nmembre: y\n');
    if (yaml.ok) survey.add('a.yml', yaml.value, 24, false);
    expect(survey.uses.map(({ role }) => role)).not.toContain('member');
    expect(survey.findings).toHaveLength(1);
    const keys = Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(', ');
    const many = `- &t {${keys}}\n${'- *t\n'.repeat(2000)}`;
    expect(surveyOf([many]).uses.find(({ key }) => key === 'k0')?.count).toBeLessThan(600);
  });
});

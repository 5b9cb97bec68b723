/** `team-events.yml` in history: each revision is read with its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importRepo, type ImportedCommit } from '../../support/imported-repo.ts';
import { printedEvents, teamEvents } from '../../support/program.ts';
import { tempFolder } from '../../support/sample-repo.ts';
import { inShort, tell } from '../../support/ugly-story.ts';

const TEAM = 'id: a\nsquad: s\nmembers: [x]\nleads: [l]\n';
const CONFIGURATION = 'team-events.yml';

interface Case {
  readonly name: string;
  readonly commits: readonly ImportedCommit[];
  readonly steps: readonly (readonly string[])[];
  readonly notes?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'a second role list announces those people, and its end lets them go',
    commits: [
      { 'teams/a.yml': TEAM },
      { [CONFIGURATION]: 'catalogue: {members: [members, leads]}\n' },
      { [CONFIGURATION]: null },
    ],
    steps: [
      ['+ a', '(a: + x)'],
      ['a: attributes.leads, members.x.roles', 'a: + l'],
      ['a: attributes.leads, members.x.roles', 'a: - l'],
    ],
  },
  {
    name: 'a broken one holds: its last valid version counts, for teams that change meanwhile too',
    commits: [
      { 'teams/a.yml': TEAM, [CONFIGURATION]: 'catalogue: {id: "{squad}"}\n' },
      { [CONFIGURATION]: 'catalogue: {id: "{squad}\n' },
      { 'teams/b.yml': 'squad: t\n' },
      { [CONFIGURATION]: 'catalogue: {ids: x}\n' },
      { [CONFIGURATION]: 'catalogue: {id: "{file}"}\n' },
    ],
    steps: [['+ s', '(s: + x)'], [], ['+ t'], [], ['+ a', '+ b', '(s: - x)', '(a: + x)', '- s', '- t']],
  },
  {
    name: 'a broken one to the end is a problem of the run',
    commits: [{ 'teams/a.yml': TEAM }, { [CONFIGURATION]: 'version: 1\ncatalogue:\n  id: fixed\n' }],
    steps: [['+ a', '(a: + x)'], []],
    notes: ['team-events.yml:3:7: catalogue.id: expected at least one placeholder such as {id} or {file}'],
  },
  {
    name: 'a deleted one gives way to the defaults, and comes back broken as the defaults',
    commits: [
      { 'teams/a.yml': TEAM, [CONFIGURATION]: 'catalogue: {id: "{squad}"}\n' },
      { [CONFIGURATION]: null },
      { [CONFIGURATION]: 'catalogue: {id: [}\n' },
      { [CONFIGURATION]: null },
    ],
    steps: [['+ s', '(s: + x)'], ['+ a', '(s: - x)', '(a: + x)', '- s'], [], []],
  },
  {
    name: 'one that comes together with the teams that it is about',
    commits: [
      { 'teams/a.yml': TEAM },
      {
        'teams/a.yml': 'squad: a\npeople: [x]\n',
        [CONFIGURATION]: 'catalogue: {id: "{squad}", members: people}\n',
      },
    ],
    steps: [['+ a', '(a: + x)'], ['a: attributes.leads, attributes.squad']],
  },
  {
    name: 'one that looks elsewhere: teams that are found appear, others are gone',
    commits: [
      { 'teams/a.yml': TEAM, 'squads/b/config.yml': '{}\n', 'squads/c/README.md': 'x' },
      { [CONFIGURATION]: 'catalogue: {files: "squads/*/config.yml", id: "{dir}"}\n' },
      { [CONFIGURATION]: 'catalogue: {files: ["teams/*.yml", "squads/*/*", "!**/*.md"], id: "{path[1]}"}\n' },
    ],
    steps: [
      ['+ a', '(a: + x)'],
      ['+ b', '(a: - x)', '- a'],
      ['+ a', '(a: + x)'],
    ],
  },
  {
    name: 'one that requires a key: teams without it hold what they were',
    commits: [
      { 'teams/a.yml': TEAM, 'teams/b.yml': 'id: b\ncontact: c\n' },
      { [CONFIGURATION]: 'catalogue: {required: contact}\n' },
      { 'teams/a.yml': `${TEAM}tags: [t]\n`, 'teams/b.yml': 'id: b\ncontact: d\n' },
      { 'teams/a.yml': `${TEAM}tags: [t]\ncontact: c\n` },
    ],
    steps: [['+ a', '+ b', '(a: + x)'], [], ['b: attributes.contact'], ['a: attributes.contact, tags']],
  },
  {
    name: 'one that ignores a key: it is gone once, and never told again',
    commits: [
      { 'teams/a.yml': TEAM },
      { [CONFIGURATION]: 'catalogue: {ignore: squad}\n' },
      { 'teams/a.yml': TEAM.replace('squad: s', 'squad: t') },
    ],
    steps: [['+ a', '(a: + x)'], ['a: attributes.squad'], []],
  },
  {
    name: 'one that says nothing else than before, or only of the source, tells nothing',
    commits: [
      { 'teams/a.yml': TEAM },
      { [CONFIGURATION]: 'version: 1\n' },
      { [CONFIGURATION]: 'source: urn:teams\n' },
      { [CONFIGURATION]: 'source: urn:teams\ncatalogue: {name: [name, nom]}\n' },
    ],
    steps: [['+ a', '(a: + x)'], [], [], []],
  },
];

describe('a configuration', () => {
  it.each(cases)('$name', async ({ commits, steps, notes = [] }) => {
    const story = await tell(commits);
    expect(story.steps).toEqual(steps);
    expect(story).toMatchObject({ notes, code: notes.length > 0 ? 4 : 0 });
  });

  it('given by --config counts at all revisions, whatever stands in them', async () => {
    const { directory } = importRepo([
      { 'teams/a.yml': TEAM },
      { [CONFIGURATION]: 'catalogue: {files: nothing.yml}\n' },
      { [CONFIGURATION]: 'catalogue: 3\n', 'teams/a.yml': TEAM.replace('[l]', '[l, m]') },
    ]);
    const file = join(tempFolder(), 'ours.yml');
    writeFileSync(file, 'source: urn:ours\ncatalogue: {id: "{squad}", members: [members, leads]}\n');
    const events = await printedEvents(directory, '--from', 'root', '--config', file);
    expect(events.map(inShort)).toEqual(['+ s', '(s: + l x)', 's: + m']);
    expect(new Set(events.map(({ source }) => source))).toEqual(new Set(['urn:ours']));
    const { code, stderr } = await teamEvents([
      '-C',
      directory,
      '--print-events',
      '--from',
      'root',
      '--config',
      file,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('given by --config that is broken stops the run', async () => {
    const { directory } = importRepo([{ 'teams/a.yml': TEAM }]);
    const file = join(tempFolder(), 'ours.yml');
    writeFileSync(file, 'catalogue:\n  layout: tree\n');
    const result = await teamEvents(['-C', directory, '--print-events', '--from', 'root', '--config', file]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(`${file}:2:11: catalogue.layout: expected auto, team, list or map`);
  });
});

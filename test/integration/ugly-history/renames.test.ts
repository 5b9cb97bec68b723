/** `previously` and what looks like it (a rename is explicit, and implies an end and a beginning). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type TeamEvent } from '../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { importRepo, type ImportedCommit } from '../../support/imported-repo.ts';
import { teamEvents } from '../../support/program.ts';
import { tempFolder } from '../../support/sample-repo.ts';
import { inShort, tell } from '../../support/ugly-story.ts';

interface Case {
  readonly name: string;
  readonly commits: readonly ImportedCommit[];
  readonly steps: readonly (readonly string[])[];
  /** What stderr says besides: who looks like whom. */
  readonly hints?: readonly string[];
}

const all = (text: string): ImportedCommit => ({ 'teams.yml': text });

const cases: readonly Case[] = [
  {
    name: 'a team renamed in its file',
    commits: [all('- {id: old, members: [x]}'), all('- {id: new, members: [x], previously: old}')],
    steps: [
      ['+ old', '(old: + x)'],
      ['(+ new)', 'new: id, name', '(old: - x)', '(new: + x)', '(- old)'],
    ],
  },
  {
    name: 'a team renamed and moved to another file, while people come and go and a tag changes',
    commits: [
      { 'teams/old.yml': 'name: T\nmembers: [x, y]\n' },
      { 'teams/old.yml': null, 'teams/new.yml': 'name: T\npreviously: [old]\nmembers: [y, z]\ntags: [t]\n' },
    ],
    steps: [
      ['+ old', '(old: + x y)'],
      ['(+ new)', 'new: id, members, tags', '(old: - x y)', '(new: + y z)', '(- old)'],
    ],
  },
  {
    name: 'a file moved without a word: a deletion and a creation, however similar',
    commits: [
      { 'teams/old.yml': 'name: T\nmembers: [x]\n' },
      { 'teams/old.yml': null, 'teams/new.yml': 'name: T\nmembers: [x]\n' },
    ],
    steps: [
      ['+ old', '(old: + x)'],
      ['+ new', '(old: - x)', '(new: + x)', '- old'],
    ],
    hints: ['new looks like a rename of old'],
  },
  {
    name: 'a → b and b → c in one step: b stays, so c is new and a is gone, and all members come out',
    commits: [
      all('- {id: a, members: [x]}\n- {id: b, members: [y]}'),
      all('- {id: b, previously: a, members: [x]}\n- {id: c, previously: b, members: [y]}'),
    ],
    steps: [
      ['+ a', '+ b', '(a: + x)', '(b: + y)'],
      ['+ c', '(a: - x)', 'b: - y', 'b: + x', '(c: + y)', '- a'],
    ],
  },
  {
    name: 'a → b and b → c in two steps: two renames',
    commits: [
      all('- {id: a, members: [x]}\n- {id: b, members: [y]}'),
      all('- {id: a, members: [x]}\n- {id: c, previously: b, members: [y]}'),
      all('- {id: b, previously: a, members: [x]}\n- {id: c, previously: b, members: [y]}'),
    ],
    steps: [
      ['+ a', '+ b', '(a: + x)', '(b: + y)'],
      ['(+ c)', 'c: id, name', '(b: - y)', '(c: + y)', '(- b)'],
      ['(+ b)', 'b: id, name', '(a: - x)', '(b: + x)', '(- a)'],
    ],
  },
  {
    name: 'two teams that change names with each other',
    commits: [
      all('- {id: a, members: [x]}\n- {id: b, members: [y]}'),
      all('- {id: b, previously: a, members: [x]}\n- {id: a, previously: b, members: [y]}'),
    ],
    steps: [
      ['+ a', '+ b', '(a: + x)', '(b: + y)'],
      ['a: - x', 'b: - y', 'a: + y', 'b: + x'],
    ],
  },
  {
    name: 'a team split in two: the first by id is the successor',
    commits: [
      all('- {id: old, members: [x, y]}'),
      all('- {id: new-b, previously: old, members: [y]}\n- {id: new-a, previously: old, members: [x]}'),
    ],
    steps: [
      ['+ old', '(old: + x y)'],
      [
        '(+ new-a)',
        '+ new-b',
        'new-a: id, members, name',
        '(old: - x y)',
        '(new-a: + x)',
        '(new-b: + y)',
        '(- old)',
      ],
    ],
  },
  {
    name: 'a rename and its revert, which must be named too',
    commits: [
      all('- {id: old}'),
      all('- {id: new, previously: old}'),
      all('- {id: old}'),
      all('- {id: new, previously: old}'),
      all('- {id: old, previously: new}'),
    ],
    steps: [
      ['+ old'],
      ['(+ new)', 'new: id, name', '(- old)'],
      ['+ old', '- new'],
      ['(+ new)', 'new: id, name', '(- old)'],
      ['(+ old)', 'old: id, name', '(- new)'],
    ],
    hints: ['old looks like a rename of new'],
  },
  {
    name: 'an earlier id that is named later, or in another normal form',
    commits: [
      all('- {id: \u00e9cole}'),
      all('- {id: school, previously: e\u0301cole}'),
      all('- {id: school, previously: [e\u0301cole, academy]}'),
    ],
    steps: [['+ \u00e9cole'], ['(+ school)', 'school: id, name', '(- \u00e9cole)'], []],
  },
  {
    name: 'where ids are composed, an earlier one is written as the last part of it, or whole',
    commits: [
      {
        'team-events.yml': 'catalogue: {files: "orgs/*/*.yml", layout: map, id: "{path[1]}/{key}"}\n',
        'orgs/acme/a.yml':
          'teams: {old: {members: [x]}, was: {}, lost: {members: [y]}, gone: {members: [z]}}\n',
      },
      {
        'orgs/acme/a.yml':
          'teams: {new: {previously: [old], members: [x]}, is: {previously: acme/was}, kept: {members: [y]}}\n',
        'orgs/beta/b.yml': 'teams: {gone: {members: [z]}}\n',
      },
    ],
    steps: [
      ['+ acme/gone', '+ acme/lost', '+ acme/old', '+ acme/was'].concat([
        '(acme/gone: + z)',
        '(acme/lost: + y)',
        '(acme/old: + x)',
      ]),
      ['(+ acme/is)', '+ acme/kept', '(+ acme/new)', '+ beta/gone', 'acme/is: id, name', 'acme/new: id, name']
        .concat(['(acme/gone: - z)', '(acme/lost: - y)', '(acme/old: - x)'])
        .concat(['(acme/kept: + y)', '(acme/new: + x)', '(beta/gone: + z)'])
        .concat(['- acme/gone', '- acme/lost', '(- acme/old)', '(- acme/was)']),
    ],
    hints: ['acme/kept looks like a rename of acme/lost', 'beta/gone looks like a rename of acme/gone'],
  },
  {
    name: 'another key for it, a text, in the middle of the id, and a folder that was moved',
    commits: [
      {
        'team-events.yml':
          'catalogue: {files: "spaces/*/*.yml", id: "{path[1]}.{dir}/space", name: space, previously: original-space}\n',
        'spaces/prod/space.yml': 'space: prod\nmembers: [x]\n',
      },
      {
        'team-events.yml':
          'catalogue: {files: "spaces/*/*.yml", id: "{file}.{dir}/space", name: space, previously: original-space}\n',
      },
      {
        'spaces/prod/space.yml': null,
        'spaces/production/space.yml': 'space: production\noriginal-space: prod\nmembers: [x]\n',
      },
    ],
    steps: [
      ['+ prod.prod/space', '(prod.prod/space: + x)'],
      ['+ space.prod/space', '(prod.prod/space: - x)', '(space.prod/space: + x)', '- prod.prod/space'],
      ['(+ space.production/space)', 'space.production/space: id, name', '(space.prod/space: - x)'].concat([
        '(space.production/space: + x)',
        '(- space.prod/space)',
      ]),
    ],
    hints: ['space.prod/space looks like a rename of prod.prod/space'],
  },
  {
    name: 'a rename by another configuration of ids: teams that name their earlier ids are renamed',
    commits: [
      { 'teams/a.yml': 'squad: s\nformerly: a\nmembers: [x]\n', 'teams/b.yml': 'squad: t\n' },
      { 'team-events.yml': 'catalogue: {id: "{squad}", previously: formerly}\n' },
    ],
    steps: [
      ['+ a', '+ b', '(a: + x)'],
      ['(+ s)', '+ t', 's: attributes.formerly, id, name', '(a: - x)', '(s: + x)', '(- a)', '- b'],
    ],
    hints: ['t looks like a rename of b'],
  },
];

describe('a rename', () => {
  it.each(cases)('$name', async ({ commits, steps, hints = [] }) => {
    const story = await tell(commits);
    expect(story.steps).toEqual(steps);
    expect(story).toMatchObject({ hints, notes: [], code: 0 });
  });

  it('of the whole organisation: one modification for each team, all else implied', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `t${String(index).padStart(3, '0')}`);
    const before = ids.map((id) => [`teams/${id}.yml`, `name: N\nmembers: [${id}-lead]\n`] as const);
    const after = ids.flatMap((id) => [
      [`teams/${id}.yml`, null] as const,
      [
        `equipes/acme/${id}.yml`,
        `id: acme-${id}\nname: N\nmembers: [${id}-lead]\npreviously: ${id}\n`,
      ] as const,
    ]);
    const { steps, events } = await tell([before, after]);
    expect(steps[1]).toEqual([
      ...ids.map((id) => `(+ acme-${id})`),
      ...ids.map((id) => `acme-${id}: id`),
      ...ids.map((id) => `(${id}: - ${id}-lead)`),
      ...ids.map((id) => `(acme-${id}: + ${id}-lead)`),
      ...ids.map((id) => `(- ${id})`),
    ]);
    const own = events.slice(2 * ids.length).filter(({ data }) => data.impliedBy === undefined);
    expect(own.map(inShort)).toEqual(ids.map((id) => `acme-${id}: id`));
    expect(own[0]?.data).toMatchObject({
      changes: [{ field: 'id', from: 't000', to: 'acme-t000' }],
      file: 'equipes/acme/t000.yml',
    });
  });

  it('is told to each client in the words that it follows', async () => {
    const { directory } = importRepo([
      all('- {id: old, members: [x, y]}'),
      all('- {id: new, members: [y, z], previously: old}'),
    ]);
    const follows: Readonly<Record<string, readonly string[]>> = {
      all: [...EVENT_TYPES],
      ends: ['team.created', 'team.deleted'],
      people: ['team.members.added', 'team.members.removed'],
      'ends-and-people': EVENT_TYPES.filter((type) => type !== 'team.modified'),
      changes: ['team.modified'],
    };
    const clients = Object.entries(follows).map(([name, events]) => ({
      name,
      subscriptions: [{ events, url: `https://${name}.example.com/` }],
    }));
    const file = join(tempFolder(), 'clients.yml');
    writeFileSync(file, JSON.stringify({ clients }));
    const args = ['--print-events', '--format', 'json', '--from', 'main~1', '--clients', file];
    const { stdout } = await teamEvents(['-C', directory, ...args]);
    const { events, receivers } = JSON.parse(stdout) as {
      events: TeamEvent[];
      receivers: Record<string, readonly string[]>;
    };
    const sentTo = (name: string): string[] =>
      events.filter(({ id }) => receivers[id]?.includes(name)).map(inShort);
    expect(Object.fromEntries(Object.keys(follows).map((name) => [name, sentTo(name)]))).toEqual({
      all: ['new: id, members, name'],
      ends: ['(+ new)', '(- old)'],
      people: ['(old: - x y)', '(new: + y z)'],
      'ends-and-people': ['(+ new)', '(- old)'],
      changes: ['new: id, members, name'],
    });
  });
});

/** What keeps a file from being used: each problem with its line and column, and no team of that file. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIGURATION } from '../../../../../src/core/catalogue/configuration/configuration.ts';
import { MAX_FILE_BYTES, readTeamFile } from '../../../../../src/core/catalogue/reading/team-file.ts';
import { problemsIn, readText, teamsIn } from '../../../../support/sample-teams.ts';

describe('a problem is', () => {
  it.each([
    ['an empty file', '', '1:1 the file is empty'],
    ['a file of comments', '# nothing\n', '1:1 the file is empty'],
    ['a file of nothing but a document mark', '---\n', '1:1 the file is empty'],
    ['a file that says nothing', 'null\n', '1:1 the file is empty'],
    [
      'a text in place of a team',
      'some text',
      '1:1 a team is written as a mapping of its keys, not as the text "some text"',
    ],
    [
      'a text in a list of teams',
      '- id: a\n- b',
      '2:3 a team is written as a mapping of its keys, not as the text "b"',
    ],
    [
      'nothing in a list of teams',
      'teams: [{id: a}, null]',
      '1:18 a team is written as a mapping of its keys, not as nothing',
    ],
    ['a team with no id', '- id: a\n- members: []', '2:3 the team has no id: {id} needs a value for {id}'],
    [
      'an id twice in one file',
      '- id: a\n- id: b\n- id: a',
      '3:3 the team id "a" appears twice in this file',
    ],
    ['an id twice in two documents', 'id: a\n---\nid: a', '3:1 the team id "a" appears twice in this file'],
    [
      'an id twice in two normal forms',
      '- id: é\n- id: e\u0301',
      '2:3 the team id "é" appears twice in this file',
    ],
    [
      'a child with the id of its parent',
      '- id: a\n  teams: [{id: a}]',
      '2:11 the team id "a" appears twice in this file',
    ],
    ['a duplicate key', 'id: a\nid: b', expect.stringMatching(/^2:1 duplicated mapping key/) as string],
    [
      'a list that holds itself',
      '- id: y\n- id: x\n  on: &on [*on]',
      '2:3 the values are nested too deeply, or an alias holds itself',
    ],
  ])('%s', (_, text, expected) => {
    expect(problemsIn(text)).toEqual([expected]);
    expect(readText(text).entries).toEqual([]);
  });

  it.each([
    [
      'the id of a team',
      'id: "pay\\nadmins"',
      '1:1 the id "pay\\nadmins" holds a control character (U+000A)',
    ],
    ['the id of a team', 'id: "\\0"', '1:1 the id "\\u0000" holds a control character (U+0000)'],
    ['an id of C1', 'id: "a\\x9b"', '1:1 the id "a\\u009b" holds a control character (U+009B)'],
    ['a key of a map', 'teams: {"a\\eb": {}}', '1:17 the id "a\\u001bb" holds a control character (U+001B)'],
    [
      'an id with a line separator',
      'id: "a\\Lb"',
      '1:1 the id "a\\u2028b" holds a control character (U+2028)',
    ],
    ['an id that turns', 'id: "a\\u202eb"', '1:1 the id "a\\u202eb" holds a control character (U+202E)'],
    ['a member', 'members: [alice, "bob\\r"]', '1:18 the member "bob\\r" holds a control character (U+000D)'],
    [
      'a member of its keys',
      'members: [{login: "bob\\t"}]',
      '1:11 the member "bob\\t" holds a control character (U+0009)',
    ],
    ['a tag', 'tags: [a, "b\\nc"]', '1:7 the tag "b\\nc" holds a control character (U+000A)'],
    ['a key of tags', 'tags: {"b\\nc": x}', '1:7 the tag "b\\nc" holds a control character (U+000A)'],
    ['a value of tags', 'tags: {b: "c\\nd"}', '1:7 the tag "c\\nd" holds a control character (U+000A)'],
  ])('a control character in %s: %j', (_, text, expected) => {
    expect(problemsIn(text)).toEqual([expected]);
  });

  it('one in the name of the file too, where that is the id', () => {
    expect(problemsIn('{}', '{}', 'teams/a\nb.yml')).toEqual([
      '1:1 the id "a\\nb" holds a control character (U+000A)',
    ]);
    expect(problemsIn('id: c', '{}', 'teams/a\nb.yml')).toEqual([]);
  });

  it('none of a name, a perimeter or an attribute of several lines', () => {
    expect(problemsIn('name: |\n  Payments\nscope: "a\\nb"\nnotes: |\n  a\n  b\n')).toEqual([]);
  });

  it('half a surrogate pair', () => {
    expect(problemsIn('- id: "\\ud800"\n- id: "\\ud801"')).toEqual([
      '1:7 the text is not valid Unicode: half a surrogate pair',
    ]);
  });

  it('an alias that holds itself where no team reads it', () => {
    expect(problemsIn('teams: []\nx: &x [*x]')).toEqual(['2:8 an alias holds itself']);
    expect(problemsIn('teams: []\nx: &x [&x [], *x]')).toEqual([]);
  });

  it('told together with all others of the file, in its order', () => {
    expect(problemsIn('- id: a\n  members: [[]]\n- members: 3\n  name: [x]\n')).toEqual([
      '2:13 the member is a list; expected text or a mapping',
      '3:3 the team has no id: {id} needs a value for {id}',
      '3:12 the members are the number 3; expected a list',
      '4:9 the name is a list; expected text',
    ]);
  });

  it('not an empty list, which says that there are no teams', () => {
    expect(problemsIn('teams: []')).toEqual([]);
    expect(teamsIn('[]')).toEqual([]);
  });

  it('placed at the alias that brings it', () => {
    expect(problemsIn('- id: a\n  members: &m [x]\n- id: b\n  members: *m\n')).toEqual([]);
    expect(problemsIn('- &t {id: a}\n- id: b\n- *t\n')).toEqual([
      '3:3 the team id "a" appears twice in this file',
    ]);
  });
});

describe('aliases', () => {
  /** Nine lists, each of nine times the one before. */
  const bomb = Array.from({ length: 9 }, (_, level) => {
    const item = level === 0 ? 'text' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(item).join(', ')}]`;
  }).join('\n');

  it('that expand without end are a problem', () => {
    expect(problemsIn(bomb)).toEqual([
      '1:1 the aliases of this file expand past 125 KiB, the most for a file of its size',
    ]);
  });

  it('of an ordinary file are not', () => {
    const list = Array.from({ length: 100 }, (_, index) => `member-${index}`).join(', ');
    const all = Array.from({ length: 100 }, (_, index) => `  - {id: team-${index}, members: *m}`).join('\n');
    expect(teamsIn(`common: &m [${list}]\nteams:\n${all}`)).toHaveLength(100);
  });

  // src/core/catalogue/reading/read-members.ts, readMember: members that are scalars do not count in the budget of expansion.
  it('that expand a list of members without end are a problem', () => {
    const list = Array.from({ length: 3000 }, (_, index) => `member-${index}`).join(', ');
    const all = Array.from({ length: 600 }, (_, index) => `  - {id: team-${index}, members: *m}`).join('\n');
    expect(problemsIn(`common: &m [${list}]\nteams:\n${all}`)).toHaveLength(1);
  });
});

describe('the bytes of a file', () => {
  it.each([
    ['a stray byte', Buffer.from('id: a\nname: \xff', 'latin1'), '2:7'],
    ['a text in Latin-1', Buffer.from('name: Équipe', 'latin1'), '1:7'],
    ['a character cut off', Buffer.concat([Buffer.from('id: é\nx: '), Buffer.from([0xc3])]), '2:4'],
    ['a surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80]), '1:2'],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('id: a', 'utf16le')]), '1:1'],
    ['a stray byte behind a replacement character', Buffer.from([0x78, 0xef, 0xbf, 0xbd, 0xff]), '1:3'],
  ])('that are no UTF-8 are a problem: %s', (_, bytes, place) => {
    expect(problemsIn(bytes)).toEqual([`${place} the text is not UTF-8`]);
  });

  it('may hold a replacement character of their own', () => {
    expect(teamsIn('name: "\ufffd"')[0]?.name).toBe('\ufffd');
  });

  it('may begin with a byte order mark, which moves no column', () => {
    expect(teamsIn('\ufeffid: a')[0]?.id).toBe('a');
    expect(problemsIn('\ufeffname: [a]')).toEqual(['1:7 the name is a list; expected text']);
  });

  it('may end lines as Windows does', () => {
    expect(teamsIn('id: a\r\nmembers:\r\n  - x\r\n')).toEqual(teamsIn('id: a\nmembers:\n  - x\n'));
    expect(problemsIn('id: a\r\nmembers:\r\n  - x\r\n  - []\r\n')).toEqual([
      '4:5 the member is a list; expected text or a mapping',
    ]);
  });

  it('are read up to 1 MiB; a larger file is a problem', () => {
    const text = 'id: a\n# ';
    const largest = text + 'x'.repeat(MAX_FILE_BYTES - text.length);
    expect(teamsIn(largest)[0]?.id).toBe('a');
    expect(MAX_FILE_BYTES).toBe(1024 * 1024);
    expect(readTeamFile('teams/a.yml', { size: 1_048_577, bytes: undefined }, DEFAULT_CONFIGURATION)).toEqual(
      {
        entries: [],
        problems: [{ line: 1, column: 1, message: 'the file has 1048577 bytes; at most 1048576 are read' }],
      },
    );
  });
});

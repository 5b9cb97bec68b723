/** Paths that no shell likes, and what is no file at all (links and submodules are passed over). */
import { describe, expect, it } from 'vitest';
import { importRepo } from '../../support/imported-repo.ts';
import { eventsOf, teamEvents } from '../../support/program.ts';
import { inShort, tell } from '../../support/ugly-story.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const bytes = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1');

describe('a path', () => {
  it.each([
    ['a newline', 'teams/a\nb.yml', 'own', 'id: own\n'],
    ['a newline at its beginning', 'teams/\nb.yml', 'own', 'id: own\n'],
    ['a newline in a folder', 'teams/x\ny/a.yml', 'a'],
    ['quotes', 'teams/"a" \'b\'.yml', '"a" \'b\''],
    ['a tab', 'teams/a\tb.yml', 'own', 'id: own\n'],
    ['a backslash', 'teams/a\\n.yml', 'a\\n'],
    ['blanks around it', 'teams/ a .yml', ' a '],
    ['characters of globs', 'teams/[a]{b,c}*?.yml', '[a]{b,c}*?'],
    ['characters of shells', 'teams/$(touch x);`id`&|>.yml', '$(touch x);`id`&|>'],
    ['a dash at its beginning', 'teams/--output=x.yml', '--output=x'],
    ['control characters', 'teams/\u0001\u007f.yml', 'own', 'id: own\n'],
    ['emoji and letters of any script', 'teams/👩‍🚀-é-مريم.yml', '👩‍🚀-é-مريم'],
    ['several dots', 'teams/a.b.yaml.yml', 'a.b.yaml'],
  ])('with %s is read like any other', async (_, path, id, own = '') => {
    const story = await tell([
      { [path]: `${own}members: [x]\n` },
      { [path]: `${own}members: [x, [y]]\n` },
      { [path]: `${own}members: [y]\n` },
      { [path]: null },
    ]);
    expect(story.steps).toEqual([
      [`+ ${id}`, `(${id}: + x)`],
      [],
      [`${id}: - x`, `${id}: + y`],
      [`(${id}: - y)`, `- ${id}`],
    ]);
    expect(story.events[0]?.data.file).toBe(path);
  });

  it('of bytes that are no UTF-8 is told by its bytes, and kept apart from others', async () => {
    const [first, second] = [bytes('teams/\xff.yml'), bytes('teams/\xfe.yml')];
    const story = await tell([
      [
        [first, 'id: a\nmembers: [x]\n'],
        [second, 'id: b\n'],
      ],
      [[first, 'id: a\nmembers: [x\n']],
      [[first, 'id: a\nmembers: [y]\n']],
      [[second, null]],
    ]);
    expect(story.steps).toEqual([['+ a', '+ b', '(a: + x)'], [], ['a: - x', 'a: + y'], ['- b']]);
    expect(story.events.map(({ data }) => data.file)).toContain('teams/\\377.yml');
  });

  // src/adapters/git/history/raw-log.ts: a path of other bytes was taken for the one that it is told as, and went back to git so.
  it('of bytes that are no UTF-8 holds what it held, wherever one begins, and is not taken for what it is told as', async () => {
    const [latin1, alike] = [bytes('teams/\xe9quipe.yml'), bytes('teams/\\351quipe.yml')];
    const story = await tell([
      [
        [latin1, 'id: a\nmembers: [x]\n'],
        [alike, 'id: b\n'],
      ],
      { 'README.md': 'x' },
      [[latin1, 'id: a\nmembers: [x\n']],
      [[latin1, 'id: a\nmembers: [x, y]\n']],
      [[alike, null]],
    ]);
    expect(story.steps).toEqual([['+ a', '+ b', '(a: + x)'], [], [], ['a: + y'], ['- b']]);
    const { directory, ids } = story;
    const args = ['-C', directory, '--print-events', '--format', 'ndjson', '--squash'];
    const net = (from: string, to: number) => teamEvents([...args, '--from', from, '--to', ids[to] ?? '']);
    expect(await net(ids[0] ?? '', 2)).toMatchObject({ stdout: '', code: 4 });
    const snapshot = eventsOf((await net('root', 2)).stdout);
    expect(snapshot.map(inShort)).toEqual(['+ a', '+ b', '(a: + x)']);
    expect(snapshot.map(({ data }) => data.file)).toEqual([
      'teams/\\351quipe.yml',
      'teams/\\134351quipe.yml',
      'teams/\\351quipe.yml',
    ]);
  });

  it('of bytes that are no UTF-8 gives its escapes to ids, and to every report of check', async () => {
    const { directory, ids } = importRepo([
      { 'team-events.yml': 'catalogue: {id: "{dir}-{file}"}', 'teams/x.yml': 'members: []\n' },
      [[bytes('teams/caf\xe9/\xe9%41.yml'), 'members: [x, [y]]\n']],
      [[bytes('teams/caf\xe9/\xe9%41.yml'), 'members: [x]\n']],
    ]);
    const told = await teamEvents([
      '-C',
      directory,
      '--print-events',
      '--format',
      'ndjson',
      '--from',
      'root',
    ]);
    expect(eventsOf(told.stdout).map(({ subject }) => subject)).toContain('caf\\351-\\351%41');
    for (const format of ['text', 'json', 'junit', 'gitlab']) {
      const { stdout, code } = await teamEvents([
        'check',
        '-C',
        directory,
        '--to',
        ids[1] ?? '',
        '--format',
        format,
      ]);
      const path = 'teams/caf\\351/\\351%41.yml';
      expect(stdout).toContain(
        format === 'json' || format === 'gitlab' ? JSON.stringify(path).slice(1, -1) : path,
      );
      expect(code).toBe(4);
    }
  });

  it('that is a link or a submodule is passed over, with a warning, also in place of a file', async () => {
    const story = await tell([
      {
        'teams/a.yml': 'id: a\n',
        'teams/link.yml': { link: 'a.yml' },
        'teams/sub.yml': { submodule: COMMIT },
      },
      { 'teams/a.yml': { link: 'b.yml' }, 'teams/b.yml': 'id: b\n' },
      { 'teams/a.yml': 'id: a\n' },
    ]);
    expect(story.steps).toEqual([['+ a'], ['+ b', '- a'], ['+ a']]);
    expect([...story.notes].sort()).toEqual([
      'warning: teams/a.yml is a symbolic link: passed over',
      'warning: teams/link.yml is a symbolic link: passed over',
      'warning: teams/sub.yml is a submodule: passed over',
    ]);
    expect(story.code).toBe(0);
  });

  it('that is a link or a submodule where a folder of teams could be is told too', async () => {
    const story = await tell([
      {
        'teams/a.yml': 'id: a\n',
        'teams/README.md': 'no team\n',
        'teams/europe': { submodule: COMMIT },
        equipes: { link: 'teams' },
        vendor: { submodule: COMMIT },
        'team-events.yml': { link: 'elsewhere.yml' },
      },
    ]);
    expect(story.steps).toEqual([['+ a']]);
    expect([...story.notes].sort()).toEqual([
      'warning: equipes is a symbolic link: passed over',
      'warning: team-events.yml is a symbolic link: passed over',
      'warning: teams/europe is a submodule: passed over',
    ]);
  });

  it('that changes from file to folder and back', async () => {
    const story = await tell([
      { 'teams/a.yml': 'id: a\n' },
      { 'teams/a.yml': null, 'teams/a.yml/b.yml': 'id: b\n' },
      { 'teams/a.yml/b.yml': null, 'teams/a.yml': 'id: a\n' },
    ]);
    expect(story.steps).toEqual([['+ a'], ['+ b', '- a'], ['+ a', '- b']]);
  });

  it('of which only the mode changes tells nothing, nor does a broken one so', async () => {
    const story = await tell([
      { 'teams/a.yml': 'id: a\n', 'teams/b.yml': 'id: b\n' },
      { 'teams/b.yml': 'id: [\n' },
      { 'teams/a.yml': { executable: 'id: a\n' }, 'teams/b.yml': { executable: 'id: [\n' } },
      { 'teams/a.yml': { executable: 'id: a\ntags: [t]\n' } },
    ]);
    expect(story.steps).toEqual([['+ a', '+ b'], [], [], ['a: tags']]);
  });
});

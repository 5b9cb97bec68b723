/** The text that git prints -> commits, changes and paths. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createLogParser,
  parseDifference,
  parseLog,
  parseTree,
  unquotePath,
} from '../../../../../src/adapters/git/history/raw-log.ts';
import { pathText } from '../../../../oracle/history.ts';

const ID = { a: 'a'.repeat(40), b: 'b'.repeat(40), none: '0'.repeat(40) };

const header = (
  id: string,
  { time = '1767603600', name = 'Sample Author', email = 'author@example.com', title = 'Title' } = {},
): string => `\x01${[id, time, name, email, title].join('\0')}\n`;

/** A path as git prints it: quoted as in C where it has to be. */
function quote(path: string | Uint8Array): string {
  const names = new Map(
    [...'\x07\b\t\n\v\f\r"\\'].map((character, index) => [character, 'abtnvfr"\\'[index]]),
  );
  const bytes = Buffer.from(path);
  const escaped = [...bytes].map((byte) => {
    const character = String.fromCharCode(byte);
    const name = names.get(character);
    if (name !== undefined) return `\\${name}`;
    return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : character;
  });
  const text = escaped.join('');
  return text === bytes.toString('latin1') ? text : `"${text}"`;
}

describe('a path', () => {
  it.each([
    ['teams/payments.yml', 'teams/payments.yml'],
    ['teams/with space.yml', 'teams/with space.yml'],
    ['"teams/\\303\\251quipe.yml"', 'teams/équipe.yml'],
    ['"teams/\\360\\237\\221\\245.yml"', 'teams/👥.yml'],
    ['"say \\"hi\\".yml"', 'say "hi".yml'],
    ['"tab\\there.yml"', 'tab\there.yml'],
    ['"two\\nlines.yml"', 'two\nlines.yml'],
    ['"back\\\\slash.yml"', 'back\\slash.yml'],
    ['"bell\\a\\b\\v\\f\\r.yml"', 'bell\x07\b\v\f\r.yml'],
    ['"\\0011.yml"', '\x011.yml'],
    ['"\\177.yml"', '\x7f.yml'],
  ])('%s is %j', (printed, path) => {
    expect(unquotePath(printed)).toBe(path);
  });

  it.each([
    ['"caf\\351.yml"', 'caf\\351.yml'],
    ['"teams/\\377\\376.yml"', 'teams/\\377\\376.yml'],
    ['"\\351\\\\351.yml"', '\\351\\134351.yml'],
  ])('that is not UTF-8 keeps its bytes as git writes them: %s', (printed, path) => {
    expect(unquotePath(printed)).toBe(path);
  });

  it.each([
    ['"caf\\\\351.yml"', 'caf\\134351.yml'],
    ['"\\\\134351.yml"', '\\134134351.yml'],
    ['"\\\\400.yml"', '\\400.yml'],
    ['"\\357\\273\\277teams.yml"', '\uFEFFteams.yml'],
  ])('that only looks like another one is not taken for it: %s', (printed, path) => {
    expect(unquotePath(printed)).toBe(path);
  });

  it('of any name comes back, but for backslashes before digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        fc.pre(!/\\[1-3]/.test(path));
        expect(unquotePath(quote(path))).toBe(path);
      }),
      { numRuns: 200 },
    );
  });

  it('is told as no other one is', () => {
    const nasty = fc
      .array(fc.constantFrom(0x5c, 0x33, 0x35, 0x31, 0x34, 0xe9, 0xc3, 0xa9, 0xef, 0xbb, 0xbf), {
        maxLength: 8,
      })
      .map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const same = Buffer.compare(one, other) === 0;
        expect(unquotePath(quote(one)) === unquotePath(quote(other))).toBe(same);
        expect(pathText(one)).toBe(unquotePath(quote(one)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a log', () => {
  it('is commits with their changes', () => {
    const output =
      header(ID.a, { title: 'Add the payments team' }) +
      `\n:000000 100644 ${ID.none} ${ID.a} A\tteams/payments.yml\n` +
      `:100644 000000 ${ID.b} ${ID.none} D\t"teams/\\303\\251quipe.yml"\n` +
      `:100644 120000 ${ID.a} ${ID.b} T\tteams/link.yml\n` +
      `:160000 160000 ${ID.a} ${ID.b} M\tsub\n` +
      header(ID.b, { time: '0', title: '' });
    expect(parseLog(output)).toEqual([
      {
        commit: {
          id: ID.a,
          time: 1767603600,
          author: { name: 'Sample Author', email: 'author@example.com' },
          title: 'Add the payments team',
        },
        changes: [
          {
            path: 'teams/payments.yml',
            before: undefined,
            after: { path: 'teams/payments.yml', kind: 'file', blob: ID.a },
          },
          {
            path: 'teams/équipe.yml',
            before: { path: 'teams/équipe.yml', kind: 'file', blob: ID.b },
            after: undefined,
          },
          {
            path: 'teams/link.yml',
            before: { path: 'teams/link.yml', kind: 'file', blob: ID.a },
            after: { path: 'teams/link.yml', kind: 'link', blob: ID.b },
          },
          {
            path: 'sub',
            before: { path: 'sub', kind: 'submodule', blob: ID.a },
            after: { path: 'sub', kind: 'submodule', blob: ID.b },
          },
        ],
      },
      {
        commit: {
          id: ID.b,
          time: 0,
          author: { name: 'Sample Author', email: 'author@example.com' },
          title: '',
        },
        changes: [],
      },
    ]);
  });

  it('of nothing is no commit', () => {
    expect(parseLog('')).toEqual([]);
  });

  it.each([
    '',
    'an \x01 inside',
    '\x01',
    ': colon first',
    'tab\tinside',
    '\x1b[31mred',
    'Équipe 👥',
    '100644 blob',
  ])('keeps the title %j', (title) => {
    const [first, second] = parseLog(header(ID.a, { title }) + header(ID.b));
    expect(first?.commit).toMatchObject({ id: ID.a, title });
    expect(second?.commit.id).toBe(ID.b);
  });

  it('keeps an author without a name or address', () => {
    expect(parseLog(header(ID.a, { name: '', email: '' }))[0]?.commit.author).toEqual({
      name: '',
      email: '',
    });
  });

  it('comes in any pieces', () => {
    const output = [
      header(ID.a),
      `\n:000000 100644 ${ID.none} ${ID.a} A\tx.yml\n`,
      header(ID.b, { title: 'é' }),
    ].join('');
    fc.assert(
      fc.property(fc.array(fc.nat(output.length)), (places) => {
        const parser = createLogParser();
        const found = [];
        let at = 0;
        for (const place of [...places.sort((a, b) => a - b), output.length]) {
          parser.push(output.slice(at, place));
          found.push(...parser.take(false));
          at = place;
        }
        expect([...found, ...parser.take(true)]).toEqual(parseLog(output));
      }),
    );
  });
});

describe('a difference of two trees', () => {
  it('is its changes', () => {
    const output = `:100644 100755 ${ID.a} ${ID.a} M\trun.yml\n:000000 100644 ${ID.none} ${ID.b} A\t"a\\tb"\n`;
    expect(
      parseDifference(output).map(({ path, before, after }) => [path, before?.blob, after?.blob]),
    ).toEqual([
      ['run.yml', ID.a, ID.a],
      ['a\tb', undefined, ID.b],
    ]);
  });
});

describe('a tree', () => {
  it('is its files, links and submodules', () => {
    const output = `100644 blob ${ID.a}\tteams/a.yml\n100755 blob ${ID.b}\t"\\303\\251.yml"\n120000 blob ${ID.a}\tlink\n160000 commit ${ID.b}\tsub\n`;
    expect(parseTree(output)).toEqual([
      { path: 'teams/a.yml', kind: 'file', blob: ID.a },
      { path: 'é.yml', kind: 'file', blob: ID.b },
      { path: 'link', kind: 'link', blob: ID.a },
      { path: 'sub', kind: 'submodule', blob: ID.b },
    ]);
    expect(parseTree('')).toEqual([]);
  });
});

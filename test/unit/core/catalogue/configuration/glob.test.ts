/** Globs, judged by picomatch where both promise the same; and that no glob and no text can take for ever. */
import * as fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../../../src/core/catalogue/configuration/glob.ts';

// Where picomatch contradicts itself: `a/**` and `*/**`, `**a` and `**{a,b}`, `*.*` and `*.*/b`.
const ODD = /.\/\*\*$|\*\*[^/]|[^/]\*\*|^(\*\*\/)?\*\.\*$/;

const matches = (glob: string, text: string, dot = false): boolean | undefined =>
  compileGlob(glob, dot)?.matches(text);

describe('a glob', () => {
  it.each([
    ['teams/*.yml', 'teams/a.yml', true],
    ['teams/*.yml', 'teams/x/a.yml', false],
    ['teams/**/*.yml', 'teams/a.yml', true],
    ['teams/**/*.yml', 'teams/x/y/a.yml', true],
    ['teams/**', 'teams/x/y', true],
    ['**/b', 'b', true],
    ['a**b', 'axb', true],
    ['a**b', 'a/b', false],
    ['?.yml', 'a.yml', true],
    ['?.yml', '.yml', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]x', ']x', true],
    ['[]x', '[]x', true],
    ['[a', '[a', true],
    ['[\\]-a]', '^', true],
    ['{a,b{c,d}}', 'bd', true],
    ['{a,b/c}/d', 'b/c/d', true],
    ['{a}', '{a}', true],
    ['{a,b', '{a,b', true],
    ['a(b)+', 'a(b)+', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\{a,b\\}', '{a,b}', true],
    ['*', 'a\nb', true],
    ['a|b', 'a', false],
  ])('%j of %j: %s', (glob, text, expected) => {
    expect(matches(glob, text)).toBe(expected);
  });

  it.each([
    ['*', '.a', false, true],
    ['?a', '.a', false, true],
    ['[.]a', '.a', false, true],
    ['.*', '.a', true, true],
    ['**/a', '.x/a', false, true],
    ['**/.x/**/a', '.x/y/a', true, true],
    ['**/.x/**/a', '.x/.y/a', false, true],
  ])('%j of %j: %s; where dots are like others: %s', (glob, text, without, withDots) => {
    expect([matches(glob, text), matches(glob, text, true)]).toEqual([without, withDots]);
  });

  it('says what picomatch says', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '{a,b}', '{a,b*}', '.', '-');
    const segment = fc.oneof(
      {
        arbitrary: fc
          .array(piece, { minLength: 1, maxLength: 5 })
          .map((all) => all.join(''))
          .filter((text) => !/^\.+$/.test(text)),
        weight: 3,
      },
      { arbitrary: fc.constant('**'), weight: 1 },
    );
    const glob = fc
      .array(segment, { minLength: 1, maxLength: 4 })
      .map((all) => all.join('/'))
      .filter((text) => compileGlob(text, true) !== undefined && !ODD.test(text));
    const name = fc
      .array(fc.constantFrom('a', 'b', '.', '-'), { minLength: 1, maxLength: 5 })
      .map((all) => all.join(''))
      .filter((text) => !/^\.+$/.test(text));
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
    fc.assert(
      fc.property(glob, path, fc.boolean(), (one, text, dot) => {
        const judge = picomatch(one, { dot, noextglob: true, regex: false });
        expect([one, text, dot, matches(one, text, dot)]).toEqual([one, text, dot, judge(text)]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['(a+)+b', 'a'.repeat(100_000)],
    ['*a*a*a*a*a*a*a*b', 'a'.repeat(100_000)],
    ['**/*a*a*a/**/*a*a*a/**/*a*a*a', `${'a'.repeat(30)}/`.repeat(3000)],
    ['*a{a/,a}*{*a,a}{*a,a}a/**/a/b', 'a'.repeat(100_000)],
    ['{?,??}{?,??}{?,??}{?,??}{?,??}{?,??}b', 'a'.repeat(100_000)],
    ['**/a/**/a/**/a/**/b', 'a/'.repeat(50_000)],
  ])('%j comes to an end', (glob, text) => {
    expect(matches(glob, text)).toBe(false);
  });

  it('whose braces stand for too much is none', () => {
    expect(compileGlob('{a,b}'.repeat(40), false)).toBeUndefined();
  });
});

/** Which names look like one though they are two, and in what they differ. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  lookAlikePairs,
  plainSpelling,
  spellingDifference,
} from '../../../../../src/commands/check/rules/spelling.ts';

describe('two names that look like one', () => {
  it.each([
    ['Alice', 'alice', 'upper and lower case'],
    ['alice', 'alice ', 'blanks at the beginning or end'],
    ['alice', '\talice', 'blanks at the beginning or end'],
    ['alice', 'alice\u00a0', 'blanks at the beginning or end'],
    ['alice', 'al\u200bice', 'invisible characters'],
    ['alice', 'alice\ufeff', 'invisible characters'],
    ['alice', 'a\u00adlice', 'invisible characters'],
    ['alice', 'alice\u3164', 'invisible characters'],
    ['alice', 'ａｌｉｃｅ', 'compatibility forms of characters'],
    ['o\u2019ﬁx', 'o\u2019fix', 'compatibility forms of characters'],
    ['a\u00a0b', 'a b', 'compatibility forms of characters'],
    ['Alice', 'alice ', 'blanks at the beginning or end and upper and lower case'],
    ['STRASSE', 'straße', 'upper and lower case'],
    ['ΟΔΟΣ', 'οδος', 'upper and lower case'],
  ])('%j and %j differ in %s', (a, b, difference) => {
    expect(plainSpelling(a)).toBe(plainSpelling(b));
    expect(spellingDifference(a, b)).toBe(difference);
  });

  it.each([
    ['alice', 'alicia'],
    ['a b', 'ab'],
    ['a.b', 'ab'],
    ['e', 'é'],
    ['al\u0456ce', 'alice'],
  ])('are not %j and %j', (a, b) => {
    expect(plainSpelling(a)).not.toBe(plainSpelling(b));
  });

  it('are told by the later one, the same name once', () => {
    const names = ['bob', 'Alice', 'bob', 'alice', 'ALICE', 'carol', 'alice'];
    expect(lookAlikePairs(names, (name) => name)).toEqual([
      { first: 'Alice', second: 'alice' },
      { first: 'Alice', second: 'ALICE' },
    ]);
  });
});

describe('the plain spelling', () => {
  it('of a plain spelling is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(plainSpelling(plainSpelling(name))).toBe(plainSpelling(name));
      }),
    );
  });
});

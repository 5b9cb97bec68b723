/** Which keys are told as likely slips, and which are left alone. */
import { describe, expect, it } from 'vitest';
import { lookAlike } from '../../../../src/core/text/look-alike.ts';

const KNOWN = ['id', 'name', 'nom', 'members', 'membres', 'tags', 'perimeter', 'périmètre', 'previously'];

describe('a key that looks like one that means something', () => {
  it.each([
    ['membre', 'membres'],
    ['member', 'members'],
    ['memebrs', 'members'],
    ['Members', 'members'],
    ['names', 'name'],
    ['tag', 'tags'],
    ['Tags', 'tags'],
    ['périmetre', 'périmètre'],
    ['Perimetre', 'périmètre'],
    ['perimeters', 'perimeter'],
    ['previuosly', 'previously'],
    ['previus-ly', 'previously'],
  ])('%s is taken for %s', (key, known) => {
    expect(lookAlike(key, KNOWN)).toBe(known);
  });
});

describe('any other key', () => {
  it.each([
    'contact',
    'slack',
    'members',
    'game',
    'ids',
    'com',
    'nick',
    'bags',
    'remember',
    'parameter_x',
    '',
  ])('%s is left alone', (key) => {
    expect(lookAlike(key, KNOWN)).toBeUndefined();
  });
});

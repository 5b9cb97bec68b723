/** Globs of `init`: exactly the wanted files, as short as a person would write them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globsOf } from '../../../../src/commands/init/detect/globs-of.ts';
import { createPathMatcher } from '../../../../src/core/catalogue/configuration/path-matcher.ts';

const CASES: readonly (readonly [wanted: string, others: string, globs: string])[] = [
  ['org/teams.yaml', 'org/members.yaml', 'org/teams.yaml'],
  ['a/x.yml a/y.yml', 'b/z.yml', 'a/*.yml'],
  ['a/x.yml a/y.yaml', '', 'a/*.{yaml,yml}'],
  ['a/x.yml a/b/y.yml', 'c.yml', 'a/**/*.yml'],
  ['o/a/team.yml o/b/team.yml', 'o/a/pipeline.yml', 'o/*/team.yml'],
  ['o/a/org.yml o/a/b/team.yml o/c/org.yml', 'o/x.yml', 'o/**/{org.yml,team.yml}'],
  ['a/x.yml a/y.yml a/z.yml', 'a/_t.yml', 'a/*.yml !a/_t.yml'],
  ['x.yml y.yml', 'z.json', '*.yml'],
];

describe('globs for files', () => {
  it.each(CASES)('%s beside %s: %s', (wanted, others, globs) => {
    const paths = wanted.split(' ');
    expect(globsOf(paths, [...paths, ...others.split(' ')]).join(' ')).toBe(globs);
  });

  it('match each wanted file and no other, whatever the names', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'b', 'teams', '{a,b}', '[x]', '!a', 'a*', 'a\\b', 'é'),
      fc.stringMatching(/^[a-c{}[\]!*?,\\]{1,4}$/),
    );
    const path = fc
      .tuple(fc.array(name, { maxLength: 3 }), name, fc.constantFrom('.yml', '.yaml', '.json'))
      .map(([folders, base, ending]) => [...folders, `${base}${ending}`].join('/'));
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
        fc.array(path, { maxLength: 8 }),
        (wanted, all) => {
          const matcher = createPathMatcher(globsOf(wanted, [...wanted, ...all]));
          expect(wanted.filter((one) => !matcher.matches(one))).toEqual([]);
          expect(all.filter((one) => matcher.matches(one) && !wanted.includes(one))).toEqual([]);
        },
      ),
    );
  });
});

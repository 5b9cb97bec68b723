/** Many globs as one: what each of them says, in less time where they are only names. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../../../src/core/catalogue/configuration/glob.ts';
import { compileGlobSets } from '../../../../../src/core/catalogue/configuration/glob-set.ts';

const piece = fc.constantFrom('a', 'b', '.', '*', '/', '{a,b}', '?', '!');
const texts = (pieces: typeof piece) => fc.array(pieces, { maxLength: 5 }).map((all) => all.join(''));
const text = texts(fc.constantFrom('a', 'b', '.', '/', '!'));

describe('a set of globs', () => {
  it('takes what one of them takes', () => {
    fc.assert(
      fc.property(fc.array(texts(piece), { maxLength: 4 }), text, fc.boolean(), (globs, name, dot) => {
        const { included, excluded } = compileGlobSets(globs, dot, (glob) => glob);
        const compiled = (some: readonly string[]) =>
          some.map((one) => compileGlob(one.replace(/^!/, ''), dot));
        const wanted = compiled(globs.filter((one) => !one.startsWith('!')));
        const unwanted = compiled(globs.filter((one) => one.startsWith('!')));
        const folder = name.split('/');
        expect(included.matches(name)).toBe(wanted.some((one) => one?.matches(name)));
        expect(excluded.matches(name)).toBe(unwanted.some((one) => one?.matches(name)));
        expect(included.mayBegin(folder)).toBe(wanted.some((one) => one?.mayBegin(folder)));
      }),
      { numRuns: 2000 },
    );
  });

  it('of a great many names looks each text up', () => {
    const globs = Array.from({ length: 20_000 }, (_, index) => `team-${index}`);
    const { included } = compileGlobSets(globs, true, (glob) => glob);
    const found = globs.filter((_, index) => included.matches(`team-${index * 2}`));
    expect(found).toHaveLength(10_000);
  });
});

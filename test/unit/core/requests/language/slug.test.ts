/** Names that products take: the same for ever, and no two texts share one by accident or by design. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slug } from '../../../../../src/core/requests/language/slug.ts';

describe('a slug', () => {
  // These are names of things at receivers: a change here would make all of them anew.
  it.each([
    ['payments', 'payments'],
    ['a-1', 'a-1'],
    ['Payments Team', 'payments-team-h78fb055b16ca'],
    ['payments--team', 'payments-team-h1ae1f0a5def2'],
    ['-payments', 'payments-h6d72777f819c'],
    ['Équipe Événements', 'equipe-evenements-haceaf2ace44d'],
    ['équipe', 'equipe-h8caf821ef26c'],
    ['a/b', 'a-b-hc14cddc033f6'],
    ['a_b', 'a-b-h648fa9b31bc7'],
    ['日本語', 'h77710aedc74e'],
    ['🙂', 'hd06f1525f791'],
    ['', 'he3b0c44298fc'],
    ['payments-team-h78fb055b16ca', 'payments-team-h78fb055b16ca-h5e05a8e63b6b'],
  ])('of %j is %j', (text, expected) => {
    expect(slug(text)).toBe(expected);
  });

  it('is cut to the length, between words where one ends there', () => {
    expect(slug('a'.repeat(64))).toMatch(/^a{49}-h[0-9a-f]{12}$/);
    expect(slug('a'.repeat(63))).toBe('a'.repeat(63));
    expect(slug('payments and refunds', 23)).toMatch(/^payments-h[0-9a-f]{12}$/);
    expect(slug('payments', 20)).toBe('payments');
  });

  const length = fc.integer({ min: 20, max: 255 });
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('a', 'B', '-', ' ', 'é', '1', 'h', '\u0301'), maxLength: 80 }),
  );

  it('holds nothing but words of a-z and digits with a hyphen between them, and is never too long', () => {
    fc.assert(
      fc.property(text, length, (of, most) => {
        const made = slug(of, most);
        expect(made).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        expect(made.length).toBeLessThanOrEqual(most);
        expect(slug(of, most)).toBe(made);
      }),
      { numRuns: 2000 },
    );
  });

  it('differs for texts that differ, also for one that is made to look like the slug of another', () => {
    fc.assert(
      fc.property(text, text, length, (a, b, most) => {
        fc.pre(a !== b);
        expect(slug(a, most)).not.toBe(slug(b, most));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(text, length, (of, most) => {
        const made = slug(of, most);
        fc.pre(made !== of);
        expect(slug(made, most)).not.toBe(made);
      }),
      { numRuns: 2000 },
    );
  });
});

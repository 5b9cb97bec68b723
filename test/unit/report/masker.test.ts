/** Secrets never appear in what leaves the program, in raw or encoded form (contract §9). */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/report/masker.ts';

const SECRET = 'p&ss/w"rd é+1 =';

/** `text` with these values hidden. */
function masked(text: string, ...values: string[]): string {
  const masker = createMasker();
  masker.hide(values);
  return masker.mask(text);
}

describe('a hidden value is masked', () => {
  const base64 = Buffer.from(SECRET).toString('base64');

  it.each([
    ['raw', SECRET],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['as in the query of a url', new URLSearchParams({ x: SECRET }).toString().slice(2)],
    ['escaped as in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in base64', base64],
    ['in base64 without padding', base64.replace(/=+$/, '')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
  ])('%s', (_, form) => {
    expect(masked(`before ${form} after ${form}`, SECRET)).toBe('before *** after ***');
  });

  it('in a url that carries it', () => {
    const url = new URL('https://example.com/');
    url.searchParams.set('token', SECRET);
    expect(masked(url.href, SECRET)).toBe('https://example.com/?token=***');
  });

  it('also where it holds another one, or is part of one', () => {
    expect(masked('a token-long, a token', 'token', 'token-long')).toBe('a ***, a ***');
    expect(masked('a token-long, a token', 'token-long', 'token')).toBe('a ***, a ***');
  });

  it('as it stands, not as a pattern', () => {
    expect(masked('a.c.e abcde $&', 'a.c.e')).toBe('*** abcde $&');
    expect(masked('x $& y', '$& y')).toBe('x ***');
  });

  it('with others that are hidden later', () => {
    const masker = createMasker();
    masker.hide(['first']);
    masker.hide(['second']);
    expect(masker.mask('first second third')).toBe('*** *** third');
  });

  it('wherever it stands, in each of its forms', () => {
    const forms = fc.constantFrom(
      (value: string) => value,
      encodeURIComponent,
      (value: string) => JSON.stringify(value),
      (value: string) => Buffer.from(value).toString('base64'),
    );
    const text = fc.string({ unit: 'grapheme', maxLength: 10 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 8 }),
        text,
        text,
        forms,
        (value, before, after, form) => {
          const hidden = form(value).replace(/^"|"$/g, '');
          fc.pre(!`${before}${after}`.includes(hidden));
          expect(masked(before + form(value) + after, value)).not.toContain(hidden);
        },
      ),
    );
  });
});

describe('what is not masked', () => {
  it('is everything else', () => {
    expect(masked('nothing to hide', 'secret')).toBe('nothing to hide');
    expect(createMasker().mask('nothing to hide')).toBe('nothing to hide');
  });

  it('is a value so short that ordinary words hold it', () => {
    expect(masked('a team of 3', '3', 'a', '')).toBe('a team of 3');
  });
});

// src/secret-forms.ts: encodeURIComponent throws for half of a surrogate pair (as JSON may hold one).
it('a value that is no well-formed text is hidden too', () => {
  expect(masked('a broken\ud800value', 'broken\ud800value')).toBe('a ***');
});

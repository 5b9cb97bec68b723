/** Secrets never appear in what leaves the program, in raw or encoded form. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../../src/adapters/process/secrets/redactor.ts';
import { secretForms } from '../../../../../src/adapters/process/secrets/secret-forms.ts';

const SECRET = 'p&ss/w"rd é+1 =';

/** Every place of every form, one after the other: what the redactor does at once. */
function maskedNaively(text: string, values: readonly string[]): string {
  const forms = values
    .filter(({ length }) => length >= 4)
    .flatMap(secretForms)
    .filter(({ length }) => length >= 4);
  const found: [start: number, end: number][] = [];
  for (const form of forms)
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
      found.push([at, at + form.length]);
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let result = '';
  let from = 0;
  for (let index = 0; index < found.length;) {
    const [start = 0] = found[index] ?? [];
    let end = start + 1;
    for (; index < found.length && (found[index]?.[0] ?? 0) < end; index++)
      end = Math.max(end, found[index]?.[1] ?? 0);
    result += `${text.slice(from, start)}***`;
    from = end;
  }
  return result + text.slice(from);
}

/** `text` with these values hidden. */
function masked(text: string, ...values: string[]): string {
  const redactor = createRedactor();
  redactor.add(values);
  return redactor.redact(text);
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
    [
      'URL-encoded with small letters',
      encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ['in a path', new URL(`https://a.example/${SECRET}`).pathname.slice(1)],
    ['in a query as it is', new URL(`https://a.example/?${SECRET}`).search.slice(1)],
    ['escaped as in JSON of PHP', JSON.stringify(SECRET).slice(1, -1).replaceAll('/', '\\/')],
    ['escaped as in JSON of Python', JSON.stringify(SECRET).slice(1, -1).replace('é', '\\u00e9')],
    ['escaped as in JSON of Go', JSON.stringify(SECRET).slice(1, -1).replace('&', '\\u0026')],
    ['escaped as in HTML', 'p&amp;ss/w&quot;rd é+1 ='],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in HEX', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['wrapped over lines', 'p&ss\n  /w"r\r\n\td é+1 ='],
    ['in base64 wrapped over lines', base64.replace(/.{7}/g, '$&\n')],
  ])('%s', (_, form) => {
    expect(masked(`before ${form} after ${form}`, SECRET)).toBe('before *** after ***');
  });

  it.each([['&amp;a&lt;b&gt;c&quot;d&#39;e'], ['&amp;a&lt;b&gt;c&quot;d&#x27;e']])(
    'escaped as in HTML, with its quotes in either way: %s',
    (form) => {
      expect(masked(`<p>${form}</p>`, `&a<b>c"d'e`)).toBe('<p>***</p>');
    },
  );

  it('in a url that carries it', () => {
    const url = new URL('https://example.com/');
    url.searchParams.set('token', SECRET);
    expect(masked(url.href, SECRET)).toBe('https://example.com/?token=***');
  });

  it.each(['x', 'xy', 'xyz', 'user'])('in the middle of base64 that begins with %s', (before) => {
    for (const after of ['', '!', '!!', '!!!']) {
      const told = masked(Buffer.from(`${before}:${SECRET}${after}`).toString('base64'), SECRET);
      expect(told).toContain('***');
      expect(Buffer.from(told.replace('***', ' '), 'base64').toString()).not.toMatch(/p&s|ss\/|w"rd|\+1/);
    }
  });

  it('that is a secret by what it holds: credentials of a header, a signing key, a password, a line of a key', () => {
    const pair = Buffer.from('robot:sesame-open').toString('base64');
    const key = '-----BEGIN KEY-----\nbGluZSBvbmUgb2YgdGhl\nbGluZSB0d28gb2YgdGhl\n-----END KEY-----';
    expect(masked('abcd1234', 'Bearer abcd1234')).toBe('***');
    expect(masked('abcd1234', 'token abcd1234')).toBe('***');
    expect(masked('c2VjcmV0', 'whsec_c2VjcmV0')).toBe('***');
    expect(masked(`${pair}, sesame-open`, `Basic ${pair}`)).toBe('***, ***');
    expect(masked('-----BEGIN KEY-----, bGluZSB0d28gb2YgdGhl', key)).toBe('-----BEGIN KEY-----, ***');
  });

  it('in one go, however many there are, and whatever the text begins with', () => {
    const redactor = createRedactor();
    redactor.add(Array.from({ length: 10_000 }, (_, index) => `token-${index}-of-a-client`));
    const hostile = `${'token-'.repeat(10_000)}${' '.repeat(60_000)}\n${'\n \t'.repeat(20_000)}`;
    expect(redactor.redact(hostile)).toBe(hostile);
    expect(redactor.redact(`${hostile}token-77-of-a-client`)).toBe(`${hostile}***`);
  });

  it('exactly where one of its forms stands, however the forms of several overlap', () => {
    const few = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '"', 'é', '='),
      minLength: 3,
      maxLength: 7,
    });
    fc.assert(
      fc.property(fc.array(few, { maxLength: 6 }), fc.array(few, { maxLength: 30 }), (values, pieces) => {
        const text = pieces
          .map((piece, index) => (index % 3 === 0 ? encodeURIComponent(piece) : piece))
          .join('');
        expect(masked(text, ...values)).toBe(maskedNaively(text, values));
        expect(createRedactor().redact(text, values)).toBe(maskedNaively(text, values));
      }),
    );
  });

  // An answer of 64 KiB with 400 literals of the client that is told of it took half a minute.
  it('in no time to speak of, however alike the values and the text are', () => {
    const values = Array.from({ length: 400 }, (_, index) => `aaaa${'b'.repeat(10 + index * 3)}`);
    const text = 'a'.repeat(65_536);
    expect(createRedactor().redact(text, values)).toBe(text);
    expect(createRedactor().redact(text, [...values, 'a'.repeat(5000)])).toBe('***');
    expect(masked(text, ...values)).toBe(text);
  });

  it('in any case of its letters, where it is a host', () => {
    const redactor = createRedactor();
    redactor.add([], ['SecretToken', 'my.host.example']);
    expect(redactor.redact('getaddrinfo ENOTFOUND secrettoken.example, SECRETTOKEN, sEcretToken')).toBe(
      'getaddrinfo ENOTFOUND ***.example, ***, ***',
    );
    expect(redactor.redact('İSecretTokenİ My.Host.Example')).toBe('İ***İ ***');
  });

  it('in one text only, where it is that text’s own', () => {
    const redactor = createRedactor();
    redactor.add(['everybody']);
    expect(redactor.redact('the victim of everybody', ['victim'])).toBe('the *** of ***');
    expect(redactor.redact('the victim of everybody')).toBe('the victim of ***');
    // one that begins in a secret and ends in an own value is one piece
    expect(redactor.redact('xxeverybodyyy', ['bodyyy'])).toBe('xx***');
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
    const redactor = createRedactor();
    redactor.add(['first']);
    redactor.add(['second']);
    expect(redactor.redact('first second third')).toBe('*** *** third');
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
    expect(createRedactor().redact('nothing to hide')).toBe('nothing to hide');
  });

  it('is a value so short that ordinary words hold it', () => {
    expect(masked('a team of 3', '3', 'a', '')).toBe('a team of 3');
  });
});

// src/adapters/process/secrets/secret-forms.ts: encodeURIComponent throws for half of a surrogate pair (as JSON may hold one).
it('a value that is no well-formed text is hidden too', () => {
  expect(masked('a broken\ud800value', 'broken\ud800value')).toBe('a ***');
});

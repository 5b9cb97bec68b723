/** A source is a URI-reference: judged by the format of JSON Schema, by tables, and by what is encoded. */
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodedPath, URI_REFERENCE } from '../../../../../src/core/catalogue/configuration/uri-reference.ts';

const ajv = new Ajv.default();
addFormats.default(ajv);
const judge = ajv.compile({ type: 'string', format: 'uri-reference', minLength: 1 });

const pieces = fc.constantFrom(
  'https',
  ':',
  '//',
  '/',
  'a',
  'b.c',
  '@',
  '[::1]',
  '[',
  ']',
  '?',
  '#',
  '%20',
  '%zz',
  '%',
  ' ',
  'é',
  '{x}',
  '"',
  '<',
  '1',
  '+',
  '~',
  "'",
  '\n',
  '|',
);

describe('a URI-reference', () => {
  it('holds nothing that the format of JSON Schema refuses', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect([text, URI_REFERENCE.test(text) && !judge(text)]).toEqual([text, false]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    'https://gitlab.example.com/tmj/equipes',
    'https://[2001:db8::7]:8443/x?y=1&z=[]'.replace('[]', '%5B%5D'),
    'urn:git:8c1f',
    'urn:example:teams#x',
    '/teams',
    '//host/teams',
    'teams/of:ours',
    'mailto:teams@example.com',
    '#x',
    '?x',
  ])('%s', (text) => {
    expect(URI_REFERENCE.test(text)).toBe(true);
    expect(judge(text)).toBe(true);
  });

  it.each([
    '',
    '{team}',
    '%zz',
    'http://[bad',
    'a b',
    'équipes',
    '1:x',
    'x#a#b',
    'http://a/[x]',
    'a\nb',
    'ab\u0000',
  ])('is not %j', (text) => expect(URI_REFERENCE.test(text)).toBe(false));

  it('is made of any path by encoding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        expect(URI_REFERENCE.test(`https://host/${encodedPath(path)}`)).toBe(true);
      }),
    );
  });
});

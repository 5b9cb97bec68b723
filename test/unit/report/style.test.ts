/** Colours: the flag wins over NO_COLOR, NO_COLOR over FORCE_COLOR; and text that cannot steer a terminal (contract §8). */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStyle, printable, type ColorChoice } from '../../../src/report/style.ts';

const FORCED = { FORCE_COLOR: '1' };
const REFUSED = { NO_COLOR: '1' };

describe('colours', () => {
  it.each([
    ['always', {}, true],
    ['always', REFUSED, true],
    ['always', { ...REFUSED, FORCE_COLOR: '0' }, true],
    ['always', { TERM: 'dumb' }, true],
    ['never', {}, false],
    ['never', FORCED, false],
    ['auto', {}, false],
    ['auto', FORCED, true],
    ['auto', { FORCE_COLOR: '3' }, true],
    ['auto', { FORCE_COLOR: '' }, true],
    ['auto', { FORCE_COLOR: '0' }, false],
    ['auto', { FORCE_COLOR: 'false' }, false],
    ['auto', REFUSED, false],
    ['auto', { ...REFUSED, ...FORCED }, false],
    ['auto', { NO_COLOR: '', ...FORCED }, true],
    ['auto', { TERM: 'dumb', ...FORCED }, true],
  ] as [ColorChoice, NodeJS.ProcessEnv, boolean][])(
    'with --color %s and %j, where no terminal is: %s',
    (choice, environment, expected) => {
      for (const stream of ['stdout', 'stderr'] as const) {
        expect(createStyle(choice, environment, stream, false).red('x') !== 'x').toBe(expected);
      }
    },
  );

  it.each([
    ['never', {}],
    ['auto', REFUSED],
    ['auto', { FORCE_COLOR: '0' }],
    ['auto', { TERM: 'dumb' }],
  ] as [ColorChoice, NodeJS.ProcessEnv][])(
    'with --color %s and %j there are none on a terminal either',
    (choice, environment) => {
      expect(createStyle(choice, environment, 'stdout', true).red('x')).toBe('x');
    },
  );
});

describe('text for a terminal', () => {
  it.each([
    ['plain text, é, 👥', 'plain text, é, 👥'],
    ['\x1b[31mred', '\\u001b[31mred'],
    ['two\nlines\r', 'two\\nlines\\r'],
    ['tab\t', 'tab\\t'],
    ['\0', '\\u0000'],
    ['\x7f\x9b', '\\u007f\\u009b'],
    ['\u202eright to left', '\\u202eright to left'],
    ['\u2066\u2069', '\\u2066\\u2069'],
    ['\u2028', '\\u2028'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('has no control character left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

/** Colours: the flag wins over NO_COLOR, NO_COLOR over FORCE_COLOR; and text that cannot steer a terminal. */
import { describe, expect, it } from 'vitest';
import { createStyle, type ColorChoice } from '../../../../../src/adapters/process/terminal/style.ts';

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

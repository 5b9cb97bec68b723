/* eslint-disable unicorn/no-thenable -- `then` is a word of the language */
/** Values that break what is glued together, and templates that are right, wrong and far too large. */
import * as fc from 'fast-check';

/** As many as `REQUEST_RUNS` says, for a long run by hand; few of them in every run of the tests. */
export const requestRuns = (few: number): number => Number(process.env['REQUEST_RUNS'] ?? few);

const SHARP = [
  '"',
  "'",
  '\\',
  '{',
  '}',
  '{a: 1}',
  '${x}',
  '${TOKEN}',
  '$${',
  '{{x}}',
  '\n',
  '\r\n',
  '\u2028',
  '\u0000',
  '<!channel>',
  '@everyone',
  '😀',
  '𐀀',
  '\u202e',
  'שלום',
  '/',
  '..',
  '.',
  '%2e',
  '%2F',
  '?',
  '#',
  '&',
  '=',
  ' ',
  ';',
  '@',
  ':',
  '__proto__',
  '","x":1,"',
  '"}]}',
];

/** A name or value as people, or people of ill will, may write it. */
export const sharpText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...SHARP), fc.string({ unit: 'grapheme', maxLength: 6 })), {
        maxLength: 8,
      })
      .map((parts) => parts.join('')),
  },
  { weight: 4, arbitrary: fc.constantFrom(...SHARP) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...SHARP).map((part) => part.repeat(Math.ceil(10_000 / part.length))),
  },
);

const root = fc.constantFrom(
  'team',
  'added',
  'removed',
  'changes',
  'before',
  'commit',
  'file',
  'snapshot',
  'type',
  'each',
  'm',
  'n',
  'x',
);
const step = fc.constantFrom(
  '.id',
  '.name',
  '.members',
  '.tags',
  '.attributes',
  '.x',
  '.roles',
  '[0]',
  '[7]',
  '["a b"]',
  '.author.name',
);
const path = fc
  .tuple(root, fc.array(step, { maxLength: 3 }), fc.boolean())
  .map(([name, steps, optional]) => `${name}${steps.join('')}${optional ? '?' : ''}`);
const expression = fc.oneof(
  { weight: 6, arbitrary: path },
  { weight: 1, arbitrary: fc.constantFrom('team.members', 'team.name', 'team.id', 'commit.title') },
  { weight: 1, arbitrary: path.map((one) => `slug(${one}, 40)`) },
  { weight: 1, arbitrary: path.map((one) => `len(${one})`) },
  { weight: 1, arbitrary: path.map((one) => `join(${one}, ", ")`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'range(0, 1000000000)',
      'a + b',
      'f(x)',
      'now',
      '1',
      '"x"',
      'a[',
      '!',
      'len(len(team.id))',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const condition = fc.oneof(
  expression,
  fc
    .tuple(expression, fc.constantFrom(' == ', ' != ', ' in ', ' && ', ' < '), expression)
    .map((parts) => parts.join('')),
  expression.map((one) => `!${one}`),
);
const text = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 8 }),
      expression.map((one) => `\${${one}}`),
      fc.constantFrom('${TOKEN}', '{x}', '$${', 'x'.repeat(2000)),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));

/** A body as somebody may write it: most are wrong somewhere, some multiply lists. */
export const anyBody: fc.Arbitrary<unknown> = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom<unknown>(null, true, 0, 1.5, 'none'),
    expression.map((one) => ({ $eval: one })),
    fc.array(tie('body'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom('a', 'b', '$$a', '$eval', '__proto__', 'x${team.id}', '$range'),
        fc.string({ maxLength: 4 }),
      ),
      tie('body'),
      { maxKeys: 4 },
    ),
    fc.record({ $if: condition, then: tie('body'), else: tie('body') }, { requiredKeys: ['$if'] }),
    fc
      .tuple(
        fc.oneof(fc.constantFrom('team.members', 'team.tags', 'changes', 'm.roles', 'm'), path),
        fc.constantFrom('m', 'n', 'X', 'team'),
        tie('body'),
      )
      .map(([list, name, each]) => ({ $map: { $eval: list }, [`each(${name})`]: each })),
  ),
})).body;

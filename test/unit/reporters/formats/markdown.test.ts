/** Markdown for comments: within its bound, and what came from outside stays text. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  code,
  codeBlock,
  markdown,
  MAX_CHARACTERS,
  table,
} from '../../../../src/reporters/formats/markdown.ts';

describe('code', () => {
  it.each([
    ['groups', '`groups`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['a|b', '`a\\|b`'],
    ['@everyone <img src=x>', '`@everyone <img src=x>`'],
    ['two\nlines', '`two\\nlines`'],
    ['', '(blank)'],
    ['  ', '(blank)'],
  ])('shows %j as %j', (text, shown) => {
    expect(code(text)).toBe(shown);
  });

  it('is never ended by what it holds, and stays in one cell of a table', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '|', 'a', ' ', '\n', '\\', '<') }), (text) => {
        const shown = code(text);
        const fence = /^`*/.exec(shown)?.[0] ?? '';
        const inside = shown.slice(fence.length, shown.length - fence.length);
        expect(shown.endsWith(fence)).toBe(true);
        expect([...inside.matchAll(/`+/g)].map(([run]) => run.length)).not.toContain(fence.length || -1);
        expect(inside).not.toMatch(/\n|(?<!\\)\|/);
      }),
    );
  });
});

it('a block of code is ended by nothing that it holds', () => {
  expect(codeBlock(['a', '````', '```'])).toBe('`````text\na\n````\n```\n`````');
});

it('a table has a row for each, and figures on the right', () => {
  expect(table(['client', 'all'], [['`a`', '1']], [1])).toBe('| client | all |\n| --- | ---: |\n| `a` | 1 |');
});

describe('the whole', () => {
  it('has its parts in order, the folded ones with their lines', () => {
    expect(markdown(['first', { summary: 'More', lines: ['a', 'b'] }, 'last'])).toBe(
      'first\n\n<details><summary>More</summary>\n\n```text\na\nb\n```\n\n</details>\n\nlast\n',
    );
  });

  it('is never longer than a comment may be, begins with its first part, and says what it leaves out', () => {
    const line = fc.string({ minLength: 0, maxLength: 2000 });
    fc.assert(
      fc.property(
        fc.array(fc.array(line, { maxLength: 60 }), { maxLength: 4 }),
        fc.nat(60_000),
        (parts, size) => {
          const folded = parts.map((lines) => ({ summary: 'part', lines }));
          const text = markdown(['verdict', ...folded, 'x'.repeat(size)]);
          expect(text.length).toBeLessThanOrEqual(MAX_CHARACTERS);
          expect(text.startsWith('verdict\n')).toBe(true);
          const shown =
            text.split('<details>').length - 1 + Number(size > 0 && text.includes('x'.repeat(size)));
          const left = /(\d+) more parts? ha(?:s|ve) no room here/.exec(text)?.[1] ?? '0';
          expect(shown + Number(left)).toBeGreaterThanOrEqual(parts.length);
        },
      ),
      { numRuns: 30 },
    );
    const long = markdown([
      'verdict',
      { summary: 'Events', lines: Array<string>(5000).fill('e'.repeat(50)) },
      'end',
    ]);
    expect(long).toMatch(/… and \d+ more lines\n\n<\/details>\n\nend\n$/);
  });
});

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
    const line = fc.oneof(
      fc.string({ maxLength: 2000 }),
      fc.nat(2000).map((count) => '`'.repeat(count)),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(line, { maxLength: 60 }), { maxLength: 4 }),
        fc.nat(60_000),
        (parts, size) => {
          const folded = parts.map((lines, index) => ({ summary: `part ${index}`, lines }));
          const text = markdown(['verdict', ...folded, 'x'.repeat(size)]);
          expect(text.length).toBeLessThanOrEqual(MAX_CHARACTERS);
          expect(text.startsWith('verdict\n')).toBe(true);
          const [, left = ''] = /No room here for: (.*)\.\n$/.exec(text) ?? [];
          const gone = left.split('; ').filter((name) => name.startsWith('part '));
          expect(text.split('<details>').length - 1 + gone.length).toBe(parts.length);
          expect(text.includes('x'.repeat(size)) || left.endsWith('a part of the text')).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('cuts after a line, says how many more there are, and leaves room for the parts after it', () => {
    const events = Array.from({ length: 5000 }, (_, index) => `event ${index} ${'e'.repeat(40)}`);
    const warnings = Array<string>(1000).fill('a warning');
    const text = markdown([
      'verdict',
      { summary: 'Events', lines: events },
      { summary: 'Warnings', lines: warnings },
      'end',
    ]);
    const [, last = '', left = ''] =
      /\nevent (\d+) e{40}\n```\n\n… and (\d+) more lines\n\n<\/details>/.exec(text) ?? [];
    expect(Number(last) + 1 + Number(left)).toBe(events.length);
    expect(text).toMatch(/a warning\n```\n\n… and \d+ more lines\n\n<\/details>\n\nend\n$/);
    expect(text.length).toBeGreaterThan(MAX_CHARACTERS * 0.95);
  });

  it('shows the beginning of a line that is too long for a comment', () => {
    expect(markdown([codeBlock(['y'.repeat(70_000)])])).toMatch(/^```text\ny{999}…\n```\n$/);
  });
});

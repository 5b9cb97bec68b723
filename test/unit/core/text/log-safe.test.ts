import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSafe, printable } from '../../../../src/core/text/log-safe.ts';
import { commandsIn } from '../../../support/ci-commands.ts';

describe('text for a log', () => {
  it.each([
    ['a control of C0', 'a\u001b]0;owned\u0007\r\tb', 'a\\u001b]0;owned\\u0007\\r\\tb'],
    ['DEL, a control of C1', '\u007f\u0085\u009b', '\\u007f\\u0085\\u009b'],
    ['line ends of Unicode', '\u2028\u2029', '\\u2028\\u2029'],
    ['the direction of text', '\u061c\u200f\u202e\u2066', '\\u061c\\u200f\\u202e\\u2066'],
    ['a command of GitHub', '::set-output name=a::b\n', '\\u003a:set-output name=a::b\n'],
    ['the same after blanks', 'a\n \u00a0::add-mask::e', 'a\n \u00a0\\u003a:add-mask::e'],
    ['the same after a colour', '\u001b[31m::error::e', '\\u001b[31m::error::e'],
    ['its older form, anywhere', 'a ##[add-mask]e ###[', 'a \\u0023#[add-mask]e #\\u0023#['],
    ['of Azure Pipelines', 'a ##vso[task.complete]', 'a \\u0023#vso[task.complete]'],
    ['of TeamCity', "a ##teamcity[x 'y']", "a \\u0023#teamcity[x 'y']"],
    ['a section of GitLab', 'section_start:1:a\r\u001b[0Kb', 'section_start:1:a\\r\\u001b[0Kb'],
    [
      'groups of Buildkite',
      '--- a\n+++ b\n~~~ c\n^^^ +++\n',
      '\\u002d-- a\n\\u002b++ b\n\\u007e~~ c\n\\u005e^^ +++\n',
    ],
  ])('%s is shown as an escape', (_name, text, shown) => {
    expect(logSafe(text)).toBe(shown);
  });

  it.each([
    'plain text, é, 👥, 👩‍👩‍👧, אב\n',
    '  tags  + critical\n  a::b --- c\n-- \n----\n# [link](x) ## title [x]\n',
    '::',
    JSON.stringify({ a: ['é', '\u001b', '\n', '"'] }, null, 2),
  ])('%j stays as it is', (text) => {
    expect(logSafe(text.replace(/^::$/, 'a ::'))).toBe(text.replace(/^::$/, 'a ::'));
  });

  it('keeps the colours of the program where it is told to, and no others', () => {
    const text = '\u001b[31m\u001b[1ma\u001b[22m\u001b[39m\u001b[8m\u001b[0m\u001b[2J';
    expect(logSafe(text, true)).toBe(
      '\u001b[31m\u001b[1ma\u001b[22m\u001b[39m\\u001b[8m\\u001b[0m\\u001b[2J',
    );
    expect(logSafe('\u001b[31m ::error::e', true)).toBe('\u001b[31m \\u003a:error::e');
    expect(logSafe('\u001b[31m--- e', true)).toBe('\u001b[31m\\u002d-- e');
  });
});

describe('whatever comes from outside', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '#',
          '##[',
          'vso[',
          ']',
          ':',
          '::',
          '-',
          '+',
          '~',
          '^',
          ' ',
          '\n',
          '\r',
          '\u001b[',
          '0K',
          'm',
          'a',
          '\\',
          '"',
          '\u2028',
        ),
      )
      .map((pieces) => pieces.join('')),
  );

  it('holds no command and no control character afterwards, and is not changed a second time', () => {
    fc.assert(
      fc.property(nasty, fc.boolean(), (text, keepColors) => {
        const safe = logSafe(text, keepColors);
        expect(commandsIn(safe.replace(keepColors ? /\u001b\[[\d;]+m/g : '', ''))).toEqual([]);
        expect(logSafe(safe, keepColors)).toBe(safe);
      }),
    );
  });

  it('is JSON that says the same where it was JSON, in lines or in one', () => {
    fc.assert(
      fc.property(fc.dictionary(nasty, fc.array(nasty)), fc.constantFrom(0, 2), (value, indent) => {
        expect(JSON.parse(logSafe(JSON.stringify(value, null, indent)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it('is one line as a part of a line', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/u);
      }),
    );
    expect(printable('two\nlines\r\0')).toBe('two\\nlines\\r\\u0000');
  });
});

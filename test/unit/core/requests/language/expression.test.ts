/** What an expression may say, and what is said of one that says more. */
import { describe, expect, it } from 'vitest';
import { expressionText, parseExpression } from '../../../../../src/core/requests/language/expression.ts';

function read(text: string, place: 'value' | 'condition' = 'condition'): string {
  const parsed = parseExpression(text, place);
  return parsed.ok ? expressionText(parsed.value.expression) : `! ${parsed.wrong}`;
}

describe('an expression', () => {
  it.each([
    ['team', 'team'],
    [' team . name ', 'team.name'],
    ['team.attributes.site?', 'team.attributes.site?'],
    ['team.attributes["a b"].c?', 'team.attributes["a b"].c?'],
    ["a['x'][0].y[12]", 'a["x"][0].y[12]'],
    ['slug(team.id, 40)', 'slug(team.id, 40)'],
    ['lowercase(join(team.tags, ", "))', "lowercase(join(team.tags, ', '))"],
    ['!!a', '!!a'],
    ['a==-1.5', 'a == -1.5'],
    ["'}' in a", "'}' in a"],
    ['!a != true', '!a != true'],
    ['input in nullable', 'input in nullable'],
    ['"it\'s"', '"it\'s"'],
  ])('%s is read as %s', (text, expected) => expect(read(text)).toBe(expected));

  const FUNCTIONS = 'slug, lowercase, len, join';
  const ALLOWED = `allowed are a path, its ?, and the functions ${FUNCTIONS}`;
  it.each([
    ['', 'an expression ends too early'],
    ['a.', 'an expression ends too early'],
    ['a + b', `"+" cannot stand here; ${ALLOWED}`],
    ['a && b', `"&&" cannot stand here; ${ALLOWED}`],
    ['a < 1', `"<" cannot stand here; ${ALLOWED}`],
    ['a == b == c', `"==" cannot stand here; ${ALLOWED}`],
    ['(a)', `"(" cannot stand here; ${ALLOWED}`],
    ['[1]', `"[" cannot stand here; ${ALLOWED}`],
    ['{a: 1}', `"{" cannot stand here; ${ALLOWED}`],
    ['a b', `"b" cannot stand here; ${ALLOWED}`],
    ['in', `"in" cannot stand here; ${ALLOWED}`],
    ['a..b', `"." cannot stand here; ${ALLOWED}`],
    ['a??', `"?" cannot stand here; ${ALLOWED}`],
    ['a[-1]', 'in brackets stands an index such as [0], or a key such as ["a b"]'],
    ['a[b]', 'in brackets stands an index such as [0], or a key such as ["a b"]'],
    ['a[1:2]', `":" cannot stand here; ${ALLOWED}`],
    ['range(1, 1000000000)', `there is no function range; there are ${FUNCTIONS}`],
    ['constructor()', `there is no function constructor; there are ${FUNCTIONS}`],
    ['slug()', 'slug takes 1 or 2 of values'],
    ['len(a, b)', 'len takes 1 of values'],
    [`${'len('.repeat(9)}a${')'.repeat(9)}`, 'an expression is nested more than 8 deep'],
    [`${'!'.repeat(9)}a`, 'there are too many ! in a row'],
    [`a${'.b'.repeat(600)}`, 'an expression is longer than 1000 characters'],
  ])('%s is a problem', (text, wrong) => {
    expect(read(text)).toBe(`! ${wrong.replace(ALLOWED, `${ALLOWED}, with ==, !=, in and !`)}`);
  });

  it.each(['a == b', '!a', "'x' in a"])('%s is a condition, and no value', (text) => {
    expect(read(text, 'value')).toMatch(/cannot stand here/);
  });

  it('in a text ends at its brace, not at one in quotes', () => {
    const text = 'x ${join(a, "}")} y';
    const parsed = parseExpression(text, 'text', 4);
    expect(parsed.ok && text.slice(parsed.value.end)).toBe('} y');
  });
});

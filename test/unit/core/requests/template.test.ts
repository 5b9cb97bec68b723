/** Variables in the clients file, and the environment variables behind them, which no two clients share. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  environmentName,
  fill,
  parseTemplate,
  strayBraces,
  variablesOf,
} from '../../../../src/core/requests/template.ts';

const VALUES: Readonly<Record<string, string>> = { TOKEN: 's3cret', A_B: '${TOKEN}' };

/** The text with the values above, and the names of its variables. */
function read(text: string): { readonly text: string; readonly variables: readonly string[] } {
  const template = parseTemplate(text, 1);
  if (!template.ok) throw new Error(template.wrong);
  return { text: fill(template.value, (name) => VALUES[name]), variables: variablesOf(template.value) };
}

describe('a template', () => {
  it.each([
    ['plain text', 'plain text', []],
    ['', '', []],
    ['${TOKEN}', 's3cret', ['TOKEN']],
    ['Bearer ${TOKEN}!', 'Bearer s3cret!', ['TOKEN']],
    ['${TOKEN}${TOKEN}', 's3crets3cret', ['TOKEN', 'TOKEN']],
    ['$${TOKEN}', '${TOKEN}', []],
    ['$${${TOKEN}}', '${s3cret}', ['TOKEN']],
    ['$TOKEN and $5 and $', '$TOKEN and $5 and $', []],
    ['$$', '$$', []],
    ['a } b', 'a } b', []],
  ])('%j is %j', (written, text, variables) => {
    expect(read(written)).toEqual({ text, variables });
  });

  it('is filled once: what a value looks like makes no variable', () => {
    expect(read('${A_B}').text).toBe('${TOKEN}');
  });

  it('without a value for a variable is empty there', () => {
    expect(read('<${MISSING}>').text).toBe('<>');
  });

  it.each(['${', 'x ${TOKEN', '${TOKEN ${'])('that is not closed is a problem: %j', (text) => {
    expect(parseTemplate(text, 1)).toEqual({
      ok: false,
      wrong: expect.stringMatching(/not closed|no variable name/) as string,
    });
  });

  it.each([
    '${}',
    '${token}',
    '${9A}',
    '${_A}',
    '${A-B}',
    '${A B}',
    '${A:-x}',
    '${TOKEN_FILE}',
    '${É}',
    '${A\n}',
  ])('%j is no variable', (text) => {
    expect(parseTemplate(text, 1)).toEqual({
      ok: false,
      wrong: expect.stringMatching(/is not a variable name/) as string,
    });
  });

  it('says what it is made of, whatever stands around it', () => {
    const literal = fc.string().map((text) => text.replaceAll('${', ''));
    fc.assert(
      fc.property(literal, literal, (before, after) => {
        fc.pre(!before.endsWith('$'));
        expect(read(`${before}\${TOKEN}${after}`).text).toBe(`${before}s3cret${after}`);
        expect(read(`${before}$\${TOKEN}${after}`).text).toBe(`${before}\${TOKEN}${after}`);
      }),
    );
  });
});

describe('braces that make no variable', () => {
  const wrongIn = (text: string, isUrl: boolean): string | undefined => {
    const template = parseTemplate(text, 1);
    return template.ok ? strayBraces(template.value, isUrl) : template.wrong;
  };

  it.each([
    ['https://a.example/teams/{subject}', '{subject}'],
    ['https://a.example/{{team.id}}/x', '{{team.id}}'],
    ['https://a.example/?q={"a":1}', '{"a":1}'],
    ['https://a.example/a}b', '}'],
    ['https://a.example/a{b', '{b'],
    ['https://a.example/{}', '{}'],
    ['https://a.example/{${A}}', '{'],
    [`https://a.example/{${'x'.repeat(100)}}`, `{${'x'.repeat(38)}…`],
  ])('are a problem in a url: %s', (text, found) => {
    expect(wrongIn(text, true)).toBe(
      `${found.replace('{…', '{')} is not a variable, and is not sent: a variable is written \${NAME}, a brace itself %7B or %7D`,
    );
  });

  it.each([
    'https://a.example/${A}/b',
    '${A}',
    'https://a.example/$${subject}',
    'https://a.example/%7Bx%7D',
    'https://a/$x',
  ])('are none in the url %s', (text) => expect(wrongIn(text, true)).toBeUndefined());

  it.each([
    ['{subject}', '{subject}'],
    ['Team {{ team.id }} has changed', '{{ team.id }}'],
    ['Bearer {TOKEN}', '{TOKEN}'],
  ])('are a problem elsewhere where they look like a variable: %s', (text, found) => {
    expect(wrongIn(text, false)).toMatch(`${found} is not a variable, and is not sent`);
  });

  it.each(['{"a":1}', '{}', '{app="x"}', '[a-z]{3}', '${A}', '$${subject}', '{a: 1}', 'a}b{'])(
    'are text elsewhere: %s',
    (text) => expect(wrongIn(text, false)).toBeUndefined(),
  );
});

describe('the environment variable of a client', () => {
  it('is named after the client and the variable', () => {
    expect(environmentName('gitlab-groups', 'TOKEN')).toBe('TEAM_EVENTS_CLIENT_GITLAB_GROUPS__TOKEN');
  });

  it('belongs to one client and one variable alone', () => {
    const word = fc.stringMatching(/^[a-b0-1]{1,2}$/);
    const client = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('-'));
    const variable = fc.stringMatching(/^[AB][AB01_]{0,5}$/);
    fc.assert(
      fc.property(client, variable, client, variable, (client1, variable1, client2, variable2) => {
        const same = client1 === client2 && variable1 === variable2;
        expect(environmentName(client1, variable1) === environmentName(client2, variable2)).toBe(same);
      }),
      { numRuns: 5000 },
    );
  });

  it('is a name that a shell can set', () => {
    expect(environmentName('a1-b-2', 'X__Y_')).toMatch(/^[A-Z][A-Z0-9_]*$/);
  });
});

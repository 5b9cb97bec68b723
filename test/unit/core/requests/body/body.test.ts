/* eslint-disable unicorn/no-thenable -- `then` is a word of the language */
/** What a body may say, what is said of one that says more, and what comes out of it. */
import { describe, expect, it } from 'vitest';
import { parseBody } from '../../../../../src/core/requests/body/body.ts';
import { checkBody } from '../../../../../src/core/requests/body/check-body.ts';
import { renderBody } from '../../../../../src/core/requests/body/render-body.ts';
import type { Json } from '../../../../../src/core/catalogue/reading/json-value.ts';
import { namesOf } from '../../../../../src/core/requests/language/shape.ts';
import type { EventType } from '../../../../../src/core/events/event-type.ts';

const TEAM = {
  id: 'payments',
  name: '{a: 1}',
  members: [{ id: 'alice', roles: ['lead', 'dev'] }, { id: 'bob' }],
  tags: ['core', 'eu'],
  perimeter: null,
  attributes: { site: 'north', floor: 3, 'on-call': true, deep: { list: [1, [2]] } },
};
const VALUES: Readonly<Record<string, Json>> = {
  type: 'team.modified',
  id: 'evt_1',
  team: TEAM,
  changes: [{ field: 'tags', from: [], to: ['core'], added: ['core'], removed: [] }],
  before: { id: 'payments' },
  snapshot: false,
};

/** Everything that is wrong with it, each with its place. */
function problems(value: unknown, type: EventType = 'team.modified'): readonly string[] {
  const found: string[] = [];
  const problem = (node: readonly (string | number)[], message: string): void =>
    void found.push(`${node.join(' / ')}: ${message}`);
  const body = parseBody(value, [], { lineOf: () => 1, problem });
  checkBody(body, namesOf(type, undefined, ['user']), [], { problem });
  return found;
}

function rendered(value: unknown): unknown {
  expect(problems(value)).toEqual([]);
  const body = parseBody(value, [], { lineOf: () => 1, problem: () => undefined });
  return JSON.parse(
    renderBody(
      body,
      (name) => VALUES[name],
      (name) => `<${name}>`,
    ),
  );
}

describe('a body', () => {
  it.each<[unknown, unknown]>([
    [
      { a: [1, 'x', null, true, {}], b: {} },
      { a: [1, 'x', null, true, {}], b: {} },
    ],
    ['${team.name}', '{a: 1}'],
    [{ n: '${team.attributes.floor}' }, { n: '3' }],
    [{ n: { $eval: 'team.attributes.floor' } }, { n: 3 }],
    ['<${team.perimeter}>', '<>'],
    ['${team.attributes.none?}', ''],
    [{ $eval: 'team.attributes.none?' }, null],
    [{ $eval: 'team.attributes["on-call"]' }, true],
    [{ $eval: 'team.attributes["none"]' }, null],
    [{ $eval: 'team.attributes.deep.list[1][0]' }, 2],
    [{ $eval: 'team' }, TEAM],
    ['${TOKEN} $${TOKEN} ${"{x}"}', '<TOKEN> ${TOKEN} {x}'],
    [{ $if: 'team.perimeter', then: 1, else: 2 }, 2],
    [{ $if: "'core' in team.tags", then: '${team.id}' }, 'payments'],
    [[0, { $if: '!team.name', then: 1 }], [0]],
    [{ a: { $if: 'snapshot', then: 1 }, b: 2 }, { b: 2 }],
    [{ $if: 'snapshot', then: 1 }, null],
    [{ $map: { $eval: 'team.members' }, 'each(m)': { id: '${m.id}' } }, [{ id: 'alice' }, { id: 'bob' }]],
    [
      { $map: { $eval: 'team.members' }, 'each(m)': { $if: "m.id != 'bob'", then: { $eval: 'm.id' } } },
      ['alice'],
    ],
    [
      {
        $map: { $eval: 'changes' },
        'each(c)': { $map: { $eval: 'c.added' }, 'each(item)': '${c.field} ${item}' },
      },
      [['tags core']],
    ],
    [
      { $$eval: 'x', $$if: 1, $5: 2, $: 3, 'a$${b}': 4 },
      { $eval: 'x', $if: 1, $5: 2, $: 3, 'a${b}': 4 },
    ],
    [
      '${slug(team.name)} ${lowercase("ABC")} ${len(team.members)} ${join(team.tags, ", ")}',
      'a-1-h5c41c5087643 abc 2 core, eu',
    ],
    [{ $eval: 'len("a🙂")' }, 2],
  ])('%j becomes %j', (value, expected) => {
    expect(rendered(value)).toEqual(expected);
  });

  it('keeps every key what it is', () => {
    const value = JSON.parse('{"__proto__":{"a":"${team.id}"},"constructor":"${team.id}"}') as object;
    expect(Object.entries(rendered(value) as object)).toEqual([
      ['__proto__', { a: 'payments' }],
      ['constructor', 'payments'],
    ]);
  });
});

describe('a body that says more', () => {
  it.each<[unknown, string]>([
    [
      { a: { $fromNow: '1 day' } },
      'a / $fromNow: "$fromNow" is not part of the language: there are $eval, $if, $map; the key itself is written $$fromNow',
    ],
    [{ 'x${team.id}': 1 }, 'x${team.id}: keys are as they are written: they cannot be filled in'],
    [{ $eval: 'a', b: 1 }, 'b: "b" cannot stand beside $eval'],
    [{ $eval: 1 }, '$eval: expected an expression as a text'],
    [
      { $eval: 'team.id == 1' },
      '$eval: "==" cannot stand here; allowed are a path, its ?, and the functions slug, lowercase, len, join',
    ],
    [['x', '${team.id'], '1: a "${" is not closed; write "$${" for a literal one'],
    [
      ['x', '${team.id + 1}'],
      '1: ${team.id + 1}: "+" cannot stand here; allowed are a path, its ?, and the functions slug, lowercase, len, join',
    ],
    ['Team {{ team.id }}', ': {{ team.id }} is not a variable, and is not sent'],
    ['${TOKEN_FILE}', ': ${TOKEN_FILE} is not a variable name'],
    [{ $map: [1], 'each(x)': 1 }, '$map: $map takes a list of the event: { $eval: path }'],
    [{ $map: 'team.members', 'each(x)': 1 }, '$map: $map takes a list of the event: { $eval: path }'],
    [
      { $map: { $eval: 'team.members' } },
      ': $map wants one "each(x)" beside it, where x is what an item is called',
    ],
    [{ $map: { $eval: 'team.members' }, 'each(x,i)': 1 }, 'each(x,i): "each(x,i)" cannot stand beside $map'],
    [
      { $map: { $eval: 'team.members' }, 'each(X)': 1 },
      'each(X): X is what variables look like; name the item in lower case',
    ],
    [
      { $map: { $eval: 'team.members' }, 'each(team)': 1 },
      '$map / $eval: there is a team already: call each item something else',
    ],
    [{ $map: { $eval: 'team.name' }, 'each(x)': 1 }, '$map / $eval: team.name is no list'],
    [
      {
        $map: { $eval: 'team.tags' },
        'each(a)': { $map: { $eval: 'a' }, 'each(b)': { $map: { $eval: 'b' }, 'each(c)': 1 } },
      },
      'each(a) / each(b): $map can be nested 2 deep',
    ],
    [{ $eval: 'team.membres' }, '$eval: team has no membres; is it members?'],
    [
      { $eval: 'team.contact' },
      '$eval: team has no contact; it has id, name, members, tags, perimeter, attributes',
    ],
    ['${tem.id}', ': there is no tem; is it team?'],
    ['${added}', ': events of this type have no added: only team.members.added has it'],
    ['${each.id}', ': there is no each: name the list that it is to be taken from (each: members)'],
    ['${found.usr}', ': found has no usr; is it user?'],
    [
      '${team.members}',
      ': team.members is a list, and cannot be part of a text; { $eval: team.members } fills it in as it is',
    ],
    ['${team}', ': team is a mapping, and cannot be part of a text'],
    ['${team.members.id}', ': team.members is a list, and has no id: name an item of it ([0]), or use $map'],
    ['${team.id[0]}', ': team.id is no list, and has no [0]'],
    ['${team.id.x}', ': team.id holds one value, and has no x'],
    ['${join(team.members, ",")}', ': join takes a list of texts; team.members is a list of mappings'],
    ['${lowercase(team.members)}', ': lowercase takes a text; team.members is none'],
    ['${slug(team.id, 5)}', ': the length of a slug is a whole number from 20 to 255'],
    ['${slug(team.id, team.id)}', ': the length of a slug is a whole number from 20 to 255'],
    [{ $$a: 1, $a: 2 }, '$a: "$a" is not part of the language'],
  ])('%j is told of', (value, wrong) => {
    expect(problems(value).join('\n')).toContain(wrong);
  });

  it('is told of with everything that is wrong', () => {
    expect(problems({ a: '${x}', b: { $eval: 'y' }, c: { $if: 'z', then: '${w' } })).toHaveLength(4);
  });

  it.each<[string, unknown]>([
    [
      'lists multiply',
      { $map: { $eval: 'team.members' }, 'each(a)': { $map: { $eval: 'team.members' }, 'each(b)': 1 } },
    ],
    ['much is repeated', Array.from({ length: 9 }, () => ({ $eval: 'team' }))],
    ['each item is large', { $map: { $eval: 'team.members' }, 'each(m)': 'x'.repeat(1100) }],
    ['what is written is large', Array.from({ length: 3 }, () => 'x'.repeat(500_000))],
  ])('could grow too large where %s', (_, value) => {
    expect(problems(value).join('\n')).toContain('more than 50,000 values or 1 MiB');
  });
});

describe('an event that a body does not fit', () => {
  const attempt = (value: unknown, values: Readonly<Record<string, Json>>): string => {
    const body = parseBody(value, [], { lineOf: () => 1, problem: () => undefined });
    try {
      return renderBody(
        body,
        (name) => values[name],
        () => undefined,
      );
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each<[unknown, string]>([
    ['${a.b}', "it has no a.b; a.b? gives null in place of it, { $if: 'a.b?', then: … } leaves it out"],
    ['${list}', 'list is a list or mapping, and cannot be part of a text'],
    [{ $map: { $eval: 'a' }, 'each(x)': 1 }, 'a is no list'],
    ['${join(list, ",")}', 'join takes a list of texts, and list is none here'],
    ['${len(a)}', 'len takes a text or a list, and a is none here'],
    ['${lowercase(n)}', 'lowercase takes a text, and n is none here'],
    ['${slug(a)}', 'slug takes a text, and a is none here'],
    [{ $if: "'x' in n" }, 'n is nothing here in which a value can be'],
    [
      { $map: { $eval: 'many' }, 'each(x)': { $eval: 'long' } },
      'its request would hold more than 50,000 values or 1 MiB',
    ],
    [
      { $map: { $eval: 'many' }, 'each(x)': [1, 2, 3, 4, 5] },
      'its request would hold more than 50,000 values or 1 MiB',
    ],
    [
      { $map: { $eval: 'many' }, 'each(x)': { $if: 'many == other', then: 1 } },
      'its request would take too long to make',
    ],
    [
      // No value is too large, but to make their hashes takes 80 ms of a processor.
      { $map: { $eval: 'many' }, 'each(x)': '${slug(capital)}' },
      'its request would take too long to make',
    ],
    // Each of its characters is six in JSON.
    ['${control}', 'its request would hold more than 50,000 values or 1 MiB'],
    [{ $eval: 'values' }, 'its request would hold more than 50,000 values or 1 MiB'],
    [
      '${a.constructor}',
      "it has no a.constructor; a.constructor? gives null in place of it, { $if: 'a.constructor?', then: … } leaves it out",
    ],
    [{ $eval: 'control' }, 'its request would hold more than 50,000 values or 1 MiB'],
  ])('%j: %s', (value, expected) => {
    const many = Array.from({ length: 10_000 }, (_, index) => index);
    const values = {
      a: {},
      n: 1,
      list: [[1]],
      many,
      other: [...many],
      long: 'x'.repeat(1000),
      capital: 'A',
      values: Array.from({ length: 50_000 }, () => 1),
      control: '\u0001'.repeat(200_000),
    };
    expect(attempt(value, values)).toBe(expected);
  });
});

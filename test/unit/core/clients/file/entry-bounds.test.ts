/** One entry of the clients file costs no more than its size, and touches no other: aliases, and problems without end. */
import { describe, expect, it } from 'vitest';
import {
  MAX_ENTRY_VALUES,
  tooLargeEntries,
} from '../../../../../src/core/clients/file/reading/entry-bounds.ts';
import { parseClientsFile, readClients } from '../../../../../src/core/clients/file/clients-file.ts';

const GOOD =
  'clients:\n- &good { name: good, subscriptions: [{ event: team.created, url: "https://a.example" }] }\n';

/** `levels` anchors, each a list of ten of the one before. */
const bomb = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => {
    const inside = level === 0 ? 'x' : `*a${level - 1}`;
    return `  - &a${level} [${Array.from({ length: 10 }, () => inside).join(', ')}]\n`;
  }).join('');

describe('an entry of the clients file', () => {
  it.each([
    ['is a bomb of aliases', `- name: evil\n  skip:\n${bomb(20)}`],
    [
      'repeats one long subscription',
      `- name: evil\n  subscriptions:\n  - &s { event: team.created, url: x, teams: [${'a, '.repeat(200)}a] }\n${'  - *s\n'.repeat(100)}`,
    ],
    [
      'has more problems than anybody reads',
      `- name: evil\n${Array.from({ length: 20_000 }, (_, key) => `  k${key}: 1\n`).join('')}`,
    ],
  ])('that %s leaves out that client only, and says so in one line', (_, entry) => {
    const { clients, misconfigured } = parseClientsFile(GOOD + entry, 'clients.yml');
    expect(clients.map(({ name }) => name)).toEqual(['good']);
    const [evil] = misconfigured;
    expect(evil).toMatchObject({ name: 'evil', line: 3, problems: [{ line: 3 }] });
    expect(evil?.problems[0]?.message).toContain(`more than ${MAX_ENTRY_VALUES} values`);
  });

  it('with many problems tells the first 20, and how many more there are', () => {
    const entry = `- name: evil\n${Array.from({ length: 100 }, (_, key) => `  k${key}: 1\n`).join('')}`;
    const [evil] = parseClientsFile(GOOD + entry, 'clients.yml').misconfigured;
    expect(evil?.problems.map(({ message }) => message).slice(19)).toEqual([
      expect.stringContaining('k18: unknown key; expected name, '),
      '… and 81 more problems',
    ]);
  });

  it.each([
    ['half a character in a text', 'contact: "a\\ud800"', 5, 'not valid Unicode'],
    ['half a character in a key', '"\\udc00": 1', 5, 'not valid Unicode'],
    ['the key __proto__', '__proto__: { paused: true }', 5, '__proto__: unknown key'],
    ['an alias of the mapping that it stands in', 'x: &x { a: *x }', 3, 'more than 10000 values'],
    ['an alias of itself', 'x: &x [a, { b: *x }]', 3, 'more than 10000 values'],
    ['that key further down', 'headers: { __proto__: a }', 5, 'headers.__proto__: unknown key'],
  ])('that holds %s leaves out that client only', (_, line, at, said) => {
    const entry = `- name: evil\n  subscriptions: [{ event: team.created, url: "https://b.example" }]\n  ${line}\n`;
    const { clients, misconfigured } = parseClientsFile(GOOD + entry, 'clients.yml');
    expect(clients.map(({ name }) => name)).toEqual(['good']);
    expect(misconfigured).toMatchObject([{ name: 'evil', problems: [{ line: at }] }]);
    expect(misconfigured[0]?.problems[0]?.message).toContain(said);
    expect(Object.hasOwn(Object.prototype, 'paused')).toBe(false);
  });

  it('that has no alias is never left out for what aliases make of others', () => {
    const long = `[${'x, '.repeat(9000)}x]`;
    const evil = Array.from({ length: 60 }, (_, index) => `- { name: evil-${index}, skip: *long }\n`).join(
      '',
    );
    const anchor = `- { name: first, skip: &long ${long} }\n`;
    const { clients, misconfigured } = readClients(GOOD.replace('clients:\n', `clients:\n${anchor}${evil}`));
    expect(clients.map(({ name }) => name)).toEqual(['good']);
    const told = misconfigured.map(({ problems }) =>
      problems.map(({ message }) => message.slice(0, 12)).join(),
    );
    expect(told.filter((one) => one === 'aliases make').length).toBeGreaterThan(30);
  });
});

describe('the size of entries', () => {
  it('counts an alias as what it stands for, looks at each object once, and ends where one holds itself', () => {
    const shared = ['a', 'b'];
    const circle: unknown[] = [];
    circle.push(circle);
    let looked = 0;
    const watched = new Proxy(['x'], { ownKeys: (target) => (looked++, Reflect.ownKeys(target)) });
    const entries = [{ one: shared, two: shared }, circle, Array.from({ length: 500 }, () => watched)];
    expect([...tooLargeEntries(entries, 10).keys()]).toEqual([1]);
    expect(looked).toBe(1);
    expect(tooLargeEntries([Array.from({ length: MAX_ENTRY_VALUES - 1 }, () => 1)], 10).size).toBe(0);
    expect(tooLargeEntries([Array.from({ length: MAX_ENTRY_VALUES }, () => 1)], 10).size).toBe(1);
  });
});

describe('the whole file', () => {
  it('that cannot be used tells the first 20 problems', () => {
    const keys = Array.from({ length: 100 }, (_, key) => `k${key}: 1\n`).join('');
    const { problems } = readClients(`${GOOD}${keys}`);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toBe('… and 80 more problems');
  });
});

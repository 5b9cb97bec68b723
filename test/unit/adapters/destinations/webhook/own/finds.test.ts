/** What is remembered of what was asked, and for how long. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../../../src/adapters/destinations/webhook/answer.ts';
import {
  createFinds,
  isOfTeam,
  type Asking,
} from '../../../../../../src/adapters/destinations/webhook/own/finds.ts';
import { webhooksOf } from '../../../../../../src/core/clients/file/client.ts';
import { parseClientsFile } from '../../../../../../src/core/clients/file/clients-file.ts';

const answered = (body: string, status = 200): Outcome => ({
  kind: 'answered',
  status,
  retryAfter: undefined,
  body,
});

const ASKING: Asking = { client: 'a', url: 'https://a.example/1', at: ['id'], ofTeam: false, fresh: false };

/** Answers 1, 2, 3, …; returns what was found, whether it was remembered. */
function asked() {
  const finds = createFinds();
  let times = 0;
  const get = async (more: Partial<Asking> = {}): Promise<string> => {
    const found = await finds.get({ ...ASKING, ...more }, () =>
      Promise.resolve(answered(JSON.stringify({ id: ++times }))),
    );
    return found.kind === 'found'
      ? `${JSON.stringify(found.value)}${found.remembered ? ' again' : ''}`
      : found.kind;
  };
  return { finds, get };
}

describe('a value that was found', () => {
  it('is remembered by client, url and path', async () => {
    const { get } = asked();
    expect(await get()).toBe('1');
    expect(await get()).toBe('1 again');
    expect(await get({ client: 'b' })).toBe('2');
    expect(await get({ url: 'https://a.example/2' })).toBe('3');
    expect(await get({ at: ['no'] })).toBe('nothing');
    expect(await get({ fresh: true })).toBe('5');
    expect(await get()).toBe('5 again');
  });

  it('is forgotten with the teams of its client, if it is of a team', async () => {
    const { finds, get } = asked();
    expect(await get({ ofTeam: true })).toBe('1');
    expect(await get({ url: 'https://a.example/2' })).toBe('2');
    expect(await get({ client: 'b', ofTeam: true })).toBe('3');
    finds.forgetTeams('a');
    expect(await get({ ofTeam: true })).toBe('4');
    expect(await get({ url: 'https://a.example/2' })).toBe('2 again');
    expect(await get({ client: 'b', ofTeam: true })).toBe('3 again');
  });

  it('is forgotten where it is asked for anew, and is gone', async () => {
    const finds = createFinds();
    const answers = ['{"id":1}', '{}', '{"id":2}'];
    const get = (fresh: boolean) =>
      finds.get({ ...ASKING, fresh }, () => Promise.resolve(answered(answers.shift() ?? '')));
    expect(await get(false)).toMatchObject({ value: 1 });
    expect(await get(true)).toEqual({ kind: 'nothing' });
    expect(await get(false)).toMatchObject({ value: 2, remembered: false });
  });
});

describe('an answer', () => {
  it.each<[string, Asking['at'], Outcome, object]>([
    ['a list', [0, 'id'], answered('[{"id":7}]'), { kind: 'found', value: 7 }],
    ['an empty list', [0, 'id'], answered('[]'), { kind: 'nothing' }],
    ['a text at the end of a path', ['a', 'b'], answered('{"a":{"b":"x"}}'), { value: 'x' }],
    ['a key that every object has', ['constructor'], answered('{}'), { kind: 'nothing' }],
    ['the length of a list', ['length'], answered('[1]'), { kind: 'nothing' }],
    ['null', ['id'], answered('{"id":null}'), { kind: 'nothing' }],
    ['404', ['id'], answered('{"id":1}', 404), { kind: 'nothing' }],
    ['410', ['id'], answered('{"id":1}', 410), { kind: 'nothing' }],
    ['500', ['id'], answered('{"id":1}', 500), { kind: 'failed', outcome: { status: 500, body: '' } }],
    ['a mapping', ['a'], answered('{"a":{}}'), { kind: 'failed', outcome: { kind: 'unusable' } }],
    ['the largest number', ['id'], answered('{"id":9007199254740991}'), { value: 9007199254740991 }],
    ['a number that is too large', ['id'], answered('{"id":9007199254740993}'), { kind: 'failed' }],
    ['no JSON', ['id'], answered('<html>'), { kind: 'failed' }],
    ['1 MiB', ['id'], answered(`{"id":1}${' '.repeat(1024 * 1024 - 8)}`), { value: 1 }],
    ['more than 1 MiB', ['id'], answered(`{"id":1}${' '.repeat(1024 * 1024 - 7)}`), { kind: 'failed' }],
  ])('of %s', async (_, at, outcome, found) => {
    expect(await createFinds().get({ ...ASKING, at }, () => Promise.resolve(outcome))).toMatchObject(found);
  });
});

describe('what is asked first', () => {
  it.each([
    ['https://a.example/${each.id}', false],
    ['https://a.example/users', false],
    ['https://a.example/${slug(each.id)}?of=${team.id}', true],
    ['https://a.example/${slug(team.name, 40)}', true],
    ['https://a.example/${subject}', true],
    ['https://a.example/${found.person}', false],
    ['https://a.example/${found.org}/${found.person}', true],
    ['https://a.example/${lowercase(found["org"])}', true],
  ])('%s depends on the team: %s', (url, expected) => {
    const others = `person: { url: 'https://a.example/\${each.id}', at: id }, org: { url: 'https://a.example/\${team.id}', at: id }`;
    const { clients, misconfigured } = parseClientsFile(
      `clients: [{ name: a, subscriptions: [{ event: team.members.added, each: added, url: 'https://a.example/\${found.one}', find: { ${others}, one: { url: '${url}', at: id } } }] }]`,
      'a.yml',
    );
    expect(misconfigured).toEqual([]);
    const [client] = clients;
    const finds = (client && webhooksOf(client).get('team.members.added'))?.request?.find ?? [];
    expect(finds.slice(-1).map((one) => isOfTeam(finds, one))).toEqual([expected]);
  });
});

/** Tokens: when one is asked for, and which answers have one. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../../../src/adapters/destinations/webhook/answer.ts';
import { basicOf, createTokens } from '../../../../../../src/adapters/destinations/webhook/own/tokens.ts';

const GRANT = {
  url: 'https://id.example/token',
  id: 'a',
  secret: 's',
  parameters: { grant_type: 'client_credentials' },
};

/** Answers with `answer`, and a token that holds how often it was asked for. */
function asked(answer: object = {}, status = 200) {
  let nowMs = 0;
  let times = 0;
  const hidden: string[] = [];
  const tokens = createTokens({
    attempt: () => {
      const body = JSON.stringify({ access_token: `t${++times}`, token_type: 'Bearer', ...answer });
      return Promise.resolve<Outcome>({
        kind: 'answered',
        status,
        retryAfter: undefined,
        body,
        location: 'secret',
      });
    },
    hide: (secrets) => void hidden.push(...secrets),
    userAgent: '',
    now: () => nowMs,
  });
  const get = async (client = 'one', grant = GRANT): Promise<string> => {
    const got = await tokens.get(client, grant, 1000);
    return got.kind === 'token' ? got.token : JSON.stringify(got.outcome);
  };
  return { tokens, get, hidden, at: (seconds: number) => (nowMs = seconds * 1000) };
}

describe('a token', () => {
  it('is asked for anew ten seconds before it lapses', async () => {
    const { get, at, hidden } = asked({ expires_in: 60 });
    expect(await get()).toBe('t1');
    at(49.9);
    expect(await get()).toBe('t1');
    at(50);
    expect(await get()).toBe('t2');
    expect(hidden).toEqual(['t1', 't2']);
  });

  it('that lasts less than that is used for half of it', async () => {
    const { get, at } = asked({ expires_in: 10 });
    expect(await get()).toBe('t1');
    at(4.9);
    expect(await get()).toBe('t1');
    at(5);
    expect(await get()).toBe('t2');
  });

  it('without a time lasts until it is refused', async () => {
    const { get, at, tokens } = asked();
    expect(await get()).toBe('t1');
    at(1e9);
    expect(await get()).toBe('t1');
    tokens.refused('one', GRANT);
    expect(await get()).toBe('t2');
  });

  it('is of one client and one grant', async () => {
    const { get } = asked();
    expect(await get()).toBe('t1');
    expect(await get('two')).toBe('t2');
    expect(await get('one', { ...GRANT, secret: 'x' })).toBe('t3');
    expect(await get()).toBe('t1');
  });

  it.each<[string, object]>([
    ['no token', { access_token: 1 }],
    ['an empty one', { access_token: '' }],
    ['a line break in it', { access_token: 'a\nb' }],
    ['another kind', { token_type: 'mac' }],
  ])('is none where the answer has %s, and nothing of it is shown', async (_, answer) => {
    const { get, hidden } = asked(answer);
    expect(await get()).toBe('{"kind":"unusable","reason":"status 200, and no bearer token in the answer"}');
    expect(hidden).toEqual([]);
  });

  it('is none where it is refused, and nothing of the answer is shown', async () => {
    expect(await asked({ error: 'secret' }, 400).get()).toBe('{"kind":"answered","status":400,"body":""}');
  });

  it('is asked for with id and secret, each encoded as in a form', () => {
    const encoded = basicOf({ id: 'a b:c', secret: 'ü/+' });
    expect(Buffer.from(encoded, 'base64').toString()).toBe('a+b%3Ac:%C3%BC%2F%2B');
  });
});

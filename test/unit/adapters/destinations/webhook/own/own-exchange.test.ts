/** Attempts that take several requests: their deadline, what they take for granted, and what they ask again. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../../../src/adapters/destinations/webhook/answer.ts';
import { createOwnExchanges } from '../../../../../../src/adapters/destinations/webhook/own/own-exchange.ts';
import { bindClient } from '../../../../../../src/core/clients/binding/bind-client.ts';
import { parseClientsFile } from '../../../../../../src/core/clients/file/clients-file.ts';
import { sampleLog } from '../../../../../../src/core/events/sample-events.ts';
import type { LoggedEvent } from '../../../../../../src/core/events/team-event.ts';
import { eventsBetween, team, teams } from '../../../../../support/sample-teams.ts';

const CLIENTS = `clients:
  - name: one
    auth: { oauth2: { url: https://id.example/token, id: a } }
    subscriptions:
      - event: team.created
        timeout: 5s
        find: { one: { url: https://a.example/1, at: id }, two: { url: 'https://a.example/\${found.one}', at: id } }
        url: https://a.example/\${found.two}
        body: none
`;

const answered = (status: number, body: object = {}): Outcome => ({
  kind: 'answered',
  status,
  retryAfter: undefined,
  body: JSON.stringify(body),
});

describe('an attempt of several requests', () => {
  const [client] = parseClientsFile(CLIENTS, 'clients.yml').clients;
  const bound = client && bindClient(client, () => undefined);
  const event = sampleLog(0, 'a')[0]?.events[0];

  it('has one deadline for its token, for what is asked first, and for the request', async () => {
    if (!bound?.ok || event === undefined) throw new Error('no client or no event');
    const made: string[] = [];
    let nowMs = 0;
    const exchanges = createOwnExchanges({
      attempt: ({ url, timeoutMs }) => {
        made.push(`${url} ${timeoutMs}`);
        nowMs += 1000;
        if (url.endsWith('/token')) return Promise.resolve(answered(200, { access_token: 't' }));
        if (url.endsWith('/3')) return Promise.resolve({ kind: 'timeout', timeoutMs });
        return Promise.resolve(answered(200, { id: url.endsWith('/1') ? 2 : 3 }));
      },
      hide: () => undefined,
      userAgent: '',
      now: () => nowMs,
    });
    const { outcome, judgement, place } = await exchanges.make([event], bound.value, 0, CONTEXT);
    expect(made).toEqual([
      'https://id.example/token 5000',
      'https://a.example/1 4000',
      'https://a.example/2 3000',
      'https://a.example/3 2000',
    ]);
    expect({ outcome, judgement, place }).toEqual({
      outcome: { kind: 'timeout', timeoutMs: 5000 },
      judgement: 'retry',
      place: 'POST https://a.example/3',
    });
  });
});

const CONTEXT = {
  keys: [],
  previousId: undefined,
  remaining: 0,
  replay: false,
  userAgent: '',
  mostTimeoutMs: 15_000,
  nowMs: 0,
};

/** What is asked for these subscriptions, event by event: all parts of each. */
async function exchanged(
  subscriptions: string,
  events: readonly LoggedEvent[],
  answer: (call: string, token: string) => Outcome,
  auth = '',
): Promise<{ readonly calls: readonly string[]; readonly judgements: readonly string[] }> {
  const [client] = parseClientsFile(
    `clients:\n  - { name: one, ${auth}subscriptions: [${subscriptions}] }`,
    'a.yml',
  ).clients;
  const bound = client && bindClient(client, () => undefined);
  if (!bound?.ok) throw new Error('the client is misconfigured');
  const calls: string[] = [];
  const exchanges = createOwnExchanges({
    attempt: ({ method, url, headers }) => {
      calls.push(`${method} ${url.replace('https://a.example', '')}`);
      return Promise.resolve(answer(calls.at(-1) ?? '', headers['authorization'] ?? ''));
    },
    hide: () => undefined,
    userAgent: '',
    now: () => 0,
  });
  const judgements: string[] = [];
  for (const event of events) {
    for (let part = 0, more = true; more; part++) {
      const exchange = await exchanges.make([event], bound.value, part, CONTEXT);
      judgements.push(exchange.judgement);
      more = exchange.more && exchange.judgement === 'accepted';
    }
  }
  return { calls, judgements };
}

const joins = (...ids: readonly string[]): LoggedEvent[] =>
  ids.flatMap((id) => eventsBetween(teams(team('a')), teams(team('a', { members: [id] }))));
const TEAM = "find: { team: { url: 'https://a.example/find', at: id, none: done } }";
const JOINED = `{ event: team.members.added, ${TEAM}, each: added, url: 'https://a.example/\${found.team}/\${each.id}', body: none, done: [409] }`;

describe('what is asked first', () => {
  it('is asked again where the request made with what is remembered is refused', async () => {
    let id = 1;
    const answer = (call: string): Outcome => {
      if (call.startsWith('GET')) return answered(200, { id });
      if (call !== 'POST /1/bea') return answered(204);
      id = 2;
      return answered(404);
    };
    const { calls, judgements } = await exchanged(JOINED, joins('ann', 'bea'), answer);
    expect(calls).toEqual(['GET /find', 'POST /1/ann', 'POST /1/bea', 'GET /find', 'POST /2/bea']);
    expect(judgements).toEqual(['accepted', 'accepted']);
  });

  it('is asked once more only, and not where it was just asked', async () => {
    const answer = (call: string): Outcome =>
      call.startsWith('GET') ? answered(200, { id: 1 }) : answered(404);
    const { calls, judgements } = await exchanged(JOINED, joins('ann', 'bea'), answer);
    expect(calls).toEqual(['GET /find', 'POST /1/ann', 'POST /1/bea', 'GET /find']);
    expect(judgements).toEqual(['retry', 'retry']);
  });

  it.each<[number, string]>([
    [409, 'retry'],
    [410, 'accepted'], // nothing is there
    [403, 'refused'],
    [429, 'throttled'],
  ])(
    'and answered by %i, is %s: what is done for the request says nothing of it',
    async (status, judgement) => {
      const { calls, judgements } = await exchanged(JOINED, joins('ann'), () => answered(status));
      expect({ calls, judgements }).toEqual({ calls: ['GET /find'], judgements: [judgement] });
    },
  );

  it('is forgotten where a team is made, before and after', async () => {
    const made = eventsBetween(teams(), teams(team('b')));
    const find = TEAM.replace('/find', '/find/${team.name}');
    const subscriptions = `${JOINED.replace(TEAM, find)}, { event: team.created, ${find}, url: 'https://a.example/', body: none }`;
    const asked = async (...events: readonly LoggedEvent[]): Promise<readonly string[]> => {
      const { calls } = await exchanged(subscriptions, events, () => answered(200, { id: 1 }));
      return calls.filter((call) => call.startsWith('GET'));
    };
    expect(await asked(...joins('ann', 'bea'), ...made, ...joins('cyd'))).toEqual([
      'GET /find/a',
      'GET /find/b',
      'GET /find/a',
    ]);
    const itself = eventsBetween(teams(), teams(team('a')));
    expect(await asked(...itself, ...joins('ann', 'bea'))).toEqual(['GET /find/a', 'GET /find/a']);
  });
});

describe('a token that is refused', () => {
  const auth = 'auth: { oauth2: { url: https://a.example/token, id: a } }, ';
  const PLAIN = "{ event: team.members.added, url: 'https://a.example/', body: none }";

  it('is asked for anew, once', async () => {
    let last = 0;
    const answer = (call: string, token: string): Outcome => {
      if (call.endsWith('/token')) return answered(200, { access_token: `t${++last}` });
      return answered(token === 'Bearer t2' ? 200 : 401);
    };
    const { calls, judgements } = await exchanged(PLAIN, joins('ann', 'bea'), answer, auth);
    expect(calls).toEqual(['POST /token', 'POST /', 'POST /token', 'POST /', 'POST /']);
    expect(judgements).toEqual(['accepted', 'accepted']);
  });

  it('and the next one too, is a refusal', async () => {
    const answer = (call: string): Outcome =>
      call.endsWith('/token') ? answered(200, { access_token: 't' }) : answered(401);
    const { calls, judgements } = await exchanged(PLAIN, joins('ann'), answer, auth);
    expect(calls).toEqual(['POST /token', 'POST /', 'POST /token', 'POST /']);
    expect(judgements).toEqual(['refused']);
  });
});

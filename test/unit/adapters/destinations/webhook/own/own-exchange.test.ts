/** The deadline of an attempt that takes several requests. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../../../src/adapters/destinations/webhook/answer.ts';
import { createOwnExchanges } from '../../../../../../src/adapters/destinations/webhook/own/own-exchange.ts';
import { bindClient } from '../../../../../../src/core/clients/binding/bind-client.ts';
import { parseClientsFile } from '../../../../../../src/core/clients/file/clients-file.ts';
import { sampleLog } from '../../../../../../src/core/events/sample-events.ts';

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
    const context = {
      keys: [],
      previousId: undefined,
      remaining: 0,
      replay: false,
      userAgent: '',
      mostTimeoutMs: 15_000,
      nowMs: 0,
    };
    const { outcome, judgement, place } = await exchanges.make([event], bound.value, 0, context);
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

/** The request of one attempt: the event, byte for byte, and the headers that tell what it is. */
import { describe, expect, it } from 'vitest';
import {
  webhookRequest,
  type RequestContext,
} from '../../../../../src/adapters/destinations/webhook/webhook-request.ts';
import { verifySignature } from '../../../../../src/commands/listen/verify-signature.ts';
import { boundWebhooks, clientText, SECRET } from '../../../../support/sample-clients.ts';
import { joining } from '../../../../support/sample-delivery.ts';

const [event] = joining('alice').flat();
if (event === undefined) throw new Error('no event');

const NOW = Date.UTC(2026, 0, 5, 9, 0, 0, 987);

function requestOf(more = '', context: Partial<RequestContext> = {}) {
  const client = boundWebhooks(
    clientText(
      `name: a\nsecrets: [${SECRET}]\nsubscriptions: [{event: team.members.added, url: "https://example.com/"${more}}]`,
    ),
  );
  const endpoint = client.endpoints.get('team.members.added');
  if (event === undefined || endpoint === undefined) throw new Error('no endpoint');
  return webhookRequest([event], endpoint, {
    keys: client.keys,
    previousId: undefined,
    remaining: 2,
    replay: false,
    userAgent: 'team-events/1',
    mostTimeoutMs: 15_000,
    nowMs: NOW,
    ...context,
  });
}

describe('a request', () => {
  it('carries the event as it is printed', () => {
    expect(requestOf()).toMatchObject({
      method: 'POST',
      url: 'https://example.com/',
      body: event.text,
      timeoutMs: 15_000,
    });
  });

  it('says what it is in its headers', () => {
    const { headers, body } = requestOf();
    expect(headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'team-events/1',
      'idempotency-key': event.id,
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(NOW / 1000)),
      'webhook-remaining': '2',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    const { keys } = boundWebhooks(
      clientText(
        `name: a\nsecrets: [${SECRET}]\nsubscriptions: [{event: team.created, url: "https://example.com/"}]`,
      ),
    );
    expect(verifySignature(keys, headers, body, NOW / 1000)).toBe('valid');
  });

  it('has no signature without a secret, and names the event before it where there is one', () => {
    const { headers } = requestOf('', { keys: [], previousId: 'evt_before' });
    expect(headers).not.toHaveProperty('webhook-signature');
    expect(headers['webhook-previous-id']).toBe('evt_before');
  });

  it('is the same bytes under another name in the format cloudevents', () => {
    const { headers, body } = requestOf(', format: cloudevents');
    expect(headers['content-type']).toBe('application/cloudevents+json');
    expect(body).toBe(requestOf().body);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is sent by %s where the subscription says so', (method) => {
    expect(requestOf(`, method: ${method}`)).toMatchObject({ method, body: event.text });
  });

  it("has the endpoint's own headers and deadline", () => {
    const { headers, timeoutMs } = requestOf(', headers: {X-Token: abc}, timeout: 2s');
    expect([headers['x-token'], timeoutMs]).toEqual(['abc', 2000]);
    // a client may only shorten the operator's deadline
    expect(requestOf(', timeout: 500h').timeoutMs).toBe(15_000);
  });

  it('is signed anew at each attempt, over the same body', () => {
    const [first, second] = [requestOf(), requestOf('', { nowMs: NOW + 5000 })];
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
    expect(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp'])).toBe(5);
  });
});

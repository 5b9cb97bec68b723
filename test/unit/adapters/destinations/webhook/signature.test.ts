/** Signatures of Standard Webhooks 1.0, against its public test vector and its own library. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { parseSecret } from '../../../../../src/core/clients/binding/secret.ts';
import { sign, signatureHeader } from '../../../../../src/adapters/destinations/webhook/signature.ts';
import { verifySignature, type SignatureCheck } from '../../../../../src/commands/listen/verify-signature.ts';
import { SECRET } from '../../../../support/sample-clients.ts';

/** https://github.com/standard-webhooks/standard-webhooks, the tests of its libraries. */
const VECTOR = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
} as const;

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

function keyOf(secret: string): Uint8Array {
  const key = parseSecret(secret);
  if (!key.ok) throw new Error(key.wrong);
  return key.value;
}

const [key, otherKey] = [keyOf(SECRET), keyOf(OTHER_SECRET)];

describe('a signature', () => {
  it('is that of the public test vector', () => {
    expect(sign(key, VECTOR.id, VECTOR.timestamp, VECTOR.body)).toBe(VECTOR.signature);
  });

  it.each(['', 'text', '{"name":"Équipe 👥"}'])('is that of the library for the body %j', (body) => {
    const theirs = new Webhook(SECRET).sign('evt_1', new Date(VECTOR.timestamp * 1000), body);
    expect(sign(key, 'evt_1', VECTOR.timestamp, body)).toBe(theirs);
  });

  it('stands in the header once for each key', () => {
    expect(signatureHeader([key, otherKey], VECTOR.id, VECTOR.timestamp, VECTOR.body)).toBe(
      `${VECTOR.signature} ${sign(otherKey, VECTOR.id, VECTOR.timestamp, VECTOR.body)}`,
    );
  });

  it('is accepted by the library, with either secret while one is rotated', () => {
    const { timestamp } = VECTOR;
    vi.useFakeTimers({ toFake: ['Date'], now: timestamp * 1000 }); // the library judges by its own clock
    onTestFinished(() => void vi.useRealTimers());
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureHeader([key, otherKey], 'evt_1', timestamp, VECTOR.body),
    };
    for (const secret of [SECRET, OTHER_SECRET]) {
      expect(new Webhook(secret).verify(VECTOR.body, headers)).toEqual({ test: 2432232314 });
    }
    expect(() => new Webhook(SECRET).verify(`${VECTOR.body} `, headers)).toThrow('No matching signature');
  });
});

describe('a receiver finds a signature', () => {
  const headers = {
    'webhook-id': VECTOR.id,
    'webhook-timestamp': String(VECTOR.timestamp),
    'webhook-signature': VECTOR.signature,
  };
  const { timestamp, signature } = VECTOR;

  it.each<[SignatureCheck, Uint8Array[], Record<string, string | string[] | undefined>, number]>([
    ['valid', [key], {}, timestamp],
    ['valid', [otherKey, key], {}, timestamp],
    ['valid', [key], { 'webhook-signature': `v1,b3RoZXI= ${signature}` }, timestamp],
    ['valid', [key], {}, timestamp + 300],
    ['valid', [key], {}, timestamp - 300],
    ['too old or too new', [key], {}, timestamp + 301],
    ['too old or too new', [key], {}, timestamp - 301],
    ['wrong', [otherKey], {}, timestamp],
    ['wrong', [key], { 'webhook-id': 'msg_other' }, timestamp],
    ['wrong', [key], { 'webhook-timestamp': String(timestamp + 1) }, timestamp],
    ['wrong', [key], { 'webhook-signature': signature.replace('v1,', 'v2,') }, timestamp],
    ['wrong', [key], { 'webhook-signature': signature.slice(0, -1) }, timestamp],
    ['wrong', [key], { 'webhook-signature': '' }, timestamp],
    ['missing', [key], { 'webhook-signature': undefined }, timestamp],
    ['missing', [key], { 'webhook-id': undefined }, timestamp],
    ['missing', [key], { 'webhook-timestamp': undefined }, timestamp],
    ['missing', [key], { 'webhook-timestamp': 'now' }, timestamp],
    ['missing', [key], { 'webhook-id': ['a', 'b'] }, timestamp],
    ['unchecked', [], {}, timestamp],
  ])('%s', (expected, keys, changed, now) => {
    expect(verifySignature(keys, { ...headers, ...changed }, VECTOR.body, now)).toBe(expected);
  });

  it('wrong, where one byte of the body is another', () => {
    expect(verifySignature([key], headers, VECTOR.body.replace('4', '5'), timestamp)).toBe('wrong');
  });
});

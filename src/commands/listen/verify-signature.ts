/** A receiver's check of Standard Webhooks signatures. */
import { timingSafeEqual } from 'node:crypto';
import { sign } from '../../adapters/destinations/webhook/signature.ts';

const TOLERANCE_SECONDS = 300;

/** `unchecked` if no key is given. */
export type SignatureCheck = 'valid' | 'unchecked' | 'missing' | 'wrong' | 'too old or too new';

/** Whether any of the signatures matches any of the keys. `headers` by lower-case name; `nowSeconds` since 1970. */
export function verifySignature(
  keys: readonly Uint8Array[],
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  nowSeconds: number,
): SignatureCheck {
  if (keys.length === 0) return 'unchecked';
  const id = headers['webhook-id'];
  const timestamp = Number(headers['webhook-timestamp']);
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof signatures !== 'string' || !Number.isInteger(timestamp))
    return 'missing';
  if (Math.abs(nowSeconds - timestamp) > TOLERANCE_SECONDS) return 'too old or too new';
  const offered = signatures.split(' ').map((text) => Buffer.from(text));
  const matches = keys.some((key) => {
    const expected = Buffer.from(sign(key, id, timestamp, body));
    return offered.some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  });
  return matches ? 'valid' : 'wrong';
}

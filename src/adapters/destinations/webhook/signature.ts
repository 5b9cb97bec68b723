/** Standard Webhooks 1.0, symmetric signatures: https://github.com/standard-webhooks/standard-webhooks */
import { createHmac } from 'node:crypto';

/** The `webhook-signature` header: one signature per key. `timestamp` in seconds since 1970. */
export function signatureHeader(
  keys: readonly Uint8Array[],
  id: string,
  timestamp: number,
  body: string,
): string {
  return keys.map((key) => sign(key, id, timestamp, body)).join(' ');
}

/** `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. */
export function sign(key: Uint8Array, id: string, timestamp: number, body: string): string {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return `v1,${signature}`;
}

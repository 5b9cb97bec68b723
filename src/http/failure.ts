/** An error of a connection -> the outcome, in words that say what to do. */
import type { Outcome } from '../delivery/outcome.ts';

const UNKNOWN_AUTHORITY =
  'its certificate is of an authority that is not trusted here, or it sends no intermediate certificate: ' +
  'name the file of the authority in network.ca of the policy file';

/** By code of the error; the rest is told as it comes. */
const WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired: whoever runs it must renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is a clock wrong, here or where it was made?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: is the url right?',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
};

/** Of what OpenSSL says; the rest of that is of no use to anyone. */
const TLS_WORDS: readonly (readonly [RegExp, string])[] = [
  [/alert protocol version|unsupported protocol/, 'it offers no TLS of version 1.2 or newer'],
  [/wrong version number|packet length too long/, 'it does not speak TLS on this port: is the url right?'],
  [/SSL routines/, 'no TLS connection could be made'],
];

/** What is wrong with a certificate or with TLS; undefined where it is something else. */
export const tlsProblem = (code: string, message: string): string | undefined =>
  WORDS[code] ?? TLS_WORDS.find(([said]) => said.test(message))?.[1];

/** node-fetch's messages carry the whole url; what is told here names the host at most. */
export function failureOf(error: unknown, host: string): Outcome {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const reason = String(message).split('reason: ').at(-1) ?? '';
  if (code === 'EFORBIDDENADDRESS') return { kind: 'forbidden', rule: reason };
  const name = typeof code === 'string' ? code : 'request failed';
  const words = tlsProblem(name, reason);
  const reset = name === 'ECONNRESET' || name === 'EPIPE';
  if (words !== undefined) return { kind: 'unreachable', message: `${host}: ${words} (${name})`, reset };
  const tellable = name === 'EPROXY' || (reason !== '' && !reason.includes('://'));
  return { kind: 'unreachable', message: tellable ? reason : name, reset };
}

/** Why an attempt got no answer, in words that suggest what to do. */

/** A rule of the network policy forbids the connection; the message is the rule. */
export class ForbiddenError extends Error {}

/** A failure for which Node has no error of its own. */
export class ConnectionError extends Error {
  readonly code: string;

  constructor(code: string, message = code) {
    super(message);
    this.code = code;
  }
}

/** No address accepted the connection. */
export class DialError extends ConnectionError {
  /** Error codes by address. */
  readonly failures: ReadonlyMap<string, string>;

  constructor(failures: ReadonlyMap<string, string>) {
    super([...failures.values()].at(-1) ?? '');
    this.failures = failures;
  }
}

const UNKNOWN_AUTHORITY =
  'its certificate was issued by an authority that is not trusted here, or it sends no intermediate certificate: ' +
  'name the file of the authority in network.ca of the policy file';
const CLOSED = 'it closed the connection before it had answered';
const NO_ROUTE = 'there is no network route to it from here';
const NOT_ALLOWED = 'this system does not allow a connection to it: is there a firewall here?';
const NO_NAME_SERVER = 'its name could not be resolved: no name server answered';
const NO_DESCRIPTOR = 'no file descriptor was free for a connection';

/** What may be wrong in what somebody wrote, as questions. */
export interface Doubts {
  /** About where it is. */
  readonly place: string;
  /** About a port that speaks no TLS. */
  readonly tls: string;
}

const OF_URL: Doubts = { place: 'is the url right?', tls: 'is the url right?' };

/** By error code; in braces stands the doubt. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such name: {place}',
  EAI_AGAIN: NO_NAME_SERVER,
  ETIMEOUT: NO_NAME_SERVER,
  ENAMEPROCESS: 'its name could not be resolved: the process that resolves names could not be run',
  ECONNREFUSED: 'it accepts no connection on this port: is it running, and {place}',
  ETIMEDOUT: 'it did not answer: is it running, and does every firewall let this through?',
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  EADDRNOTAVAIL: NO_ROUTE,
  ENETDOWN: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EMFILE: NO_DESCRIPTOR,
  ENFILE: NO_DESCRIPTOR,
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  ECLOSED: CLOSED,
  ENOTLS: 'it closed the connection at the beginning of TLS: does it speak TLS on this port?',
  EINTERIM: 'it answers with 1xx again and again, and with nothing else',
  HPE_HEADER_OVERFLOW: 'the head of its answer is longer than 64 KiB',
  CERT_HAS_EXPIRED: 'its certificate has expired: whoever runs it must renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is a clock wrong, here or where it was made?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: {place}',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
};

/** Matches OpenSSL's messages; their details help nobody. */
const TLS_WORDS: readonly (readonly [RegExp, string])[] = [
  [/alert protocol version|unsupported protocol/, 'it offers no TLS of version 1.2 or newer'],
  [/wrong version number|packet length too long/, 'it does not speak TLS on this port: {tls}'],
  [/SSL routines/, 'no TLS connection could be made'],
];

/** The reason with its code, which can be looked up; for each address if the codes differ. */
export function reasonOf(error: unknown, doubts = OF_URL): string {
  if (error instanceof DialError) {
    const codes = new Set(error.failures.values());
    if (codes.size === 1) return inWords(error.code, '', doubts);
    return [...error.failures]
      .map(([address, code]) => `${address}: ${inWords(code, '', doubts)}`)
      .join('; ');
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (error instanceof ConnectionError)
    return message === code ? inWords(error.code, '', doubts) : error.message;
  return inWords(typeof code === 'string' ? code : '', String(message), doubts);
}

function inWords(code: string, message: string, { place, tls }: Doubts): string {
  const words = WORDS[code] ?? TLS_WORDS.find(([said]) => said.test(message))?.[1];
  if (words !== undefined) return `${words.replace('{place}', place).replace('{tls}', tls)} (${code})`;
  if (code.startsWith('HPE_'))
    return `its answer is not HTTP: ${message.replace('Parse Error: ', '')} (${code})`;
  if (code.startsWith('EAI_')) return `its name could not be resolved (${code})`;
  if (message === '') return `no connection could be made (${code})`;
  // Messages of node-fetch may hold the whole url.
  return message.includes('://') ? code || 'the request failed' : message;
}

/** Whether this machine was short of file descriptors, so that some address was not tried. */
export const isShortage = (error: unknown): boolean =>
  error instanceof DialError &&
  [...error.failures.values()].some((code) => code === 'EMFILE' || code === 'ENFILE');

/** Whether the other side closed the connection. */
export const isReset = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'ECONNRESET' || code === 'EPIPE';

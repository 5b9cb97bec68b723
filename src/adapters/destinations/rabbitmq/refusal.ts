/** What it means for an event that a server closes a channel or a connection (docs/brokers.md has the table). */
import type { BrokerOutcome } from '../broker/broker.ts';
import { closeReasonOf, type CloseReason } from './amqp-connection.ts';

/**
 * Reply codes that stay until somebody has changed something: the server's rights, this client's entry, or the size of
 * messages. All others may pass: a server that is shut down or overloaded, and an exchange that is about to be declared.
 */
const REFUSED: ReadonlySet<number> = new Set([
  311, // content too large
  402, // invalid path: an old name for a virtual host that is not there
  403, // access refused: password, or no right to write to the exchange
  406, // precondition failed: larger than max_message_size
  530, // not allowed: no such virtual host, or no right to it
  540, // the server has no such method: it knows no publisher confirms, say
]);

/** A server that has too many connections says so with a code of its own rights. */
const FOR_NOW = /\blimit\b/i;

function refusalOf({ code, text }: CloseReason, where: string): BrokerOutcome {
  const isRefused = REFUSED.has(code) && !(code === 530 && FOR_NOW.test(text));
  return { kind: isRefused ? 'refused' : 'retry', reason: `${where}: ${text} (${code})`, code };
}

const CLOSED = 'it closed the connection';

/** What the library says of connections that did not end by a word of the server. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /closed abruptly during opening handshake/,
    `${CLOSED} in the handshake of AMQP: is this a port of AMQP 0-9-1, with TLS (amqps://) or without as the url says?`,
  ],
  [
    /Unexpected close|ECONNRESET|EPIPE|Stream closed|Connection closed|Channel ended/,
    `${CLOSED} before it had confirmed the message`,
  ],
  [/Heartbeat timeout/, 'it sent no sign of life any more'],
  [
    /No channels left/,
    'it allows fewer messages under way in one connection (channel_max) than the client has: set its `parallel` lower',
  ],
  [/Frame|frame|Expected /, 'what it sends is not AMQP 0-9-1: are host and port of the url right?'],
];

/** What an error of a session means; `where` names the host. */
export function outcomeOfError(error: unknown, where: string): BrokerOutcome {
  const closed = closeReasonOf(error);
  if (closed !== undefined) return refusalOf(closed, where);
  const { message } = error as Error;
  const words = WORDS.find(([said]) => said.test(message))?.[1] ?? message;
  return { kind: 'retry', reason: `${where}: ${words}` };
}

/**
 * How `listen` shows a request:
 *
 *     #1  200  POST /hook  team.members.added payments  evt_0d5e…  signature valid
 *           + bob
 *           4f2a91cd01ab  Bob joins payments  (Ann, 2026-01-05)
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { TeamEvent } from '../../../core/events/team-event.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { changeLines, commitLine } from '../../../reporters/history/events-text.ts';
import type { OrderCheck } from '../order-check.ts';
import { contentOf, eventIn } from '../../receiving/received-event.ts';
import type { Received } from '../received.ts';

/** The text of a request. For a retry or a duplicate only the first line: the rest was shown before. */
export function requestText(received: Received, style: Style): string {
  const event = eventIn(received.body);
  const known = ['retry', 'again'].includes(received.check.verdict);
  const lines = event === undefined || known ? [] : eventLines(event, style);
  return [requestLine(received, event, style), ...lines.map((line) => `      ${line}`), ''].join('\n');
}

function eventLines(event: TeamEvent, style: Style): string[] {
  const { type, data } = event;
  const { members } = data.team;
  const added = type === 'team.created' && { added: members };
  const removed = type === 'team.deleted' && { removed: members };
  return [...changeLines({ data: { ...data, ...added, ...removed } }, style), commitLine(event, style)];
}

/** Number, answer, type and team, id, and remarks about order and signature. */
function requestLine(received: Received, event: TeamEvent | undefined, style: Style): string {
  const { number, method, path, status, headers, body, notForwarded, check, signature } = received;
  const answer = status < 300 ? style.green(status) : style.red(status);
  const what =
    event === undefined ? otherContent(body) : `${style.bold(event.type)} ${printable(event.subject)}`;
  const id = style.dim(printable(headers['webhook-id'] ?? 'no webhook-id'));
  const signed =
    signature === 'valid'
      ? style.green('signature valid')
      : signature === 'unchecked'
        ? notChecked(headers, style)
        : style.red(`signature ${signature}`);
  const request = `${method} ${printable(path)}`;
  const failed = notForwarded === undefined ? '' : style.red(`not forwarded: ${notForwarded}`);
  const parts = [`#${number}`, answer, request, what, id, orderText(check, style), signed, failed];
  return parts.filter((part) => part !== '').join('  ');
}

const notChecked = (headers: Received['headers'], style: Style): string =>
  headers['webhook-signature'] === undefined ? '' : style.yellow('signature not checked');

/** A message for a channel is shown by its text. */
function otherContent(body: string): string {
  const { text } = Object(contentOf(body)) as { readonly text?: unknown };
  return typeof text === 'string'
    ? printable(text.replaceAll('\n', ' – '))
    : `${body.length} bytes that are no event`;
}

function orderText(check: OrderCheck, style: Style): string {
  switch (check.verdict) {
    case 'in order':
    case 'unchecked':
      return '';
    case 'first':
      return check.after === undefined ? '' : style.dim(`first here, after ${printable(check.after)}`);
    case 'retry':
    case 'replay':
      return style.yellow(check.verdict) + otherBytes(check.sameBytes, style);
    case 'again':
      return style.yellow('again: a duplicate') + otherBytes(check.sameBytes, style);
    case 'gap':
      return style.red(`gap: ${printable(check.missing)} is missing before it`);
    case 'out of order':
      return style.red(`out of order: it belongs before ${printable(check.overtakenBy)}`);
  }
}

const otherBytes = (sameBytes: boolean, style: Style): string =>
  sameBytes ? '' : ` ${style.red('with other bytes than before')}`;

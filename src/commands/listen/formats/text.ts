/**
 * How `listen` shows a request:
 *
 *     #1  200  POST /hook  team.members.added payments  evt_0d5e…  signature valid
 *           + bob
 *           4f2a91cd01ab  Bob joins payments  (Ann, 2026-01-05)
 *
 *     #2  200  POST /hook  2 events  evt_7b11…  signature valid
 *           team.created ops  evt_91aa…
 *           team.created web  evt_7b11…
 *           4f2a91cd01ab  Bob joins payments  (Ann, 2026-01-05)
 */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { TeamEvent } from '../../../core/events/team-event.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { changeLines, commitLine } from '../../../reporters/history/events-text.ts';
import type { OrderCheck } from '../order-check.ts';
import { contentOf, eventsIn } from '../../receiving/received-event.ts';
import type { Received } from '../received.ts';

/** The text of a request. For a retry or a duplicate only the first line: the rest was shown before. */
export function requestText(received: Received, style: Style): string {
  const events = eventsIn(received.body);
  const checks = [received.check, ...(received.others ?? [])];
  const lines = events.flatMap((event, index) => {
    const check = checks[index] ?? received.check;
    const changes = isKnown(check) ? [] : changesOf(event, style);
    if (events.length === 1) return changes;
    return [eventLine(event, check, style), ...changes.map((line) => `  ${line}`)];
  });
  const [first] = events;
  if (first !== undefined && !checks.every(isKnown)) lines.push(commitLine(first, style));
  return [requestLine(received, events, style), ...lines.map((line) => `      ${line}`), ''].join('\n');
}

const isKnown = ({ verdict }: OrderCheck): boolean => verdict === 'retry' || verdict === 'again';

function changesOf({ type, data }: TeamEvent, style: Style): string[] {
  const { members } = data.team;
  const added = type === 'team.created' && { added: members };
  const removed = type === 'team.deleted' && { removed: members };
  return changeLines({ data: { ...data, ...added, ...removed } }, style);
}

/** An event of a batch: type and team, id, and a remark about its order. */
const eventLine = (event: TeamEvent, check: OrderCheck, style: Style): string =>
  [nameOf(event, style), style.dim(printable(event.id)), orderText(check, style)].filter(Boolean).join('  ');

const nameOf = ({ type, subject }: TeamEvent, style: Style): string =>
  `${style.bold(type)} ${printable(subject)}`;

/** Number, answer, type and team or how many events, id, and remarks about order and signature. */
function requestLine(received: Received, events: readonly TeamEvent[], style: Style): string {
  const { number, method, path, status, headers, body, notForwarded, check, signature } = received;
  const answer = status < 300 ? style.green(status) : style.red(status);
  const [first] = events;
  const what =
    first === undefined
      ? otherContent(body)
      : events.length > 1
        ? style.bold(`${events.length} events`)
        : nameOf(first, style);
  const id = style.dim(printable(headers['webhook-id'] ?? 'no webhook-id'));
  const signed =
    signature === 'valid'
      ? style.green('signature valid')
      : signature === 'unchecked'
        ? notChecked(headers, style)
        : style.red(`signature ${signature}`);
  const request = `${method} ${printable(path)}`;
  const failed = notForwarded === undefined ? '' : style.red(`not forwarded: ${notForwarded}`);
  const ordered = events.length > 1 ? '' : orderText(check, style);
  const parts = [`#${number}`, answer, request, what, id, ordered, signed, failed];
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
    case 'empty':
      return style.red('an empty list: a batch holds at least one event');
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

/**
 * Events for people, grouped by commit:
 *
 *     4f2a91c  Add the payments team  (Ann, 2026-01-05)
 *       + payments created  teams/payments.yml
 *           + alice
 *       ~ core  teams/core.yml
 *           tags  + critical
 *           attributes.contact  "#old" → "#new"
 */
import type { Style } from '../../adapters/process/terminal/style.ts';
import { plainText, type Json } from '../../core/catalogue/reading/json-value.ts';
import type { Recipient } from '../../core/delivery/recipients.ts';
import type { FieldChange } from '../../core/events/event-type.ts';
import { eventOf, type LoggedEvent, type TeamEvent } from '../../core/events/team-event.ts';
import { counted } from '../../core/text/counted.ts';
import { printable } from '../../core/text/log-safe.ts';
import { shorten } from '../../core/text/shorten.ts';
import { markOf } from '../lane-words.ts';
import { noRecipientTexts } from './no-recipient.ts';

/** The text of one step's events, in pieces; `recipientsOf`, if given, says who gets an event. */
export function* stepText(
  events: readonly LoggedEvent[],
  style: Style,
  recipientsOf?: (event: LoggedEvent) => readonly Recipient[],
): Generator<string> {
  const [first] = events;
  if (first !== undefined) yield `${commitLine(eventOf(first), style)}\n`;
  const noRecipient = noRecipientTexts(events, (event) => (recipientsOf?.(event) ?? []).length > 0);
  for (const logged of events) {
    const recipients = recipientsOf?.(logged);
    yield eventText(
      eventOf(logged),
      style,
      recipients && [
        recipients.length === 0 ? noRecipient(logged) : recipientsText(recipients),
        ...recipients.flatMap(requestLines),
      ],
    );
  }
}

/** Indented by two spaces, with changes below it; `about` are additional lines. */
export function eventText(event: TeamEvent, style: Style, about: readonly string[] = []): string {
  const implied = event.data.impliedBy;
  const aside = implied ? style.dim(`  (implied by ${implied.join(', ')})`) : '';
  const lines = [`  ${headline(event, style)}${aside}`];
  for (const line of changeLines(event, style)) lines.push(`      ${line}`);
  for (const line of about) lines.push(style.dim(`      ${line}`));
  return `${lines.join('\n')}\n`;
}

/** `→ groups  ✗ lists blocked  ‖ folders paused`: the arrow marks only clients that get the event. */
function recipientsText(recipients: readonly Recipient[]): string {
  const served = recipients.filter(({ status }) => status === 'done').map(({ client }) => client);
  return [
    ...(served.length > 0 ? [`→ ${served.join(', ')}`] : []),
    ...recipients
      .filter(({ status }) => status !== 'done')
      .map(({ client, status }) => `${markOf(status)} ${client} ${status}`),
  ].join('  ');
}

const MAX_BODY = 400;

/** `groups: PUT https://groups.example.com/teams/payments {"title":"Payments"}`, for each request. */
export function requestLines({ client, requests }: Omit<Recipient, 'status'>): readonly string[] {
  if (requests === undefined) return [];
  const lines = requests.requests.map(({ method, url, body = '(the event)' }) =>
    printable(`${client}: ${method} ${url} ${shorten(body, MAX_BODY)}`.trim()),
  );
  const { more } = requests;
  return more > 0 ? [...lines, `${client}: … and so for ${counted(more, 'more member')}`] : lines;
}

export function commitLine({ data }: TeamEvent, style: Style): string {
  const { id, title, author, time } = data.commit;
  const what = data.snapshot
    ? 'the whole catalogue at '
    : data.rewritten
      ? 'the net change over rewritten history to '
      : '';
  const who = style.dim(`(${printable(author.name)}, ${time.slice(0, 10)})`);
  return `${style.yellow(`${what}${id.slice(0, 12)}`)}  ${style.bold(printable(title))}  ${who}`;
}

function headline({ type, subject, data }: TeamEvent, style: Style): string {
  const team = style.bold(printable(subject));
  const file = style.dim(printable(data.file));
  switch (type) {
    case 'team.created':
      return `${style.green('+')} ${team} created  ${file}`;
    case 'team.deleted':
      return `${style.red('-')} ${team} deleted  ${file}`;
    case 'team.modified':
      return `${style.cyan('~')} ${team} modified  ${file}`;
    case 'team.members.added':
      return `${style.green('+')} ${team} members added  ${file}`;
    case 'team.members.removed':
      return `${style.red('-')} ${team} members removed  ${file}`;
  }
}

/** Changed fields, and members who left or joined, one per line. */
export function changeLines({ data }: Pick<TeamEvent, 'data'>, style: Style): string[] {
  return [
    ...(data.changes ?? []).map((change) => changeLine(change, style)),
    ...(data.removed ?? []).map(({ id }) => style.red(`- ${printable(id)}`)),
    ...(data.added ?? []).map(({ id }) => style.green(`+ ${printable(id)}`)),
  ];
}

function changeLine({ field, from, to, added, removed }: FieldChange, style: Style): string {
  if (added === undefined && removed === undefined) {
    return `${printable(field)}  ${style.red(short(from))} → ${style.green(short(to))}`;
  }
  const signs = [
    ...(removed ?? []).map((item) => style.red(`- ${short(nameOf(item))}`)),
    ...(added ?? []).map((item) => style.green(`+ ${short(nameOf(item))}`)),
  ];
  return `${printable(field)}  ${signs.join(' ')}`;
}

/** A member is shown by its id. */
const nameOf = (item: Json): Json =>
  typeof item === 'object' && item !== null && 'id' in item ? (item as { id: Json }).id : item;

function short(value: Json): string {
  if (value === null) return '(none)';
  const text = plainText(value);
  return printable(shorten(text, 120));
}

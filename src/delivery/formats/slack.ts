/**
 * A sentence in a channel of Slack or Mattermost:
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * https://developers.mattermost.com/integrate/webhooks/incoming/
 *
 *     { "text": "Payments (payments): bob and carol joined.\nBob and Carol join (Ann, 2026-01-05, 4f2a91cd01ab)" }
 *
 * Whatever teams, people and commits are called, it can mention nobody and be no link with another text.
 */
import { plainText, type Json } from '../../catalogue/json-value.ts';
import type { Member } from '../../catalogue/team.ts';
import { eventOf, type FieldChange, type TeamEvent } from '../../events/team-event.ts';
import type { Format } from './format.ts';

export const slack: Format = {
  contentType: 'application/json',
  body: (event) => JSON.stringify({ text: messageOf(eventOf(event)) }),
};

/** What one message lists of people, changes, or items of a change; how many more there are is told. */
const MAX_LISTED = 20;
const MAX_VALUE = 100;

function messageOf({ type, subject, data }: TeamEvent): string {
  const { team, commit } = data;
  const name = team.name === subject ? plain(subject) : `${plain(team.name)} (${plain(subject)})`;
  const where = data.snapshot ? 'as of ' : '';
  const source = `${plain(commit.author.name)}, ${commit.time.slice(0, 10)}, ${commit.id.slice(0, 12)}`;
  return `${sentence(type, name, data)}\n${where}${plain(commit.title)} (${source})`;
}

function sentence(type: TeamEvent['type'], name: string, data: TeamEvent['data']): string {
  const { members } = data.team;
  switch (type) {
    case 'team.created':
      return `${name} is a new team${members.length > 0 ? `: ${people(members)}` : ', without members'}.`;
    case 'team.deleted':
      return `${name} is gone${members.length > 0 ? `; its members were ${people(members)}` : ''}.`;
    case 'team.members.added':
      return `${name}: ${people(data.added ?? [])} joined.`;
    case 'team.members.removed':
      return `${name}: ${people(data.removed ?? [])} left.`;
    case 'team.modified':
      return `${name} has changed: ${listed((data.changes ?? []).map(changeText), '; ')}.`;
  }
}

const people = (members: readonly Member[]): string => {
  const ids = members.map(({ id }) => plain(id));
  return listed(ids, ', ', ' and ');
};

function listed(texts: readonly string[], separator: string, beforeLast = separator): string {
  const more = texts.length - MAX_LISTED;
  if (more > 0) return `${texts.slice(0, MAX_LISTED).join(separator)} and ${more} more`;
  return [texts.slice(0, -1).join(separator), ...texts.slice(-1)].filter(Boolean).join(beforeLast);
}

function changeText({ field, from, to, added = [], removed = [] }: FieldChange): string {
  const signs = [
    ...removed.map((item) => `−${valueText(nameOf(item))}`),
    ...added.map((item) => `+${valueText(nameOf(item))}`),
  ];
  const change = signs.length > 0 ? listed(signs, ' ') : `${valueText(from)} → ${valueText(to)}`;
  return `${plain(field)} ${change}`;
}

/** Of a member its id. */
const nameOf = (item: Json): Json =>
  typeof item === 'object' && item !== null && 'id' in item ? (item as { id: Json }).id : item;

function valueText(value: Json): string {
  if (value === null) return '(none)';
  const text = plainText(value);
  return plain(text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const ZERO_WIDTH_SPACE = '\u200b';

/** On one line; what Slack or Mattermost would take for a mention, a link with another text, or their own is broken up. */
const plain = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
    .replace(/@|\](?=[([:])/g, (found) => `${found}${ZERO_WIDTH_SPACE}`);

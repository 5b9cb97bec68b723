/**
 * A sentence in a channel of Slack or Mattermost:
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * https://developers.mattermost.com/integrate/webhooks/incoming/
 *
 *     { "text": "Payments (payments): bob and carol joined.\nBob and Carol join (Ann, 2026-01-05, 4f2a91cd01ab)" }
 *
 * Events of one step that go together are one message, with a line for each type:
 *
 *     { "text": "2 new teams: ops and web.\n3 members joined 2 teams: ops (ann and bob) and web (carol).\n…" }
 *
 * Names of teams, people and commits can neither mention anybody nor form a link with another text, and are shown as
 * written: text that either product would format is put into a code span. (Slack has no escape character, and shows
 * Mattermost's.)
 */
import { plainText, type Json } from '../../../../core/catalogue/reading/json-value.ts';
import type { Member } from '../../../../core/catalogue/team.ts';
import type { FieldChange } from '../../../../core/events/event-type.ts';
import { eventOf, type LoggedEvent, type TeamEvent } from '../../../../core/events/team-event.ts';
import { counted } from '../../../../core/text/counted.ts';
import { shorten } from '../../../../core/text/shorten.ts';
import type { Format } from './format.ts';

const CONTENT_TYPE = 'application/json; charset=utf-8'; // without it Slack warns of a missing_charset

export const slack: Format = {
  contentType: CONTENT_TYPE,
  body: (event) => JSON.stringify({ text: messageOf([event]) }),
  batch: { contentType: CONTENT_TYPE, body: (events) => JSON.stringify({ text: messageOf(events) }) },
};

/** Limit for the people, changes or items of a change listed in one message; the rest is counted. */
const MAX_LISTED = 20;
/** Limit for the length of a list, in characters: Mattermost accepts 16,383 per message. */
const MAX_LIST = 2000;
const MAX_VALUE = 100;
const MAX_TITLE = 200;

/** Limit for the people of each team in a message about several. */
const MAX_PEOPLE = 5;

/** `events` are of one step; at least one. Only those that are listed are read. */
function messageOf(events: readonly LoggedEvent[]): string {
  const lines = [...new Set(events.map(({ type }) => type))].map((type) => {
    const own = events.filter((event) => event.type === type);
    return own.length === 1 ? alone(own[0]!) : together(type, own);
  });
  const { commit, snapshot } = eventOf(events[0]!).data;
  const where = snapshot ? 'as of ' : '';
  const source = `${plain(commit.author.name)}, ${commit.time.slice(0, 10)}, ${commit.id.slice(0, 12)}`;
  return [...lines, `${where}${plain(commit.title, MAX_TITLE)} (${source})`].join('\n');
}

const alone = (event: LoggedEvent): string => {
  const { type, data } = eventOf(event);
  return sentence(type, nameOfTeam(event), data);
};

function nameOfTeam(event: LoggedEvent): string {
  const { subject, data } = eventOf(event);
  const { name } = data.team;
  return name === subject ? plain(subject) : `${plain(name)} (${plain(subject)})`;
}

/** Several events of one type. */
function together(type: LoggedEvent['type'], events: readonly LoggedEvent[]): string {
  const teams = counted(events.length, 'team');
  const shown = events.slice(0, MAX_LISTED);
  const names = (nameOf: (event: LoggedEvent) => string): string =>
    listed(shown.map(nameOf), ', ', ' and ', events.length);
  const withPeople = (event: LoggedEvent): string => {
    const { added, removed = [] } = eventOf(event).data;
    return `${nameOfTeam(event)} (${people(added ?? removed, MAX_PEOPLE)})`;
  };
  const members = counted(
    events.reduce((sum, one) => sum + one.people, 0),
    'member',
  );
  switch (type) {
    case 'team.created':
      return `${counted(events.length, 'new team')}: ${names(nameOfTeam)}.`;
    case 'team.deleted':
      return `${teams} are gone: ${names(nameOfTeam)}.`;
    case 'team.members.added':
      return `${members} joined ${teams}: ${names(withPeople)}.`;
    case 'team.members.removed':
      return `${members} left ${teams}: ${names(withPeople)}.`;
    case 'team.modified':
      return `${teams} have changed: ${names(nameOfTeam)}.`;
  }
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

const people = (members: readonly Member[], most = MAX_LISTED): string => {
  const ids = members.slice(0, most).map(({ id }) => plain(id));
  return listed(ids, ', ', ' and ', members.length);
};

/** `texts` are the first of `count`. */
function listed(
  texts: readonly string[],
  separator: string,
  beforeLast = separator,
  count = texts.length,
): string {
  let length = 0;
  const shown = texts
    .slice(0, MAX_LISTED)
    .filter((text, index) => (length += text.length) <= MAX_LIST || index === 0);
  const more = count - shown.length;
  if (more > 0) return `${shown.join(separator)} and ${more} more`;
  return [shown.slice(0, -1).join(separator), ...shown.slice(-1)].filter(Boolean).join(beforeLast);
}

function changeText({ field, from, to, added = [], removed = [] }: FieldChange): string {
  const signs = [
    ...removed.map((item) => `−${valueText(nameOf(item))}`),
    ...added.map((item) => `+${valueText(nameOf(item))}`),
  ];
  const change = signs.length > 0 ? listed(signs, ' ') : `${valueText(from)} → ${valueText(to)}`;
  return `${plain(field)} ${change}`;
}

/** A member is shown by its id. */
const nameOf = (item: Json): Json =>
  typeof item === 'object' && item !== null && 'id' in item ? (item as { id: Json }).id : item;

const valueText = (value: Json): string => (value === null ? '(none)' : plain(plainText(value)));

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const ZERO_WIDTH_SPACE = '\u200b';
const LETTER_GRAVE = '\u02cb';

/** Text that Slack or Mattermost would show as bold, italic, struck out, code, an emoji, a channel or a formula. */
const MARKUP = /[*~`\\$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:[\w+-]+:/;
/** Text that would make a line a heading, a list or a quotation. */
const BEGINNING = /^(?:[#>=|+-]|\d+[.)])/;

/** Makes text one line, and breaks up mentions, links with another text, and Slack's or Mattermost's own markup. */
function plain(text: string, length = MAX_VALUE): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const short = shorten(line, length);
  const shown = short
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
    .replace(/@|\](?=[([:])/g, (found) => `${found}${ZERO_WIDTH_SPACE}`);
  if (MARKUP.test(short)) return `\`${shown.replaceAll('`', LETTER_GRAVE)}\``;
  return BEGINNING.test(short) ? `${ZERO_WIDTH_SPACE}${shown}` : shown;
}

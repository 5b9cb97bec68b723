/** An event as files for shell scripts, and as metadata for the page of a build. */
import { plainText, type Json } from '../core/catalogue/reading/json-value.ts';
import { tagLines } from '../core/clients/scope.ts';
import type { TeamEvent } from '../core/events/team-event.ts';
import { logSafe, printable } from '../core/text/log-safe.ts';

export interface MetadataField {
  readonly name: string;
  readonly value: string;
}

/** For lists with one item per line: a line break in an item must not make two of it. */
const list = (items: readonly string[]): string => items.map((item) => `${printable(item)}\n`).join('');
const json = (value: unknown): string => logSafe(`${JSON.stringify(value)}\n`);
const line = (value: Json): string => `${value === null ? '' : plainText(value)}\n`;
const ids = (members: readonly { readonly id: string }[] = []): string[] => members.map(({ id }) => id);

/** Contents by file name: `event.json` is the event's text without a newline; every other file ends with a newline. */
export function eventFiles(text: string): Readonly<Record<string, string>> {
  const { id, type, sequence, time, data } = JSON.parse(text) as TeamEvent;
  const { team, added, removed, changes = [], commit } = data;
  return {
    'event.json': text,
    id: line(id),
    type: line(type),
    team: line(team.id),
    name: line(team.name),
    members: list(ids(team.members)),
    'members.json': json(team.members),
    tags: list(tagLines(team.tags)),
    'tags.json': json(team.tags),
    perimeter: line(team.perimeter),
    'attributes.json': json(team.attributes),
    added: list(ids(added)),
    removed: list(ids(removed)),
    'changes.json': json(changes),
    commit: line(commit.id),
    time: line(time),
    sequence: line(sequence),
  };
}

export function eventMetadata(text: string): readonly MetadataField[] {
  const { type, time, data } = JSON.parse(text) as TeamEvent;
  const { team, added = [], removed = [], changes = [], commit } = data;
  const fields: readonly (readonly [string, string])[] = [
    ['type', type],
    ['team', team.id],
    ['added', ids(added).join(', ')],
    ['removed', ids(removed).join(', ')],
    ['changed', changes.map(({ field }) => field).join(', ')],
    ['commit', commit.id],
    ['title', commit.title],
    ['author', commit.author.name],
    ['time', time],
  ];
  return fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value: printable(value) }));
}

/** A receiver that keeps its own copy of the teams by events alone: the judge of what events say. */
import type { Json, JsonObject } from '../../src/core/catalogue/reading/json-value.ts';
import type { Member, Team } from '../../src/core/catalogue/team.ts';
import { eventOf, type LoggedEvent, type TeamEvent } from '../../src/core/events/team-event.ts';
import { type FieldChange } from '../../src/core/events/event-type.ts';

/** The teams after these events, starting from `teams`. For a changed team only the changes are used. */
export function applyEvents(
  teams: ReadonlyMap<string, Team>,
  events: readonly LoggedEvent[],
): ReadonlyMap<string, Team> {
  const copy = new Map(teams);
  for (const event of events) applyEvent(copy, eventOf(event));
  return copy;
}

export function applyEvent(teams: Map<string, Team>, { type, subject, data }: TeamEvent): void {
  switch (type) {
    case 'team.created':
      if (teams.has(subject)) throw new Error(`${subject} is created twice`);
      teams.set(subject, data.team);
      return;
    case 'team.deleted':
      if (!teams.delete(subject)) throw new Error(`${subject} is deleted without having been`);
      return;
    case 'team.modified': {
      const renamed = data.changes?.find(({ field }) => field === 'id');
      const earlier = renamed ? (renamed.from as string) : subject;
      const changed = (data.changes ?? []).reduce(
        applyChange,
        known(teams, earlier) as unknown as JsonObject,
      );
      teams.delete(earlier);
      teams.set(subject, changed as unknown as Team);
      return;
    }
    case 'team.members.added':
    case 'team.members.removed': {
      const team = known(teams, subject);
      teams.set(subject, {
        ...team,
        members: withMembers(team.members, data.removed ?? [], data.added ?? []),
      });
    }
  }
}

function known(teams: ReadonlyMap<string, Team>, id: string): Team {
  const team = teams.get(id);
  if (team === undefined) throw new Error(`${id} is not known`);
  return team;
}

function withMembers(
  members: readonly Member[],
  removed: readonly Member[],
  added: readonly Member[],
): Member[] {
  const byId = new Map(members.map((member) => [member.id, member]));
  for (const { id } of removed) if (!byId.delete(id)) throw new Error(`${id} leaves without having been in`);
  for (const member of added) {
    if (byId.has(member.id)) throw new Error(`${member.id} joins twice`);
    byId.set(member.id, member);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function applyChange(team: JsonObject, { field, from, to, added, removed }: FieldChange): JsonObject {
  const path = fieldPath(field);
  if (field === 'members') {
    const members = withMembers(
      team['members'] as Member[],
      (removed ?? []) as Member[],
      (added ?? []) as Member[],
    );
    return { ...team, members };
  }
  const stood = valueAt(team, path);
  if (JSON.stringify(stood) !== JSON.stringify(from))
    throw new Error(`${field} was ${JSON.stringify(stood)}`);
  return withValue(team, path, to);
}

/** `attributes["a.b"].c` -> its keys. */
export function fieldPath(field: string): string[] {
  const keys: string[] = [];
  for (let rest = field; rest !== '';) {
    const plain = /^\.?([^.[\]"\\]+)/.exec(rest);
    const quoted = /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
    const match = quoted ?? plain;
    if (match?.[1] === undefined) throw new Error(`${field} is no path at ${rest}`);
    keys.push(quoted ? String(JSON.parse(match[1])) : match[1]);
    rest = rest.slice(match[0].length);
  }
  return keys;
}

function child(
  value: Json,
  key: string,
): { readonly key: string | number; readonly value: Json } | undefined {
  if (Array.isArray(value)) {
    const index = (value as readonly Member[]).findIndex(({ id }) => id === key); // a member, by id
    return index < 0 ? undefined : { key: index, value: value[index] as Json };
  }
  const own = value as JsonObject;
  return Object.hasOwn(own, key) ? { key, value: own[key] as Json } : undefined;
}

function valueAt(value: Json, path: readonly string[]): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const found = child(value, key);
  return found === undefined ? null : valueAt(found.value, rest);
}

/** null removes a key, but a team without a perimeter has null as its perimeter. */
function withValue(value: JsonObject, path: readonly string[], to: Json): JsonObject {
  const [key = '', ...rest] = path;
  const found = child(value, key);
  const changed = rest.length === 0 ? to : withValue((found?.value ?? {}) as JsonObject, rest, to);
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item, index) =>
      index === found?.key ? changed : item,
    ) as unknown as JsonObject;
  }
  const entries = Object.entries(value).filter(([name]) => name !== key);
  if (changed !== null || key === 'perimeter') entries.push([key, changed]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

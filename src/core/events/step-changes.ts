/** Teams before and after a step -> the changes, in the order in which they are sent. */
import { byCodeUnits } from '../catalogue/reading/json-value.ts';
import { teamOf, type Member, type Team, type TeamEntry } from '../catalogue/team.ts';
import { type FieldChange, type EventType, EVENT_TYPES } from './event-type.ts';
import { fieldChanges, setChange } from './field-changes.ts';
import type { Implication } from './team-event.ts';

/** One change of one team: the team is given as it is after the step, a deleted one as it was before. */
export interface StepChange {
  readonly type: EventType;
  readonly entry: TeamEntry;
  /** The team before the step, if `entry` is its new state. */
  readonly earlier: TeamEntry | undefined;
  /** JSON: the {@link FieldChange}s of a modification, or the members who joined or left; empty for other types. */
  readonly told: string;
  /** Number of members who joined or left. */
  readonly people: number;
  readonly impliedBy: readonly Implication[];
}

const NOTHING: readonly Implication[] = [];

type Teams = ReadonlyMap<string, TeamEntry>;

/**
 * Created, modified, members removed, members added, deleted; within each type sorted by team id in code units. At most
 * one change of each type per team. Both maps must hold every team that may differ.
 */
export function stepChanges(before: Teams, after: Teams): StepChange[] {
  const renames = findRenames(before, after);
  const successorOf = new Map([...renames].map(([id, earlier]) => [earlier, id]));
  const found: Record<EventType, StepChange[]> = {
    'team.created': [],
    'team.modified': [],
    'team.members.removed': [],
    'team.members.added': [],
    'team.deleted': [],
  };
  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    for (const change of changesOfTeam(id)) found[change.type].push(change);
  }
  return EVENT_TYPES.flatMap((type) => found[type]);

  function changesOfTeam(id: string): StepChange[] {
    const entry = after.get(id);
    const same = before.get(id);
    if (entry === undefined) return same === undefined ? [] : deleted(same, successorOf.get(id));
    if (same !== undefined) return modified(same, entry);
    const earlier = before.get(renames.get(id) ?? '');
    return earlier === undefined ? created(entry, NOTHING) : renamed(earlier, entry);
  }
}

/**
 * New id -> old id. A rename is a team that appears and names in `previously` an id that disappears. If several teams
 * name the same id, the first by id gets it; a team that names several ids gets the first that is still available.
 */
export function findRenames(before: Teams, after: Teams): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  const free = (earlier: string): boolean =>
    before.has(earlier) && !after.has(earlier) && !taken.has(earlier);
  const appeared = [...after.values()].filter(
    ({ id, previously }) => previously.length > 0 && !before.has(id),
  );
  for (const { id, previously } of appeared.sort((a, b) => byCodeUnits(a.id, b.id))) {
    const earlier = previously.find(free);
    if (earlier === undefined) continue;
    renames.set(id, earlier);
    taken.add(earlier);
  }
  return renames;
}

/** The team appears; its first members become an implied event. `impliedBy` implies both. */
function created(entry: TeamEntry, impliedBy: readonly Implication[]): StepChange[] {
  const appeared: StepChange = {
    type: 'team.created',
    entry,
    earlier: undefined,
    told: '',
    people: 0,
    impliedBy,
  };
  const implied: Implication[] = [{ type: 'team.created', team: entry.id }, ...impliedBy];
  return [appeared, ...withAllMembers('team.members.added', entry, implied)];
}

/** The team is gone. With a `successor` it was renamed, which is reported as that team's modification. */
function deleted(entry: TeamEntry, successor: string | undefined): StepChange[] {
  const impliedBy: readonly Implication[] =
    successor === undefined ? NOTHING : [{ type: 'team.modified', team: successor }];
  const implied: Implication[] = [{ type: 'team.deleted', team: entry.id }, ...impliedBy];
  return [
    { type: 'team.deleted', entry, earlier: undefined, told: '', people: 0, impliedBy },
    ...withAllMembers('team.members.removed', entry, implied),
  ];
}

function withAllMembers(
  type: EventType,
  entry: TeamEntry,
  impliedBy: readonly Implication[],
): readonly StepChange[] {
  const { members: told, memberCount: people } = entry;
  return people === 0 ? [] : [{ type, entry, earlier: undefined, told, people, impliedBy }];
}

function modified(before: TeamEntry, entry: TeamEntry): StepChange[] {
  if (before.text === entry.text) return [];
  const found: StepChange[] = [];
  const tell = (type: EventType, told: readonly (FieldChange | Member)[]): void => {
    if (told.length === 0) return;
    const people = type === 'team.modified' ? 0 : told.length;
    found.push({ type, entry, earlier: before, told: JSON.stringify(told), people, impliedBy: NOTHING });
  };
  const [was, is] = [teamOf(before), teamOf(entry)];
  tell('team.modified', fieldChanges(was, is));
  tell('team.members.removed', absentIn(is, was.members));
  tell('team.members.added', absentIn(was, is.members));
  return found;
}

/**
 * One modification with the field `id` (members who joined or left are a field too); the creation of the new id is
 * implied.
 */
function renamed(before: TeamEntry, entry: TeamEntry): StepChange[] {
  const [was, is] = [teamOf(before), teamOf(entry)];
  const added = absentIn(was, is.members);
  const removed = absentIn(is, was.members);
  const changes: FieldChange[] = [{ field: 'id', from: was.id, to: is.id }, ...fieldChanges(was, is)];
  if (added.length + removed.length > 0) {
    changes.push({ ...setChange('members', was.members, is.members), added, removed });
  }
  changes.sort((a, b) => byCodeUnits(a.field, b.field));
  const told = JSON.stringify(changes);
  return [
    { type: 'team.modified', entry, earlier: before, told, people: 0, impliedBy: NOTHING },
    ...created(entry, [{ type: 'team.modified', team: entry.id }]),
  ];
}

/** The members in `members` that are not in `team`. */
function absentIn(team: Team, members: readonly Member[]): readonly Member[] {
  const known = new Set(team.members.map(({ id }) => id));
  return members.filter(({ id }) => !known.has(id));
}

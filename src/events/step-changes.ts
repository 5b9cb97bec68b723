/** Teams before and after a step -> what happened to them, in the order in which it is told. */
import { byCodeUnits, sharedText } from '../catalogue/json-value.ts';
import type { Member, Team, TeamEntry } from '../catalogue/team.ts';
import { fieldChanges, setChange } from './field-changes.ts';
import {
  EVENT_TYPES,
  type EventType,
  type FieldChange,
  type Implication,
  type TeamChange,
} from './team-event.ts';

/** A change with the team it happened to: as it is after the step, for what is gone as it was before. */
export interface StepChange {
  readonly change: TeamChange;
  readonly entry: TeamEntry;
  readonly impliedBy: readonly Implication[];
}

type Teams = ReadonlyMap<string, TeamEntry>;

/**
 * Created, modified, members removed, members added, deleted; inside each by team id in code units. At most one
 * of a kind for a team. Both maps hold every team that may differ.
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
    for (const change of changesOfTeam(id)) found[change.change.type].push(change);
  }
  return EVENT_TYPES.flatMap((type) => found[type]);

  function changesOfTeam(id: string): StepChange[] {
    const entry = after.get(id);
    const same = before.get(id);
    if (entry === undefined) return same === undefined ? [] : deleted(same, successorOf.get(id));
    if (same !== undefined) return modified(same, entry);
    const earlier = before.get(renames.get(id) ?? '');
    return earlier === undefined ? created(entry, []) : renamed(earlier, entry);
  }
}

/**
 * New id -> old id. A rename is a team that appears and names in `previously` an id that disappears. The first by
 * id takes it; a team that names several takes the first of them that is there to take.
 */
function findRenames(before: Teams, after: Teams): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  const appeared = [...after.keys()].filter((id) => !before.has(id)).sort(byCodeUnits);
  for (const id of appeared) {
    const free = (earlier: string): boolean =>
      before.has(earlier) && !after.has(earlier) && !taken.has(earlier);
    const earlier = after.get(id)?.previously.find(free);
    if (earlier === undefined) continue;
    renames.set(id, earlier);
    taken.add(earlier);
  }
  return renames;
}

/** The team appears; its first members come as an implied event. `impliedBy` implies both. */
function created(entry: TeamEntry, impliedBy: readonly Implication[]): StepChange[] {
  const { id, members } = entry.team;
  const changes: StepChange[] = [{ change: { type: 'team.created' }, entry, impliedBy }];
  if (members.length > 0) {
    const implied: Implication[] = [{ type: 'team.created', team: id }, ...impliedBy];
    changes.push({ change: { type: 'team.members.added', added: members }, entry, impliedBy: implied });
  }
  return changes;
}

/** The team is gone. With a `successor` it was renamed, which is told as that team's modification. */
function deleted(entry: TeamEntry, successor: string | undefined): StepChange[] {
  const { id, members } = entry.team;
  const impliedBy: Implication[] =
    successor === undefined ? [] : [{ type: 'team.modified', team: successor }];
  const changes: StepChange[] = [{ change: { type: 'team.deleted' }, entry, impliedBy }];
  if (members.length > 0) {
    const implied: Implication[] = [{ type: 'team.deleted', team: id }, ...impliedBy];
    changes.push({ change: { type: 'team.members.removed', removed: members }, entry, impliedBy: implied });
  }
  return changes;
}

function modified(before: TeamEntry, entry: TeamEntry): StepChange[] {
  if (before.team === entry.team || sharedText(before.team) === sharedText(entry.team)) return [];
  const found: StepChange[] = [];
  const add = (change: TeamChange): void => void found.push({ change, entry, impliedBy: [] });
  const changes = fieldChanges(before.team, entry.team);
  if (changes.length > 0) add({ type: 'team.modified', changes });
  const removed = absentIn(entry.team, before.team.members);
  if (removed.length > 0) add({ type: 'team.members.removed', removed });
  const added = absentIn(before.team, entry.team.members);
  if (added.length > 0) add({ type: 'team.members.added', added });
  return found;
}

/** One modification of field `id` (who joined or left meanwhile is a field of it); the new id's creation is implied. */
function renamed(before: TeamEntry, entry: TeamEntry): StepChange[] {
  const changes: FieldChange[] = [
    { field: 'id', from: before.team.id, to: entry.team.id },
    ...fieldChanges(before.team, entry.team),
  ];
  if (
    absentIn(entry.team, before.team.members).length + absentIn(before.team, entry.team.members).length >
    0
  ) {
    changes.push(membersChange(before.team, entry.team));
  }
  changes.sort((a, b) => byCodeUnits(a.field, b.field));
  return [
    { change: { type: 'team.modified', changes }, entry, impliedBy: [] },
    ...created(entry, [{ type: 'team.modified', team: entry.team.id }]),
  ];
}

function membersChange(before: Team, after: Team): FieldChange {
  const { field, from, to } = setChange('members', before.members, after.members);
  return {
    field,
    from,
    to,
    added: absentIn(before, after.members),
    removed: absentIn(after, before.members),
  };
}

/** Those of `members` who are not in `team`. */
function absentIn(team: Team, members: readonly Member[]): readonly Member[] {
  const known = new Set(team.members.map(({ id }) => id));
  return members.filter(({ id }) => !known.has(id));
}

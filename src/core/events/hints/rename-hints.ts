/**
 * Pairs of a deleted and a created team in one step that look like one team under a new id. Only `previously` makes a
 * rename; this changes no event. It points people to a `previously` that they may have forgotten.
 */
import { writtenFor } from '../../catalogue/configuration/id-frame.ts';
import { byCodeUnits } from '../../catalogue/reading/json-value.ts';
import { teamOf, type TeamEntry } from '../../catalogue/team.ts';
import { findRenames } from '../step-changes.ts';

/**
 * Why two teams look like one, the most certain reason first.
 * - file: the file held only this team before, and only that team after
 * - content: the same members (at least one), tags, perimeter and attributes
 * - name: the same name, which is not the id
 * - members: they share at least two, and at least half of the larger team
 */
export type Likeness = 'file' | 'content' | 'name' | 'members';

export interface RenameHint {
  /** The deleted team. */
  readonly from: TeamEntry;
  /** The created team. */
  readonly to: TeamEntry;
  readonly likeness: Likeness;
  /** What to write in `previously` of the new team. */
  readonly written: string;
}

type Teams = ReadonlyMap<string, TeamEntry>;
type Pair = readonly [from: TeamEntry, to: TeamEntry];

const SHARED_MEMBERS = 2;
const SHARED_PART = 0.5;
/** A member of more deleted teams than this is ignored, because each of them would be compared with every new team. */
const IN_MANY_TEAMS = 50;

/** Sorted by the new id. A team is in at most one hint; declared renames (`previously`) are in none. */
export function renameHints(before: Teams, after: Teams): RenameHint[] {
  const told = findRenames(before, after);
  const successors = new Set(told.keys());
  const earlier = new Set(told.values());
  const gone = absentIn(after, before, earlier);
  const come = absentIn(before, after, successors);
  const hints: RenameHint[] = [];
  const isOther = (id: string): boolean => before.has(id);
  const settle = (
    likeness: Likeness,
    pairs: (gone: TeamEntry[], come: TeamEntry[]) => Iterable<Pair>,
  ): void => {
    if (gone.size === 0 || come.size === 0) return;
    for (const [from, to] of pairs([...gone], [...come])) {
      if (!gone.has(from) || !come.has(to)) continue;
      gone.delete(from);
      come.delete(to);
      hints.push({ from, to, likeness, written: writtenFor(to.idFrame, from.id, isOther) });
    }
  };
  settle('file', (from, to) => sameKey(from, to, aloneIn(before), aloneIn(after)));
  settle('content', (from, to) => sameKey(from, to, contentOf));
  settle('name', (from, to) => sameKey(from, to, ownNameOf));
  settle('members', sharingMembers);
  return hints.sort((a, b) => byCodeUnits(a.to.id, b.to.id));
}

/** The teams in `teams` that are not in `others` and not declared as renamed, sorted by id. */
function absentIn(others: Teams, teams: Teams, told: ReadonlySet<string>): Set<TeamEntry> {
  const found = [...teams.values()].filter(({ id }) => !others.has(id) && !told.has(id));
  return new Set(found.sort((a, b) => byCodeUnits(a.id, b.id)));
}

type KeyOf = (entry: TeamEntry) => string | undefined;

/** Pairs of teams with the same key; if several have it, in the order of their ids. */
function* sameKey(
  gone: readonly TeamEntry[],
  come: readonly TeamEntry[],
  keyOfGone: KeyOf,
  keyOfCome: KeyOf = keyOfGone,
): Iterable<Pair> {
  const byKey = new Map<string, TeamEntry[]>();
  for (const from of [...gone].reverse()) {
    const key = keyOfGone(from);
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [from]);
    else known.push(from);
  }
  for (const to of come) {
    const from = byKey.get(keyOfCome(to) ?? '')?.pop();
    if (from !== undefined) yield [from, to];
  }
}

/** The path of a team that is alone in its file. */
function aloneIn(teams: Teams): KeyOf {
  const counts = new Map<string, number>();
  for (const { file } of teams.values()) counts.set(file, (counts.get(file) ?? 0) + 1);
  return ({ file }) => (counts.get(file) === 1 ? file : undefined);
}

function contentOf(entry: TeamEntry): string | undefined {
  if (entry.memberCount === 0) return undefined;
  const { members, tags, perimeter, attributes } = teamOf(entry);
  return JSON.stringify([members, tags, perimeter, attributes]);
}

function ownNameOf(entry: TeamEntry): string | undefined {
  const { id, name } = teamOf(entry);
  return name === id ? undefined : name;
}

/** Pairs that share the most members come first. */
function sharingMembers(gone: readonly TeamEntry[], come: readonly TeamEntry[]): readonly Pair[] {
  const teamsOf = new Map<string, TeamEntry[]>();
  for (const from of gone) {
    for (const id of memberIds(from)) {
      const known = teamsOf.get(id);
      if (known === undefined) teamsOf.set(id, [from]);
      else known.push(from);
    }
  }
  const found: { readonly pair: Pair; readonly shared: number }[] = [];
  for (const to of come) {
    const sharedWith = new Map<TeamEntry, number>();
    for (const id of memberIds(to)) {
      const teams = teamsOf.get(id) ?? [];
      if (teams.length > IN_MANY_TEAMS) continue;
      for (const from of teams) sharedWith.set(from, (sharedWith.get(from) ?? 0) + 1);
    }
    for (const [from, shared] of sharedWith) {
      const larger = Math.max(from.memberCount, to.memberCount);
      if (shared >= SHARED_MEMBERS && shared >= SHARED_PART * larger)
        found.push({ pair: [from, to], shared });
    }
  }
  return found
    .sort(
      (a, b) =>
        b.shared - a.shared ||
        byCodeUnits(a.pair[1].id, b.pair[1].id) ||
        byCodeUnits(a.pair[0].id, b.pair[0].id),
    )
    .map(({ pair }) => pair);
}

const memberIds = ({ members }: TeamEntry): readonly string[] =>
  (JSON.parse(members) as readonly { readonly id: string }[]).map(({ id }) => id);

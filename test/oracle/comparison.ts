/** What the program tells of a history, beside what the oracle finds at each of its commits. */
import { isDeepStrictEqual } from 'node:util';
import type { Team } from '../../src/core/catalogue/team.ts';
import type { TeamEvent } from '../../src/core/events/team-event.ts';
import { applyEvent } from '../support/sample-subscriber.ts';
import type { FoundTeam } from './file-teams.ts';
import type { CatalogueAt, Oracle } from './oracle.ts';

export interface Comparison {
  readonly commits: number;
  readonly events: number;
  /** Problems met, each counted once for as long as it stood. */
  readonly broken: number;
  /** What the program must end with. */
  readonly exitCode: 0 | 2 | 4;
  /** The catalogue of the newest commit. */
  readonly newest: CatalogueAt;
  readonly differences: readonly string[];
}

type FoundTeams = CatalogueAt['teams'];

const NOTHING: CatalogueAt = { teams: new Map(), files: 0, problems: new Map() };
const MAX_DIFFERENCES = 20;

/**
 * `commits` is the first-parent line from the root, oldest first, `events` what the program printed for it. Applied
 * step by step to nothing they must give, at each commit, the oracle's catalogue of that commit; the member events alone
 * its memberships. Ends early after some differences.
 */
export async function compareHistory(
  commits: readonly string[],
  events: AsyncIterable<TeamEvent>,
  oracle: Oracle,
): Promise<Comparison> {
  const differences: string[] = [];
  let broken = 0;
  const copy = createCopy();
  const coming = stepsOf(events);
  let due = await coming.next();
  let told = 0;
  let matched = false;
  let before = NOTHING;
  let parent: string | null = null;

  for (const commit of commits) {
    const differ = (what: string): unknown => differences.push(`${commit} ${what}`);
    const after = await oracle.catalogueAt(commit);
    matched ||= after.files > 0;
    for (const [path, problem] of after.problems) if (before.problems.get(path) !== problem) broken++;
    const step = due.done !== true && due.value.commit === commit ? due.value.events : [];
    if (step.length > 0) due = await coming.next();
    told += step.length;
    for (const event of step) compareEvent(event, parent, before.teams, after.teams, differ);
    compareRenames(step, before.teams, after.teams, differ);
    copy.apply(step, differ);
    copy.compare(after.teams, differ);
    before = after;
    parent = commit;
    if (differences.length >= MAX_DIFFERENCES) break;
  }
  if (due.done !== true && differences.length === 0) {
    differences.push(`${due.value.commit} has events, out of turn or off the line`);
  }
  const exitCode = !matched ? 2 : before.problems.size > 0 ? 4 : 0;
  return { commits: commits.length, events: told, broken, exitCode, newest: before, differences };
}

interface Step {
  readonly commit: string;
  readonly events: readonly TeamEvent[];
}

async function* stepsOf(events: AsyncIterable<TeamEvent>): AsyncGenerator<Step, undefined> {
  let step: TeamEvent[] = [];
  for await (const event of events) {
    const commit = step[0]?.data.commit.id;
    if (commit !== undefined && commit !== event.data.commit.id) {
      yield { commit, events: step };
      step = [];
    }
    step.push(event);
  }
  const commit = step[0]?.data.commit.id;
  if (commit !== undefined) yield { commit, events: step };
}

type Differ = (what: string) => unknown;

/** What the event says of its team, its file and its step. */
function compareEvent(
  { id, type, subject, data }: TeamEvent,
  parent: string | null,
  before: FoundTeams,
  after: FoundTeams,
  differ: Differ,
): void {
  const found = after.get(subject) ?? before.get(subject);
  const name = `${type} ${subject} (${id})`;
  if (!isDeepStrictEqual(data.team, found?.team)) differ(`${name} carries ${both(data.team, found?.team)}`);
  if (data.file !== found?.file) differ(`${name} names the file ${both(data.file, found?.file)}`);
  if (data.commit.parent !== parent) differ(`${name} names the parent ${both(data.commit.parent, parent)}`);
}

/** A rename: an id that goes, and one that comes and has it in `previously`; the first by id takes it. */
function compareRenames(
  step: readonly TeamEvent[],
  before: FoundTeams,
  after: FoundTeams,
  differ: Differ,
): void {
  const expected = new Map<string, string>();
  const come = [...after.keys()].filter((id) => !before.has(id)).sort();
  for (const id of come) {
    const taken = new Set(expected.values());
    const gone = after
      .get(id)
      ?.previously.find((old) => before.has(old) && !after.has(old) && !taken.has(old));
    if (gone !== undefined) expected.set(id, gone);
  }
  const told = step.flatMap(({ subject, data }) =>
    (data.changes ?? []).flatMap(({ field, from }) => (field === 'id' ? [[subject, from] as const] : [])),
  );
  if (!isDeepStrictEqual(new Map<string, unknown>(told), new Map<string, unknown>(expected))) {
    differ(`renames ${both(told, [...expected])}`);
  }
}

/**
 * What subscribers know by events alone: of all that are not implied the teams; of those of members, implied ones
 * included, the memberships; of creations and deletions, implied ones included, which teams there are.
 */
function createCopy() {
  const teams = new Map<string, Team>();
  const memberships = new Map<string, ReadonlySet<string>>();
  const ids = new Set<string>();
  // Most teams stay the same objects from commit to commit, on both sides.
  const equalTeams = new Map<Team, FoundTeam>();
  const equalMembers = new Map<ReadonlySet<string>, FoundTeam>();

  const applyMembers = ({ subject, data }: TeamEvent, differ: Differ): void => {
    if (data.added === undefined && data.removed === undefined) return;
    const members = new Set(memberships.get(subject));
    for (const { id } of data.removed ?? [])
      if (!members.delete(id)) differ(`${subject}: ${id} leaves, unknown`);
    for (const { id } of data.added ?? []) {
      if (members.has(id)) differ(`${subject}: ${id} joins twice`);
      members.add(id);
    }
    if (members.size > 0) memberships.set(subject, members);
    else memberships.delete(subject);
  };

  return {
    apply(step: readonly TeamEvent[], differ: Differ): void {
      for (const event of step) {
        const { type, subject } = event;
        if (type === 'team.members.added' || type === 'team.members.removed') applyMembers(event, differ);
        if (type === 'team.created') ids.add(subject);
        if (type === 'team.deleted') ids.delete(subject);
        if (event.data.impliedBy !== undefined) continue;
        try {
          applyEvent(teams, event);
        } catch (error) {
          differ(`${type} ${subject} cannot be applied: ${String(error)}`);
        }
      }
    },
    compare(found: FoundTeams, differ: Differ): void {
      let withMembers = 0;
      for (const [id, one] of found) {
        if (!ids.has(id)) differ(`${id} was not created`);
        const team = teams.get(id);
        if (team === undefined || equalTeams.get(team) !== one) {
          if (!isDeepStrictEqual(team, one.team)) differ(`${id} is ${both(team, one.team)}`);
          else if (team !== undefined) equalTeams.set(team, one);
        }
        if (one.team.members.length === 0) continue;
        withMembers++;
        const members = memberships.get(id);
        if (members !== undefined && equalMembers.get(members) === one) continue;
        const expected = new Set(one.team.members.map((member) => member['id']));
        if (!isDeepStrictEqual(members, expected)) {
          differ(`${id} has the members ${both([...(members ?? [])], [...expected])}`);
        } else if (members !== undefined) equalMembers.set(members, one);
      }
      for (const id of [...teams.keys(), ...ids])
        if (!found.has(id)) differ(`${id} is not there for the oracle`);
      if (withMembers !== memberships.size) {
        differ(`${memberships.size} teams have members by events, ${withMembers} for the oracle`);
      }
    },
  };
}

const both = (program: unknown, oracle: unknown): string =>
  `${JSON.stringify(program)}, and for the oracle ${JSON.stringify(oracle)}`;

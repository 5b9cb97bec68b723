/** Teams, steps and events written down by hand. */
import {
  DEFAULT_CONFIGURATION,
  parseConfiguration,
  type Configuration,
} from '../../src/core/catalogue/configuration/configuration.ts';
import type { Step } from '../../src/core/catalogue/history.ts';
import { readTeamFile, type FileContent } from '../../src/core/catalogue/reading/team-file.ts';
import { teamEntry, teamOf, type Member, type Team, type TeamEntry } from '../../src/core/catalogue/team.ts';
import { eventsOfStep } from '../../src/core/events/cloud-event.ts';
import type { LogStep } from '../../src/core/events/log-step.ts';
import { eventOf, type LoggedEvent, type TeamEvent } from '../../src/core/events/team-event.ts';

export const SOURCE = 'https://git.example.com/acme/teams';

/** The configuration that a text of `team-events.yml` gives; it must be valid. */
export function configurationOf(text: string): Configuration {
  const parsed = parseConfiguration(text);
  if (!parsed.ok) throw new Error(parsed.wrong.map(({ message }) => message).join('; '));
  return parsed.value;
}

/** Reads one file of the catalogue; `configuration` is the text of a `team-events.yml`. */
export function readText(
  text: string | Uint8Array,
  configuration = '{}',
  path = 'teams/payments.yml',
): FileContent {
  const bytes = Buffer.from(text);
  return readTeamFile(path, { size: bytes.length, bytes }, configurationOf(configuration));
}

/** The teams of a text that has no problem. */
export function teamsIn(text: string, configuration?: string, path?: string): Team[] {
  const { entries, problems } = readText(text, configuration, path);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '));
  return entries.map(teamOf);
}

/** `line:column message` of each problem of a text. */
export function problemsIn(text: string | Uint8Array, configuration?: string, path?: string): string[] {
  return readText(text, configuration, path).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

/** A team; members by id alone or with their keys. */
export function team(
  id: string,
  {
    members = [],
    ...others
  }: Partial<Omit<Team, 'id' | 'members'>> & { members?: readonly (string | Member)[] } = {},
): Team {
  return {
    id,
    name: id,
    members: members.map((member) => (typeof member === 'string' ? { id: member } : member)),
    tags: [],
    perimeter: null,
    attributes: {},
    ...others,
  };
}

/** Teams by id, as a step has them; a pair adds what the team was called before. */
export function teams(
  ...all: readonly (Team | readonly [team: Team, previously: readonly string[]])[]
): ReadonlyMap<string, TeamEntry> {
  const entries = all.map((one): TeamEntry => {
    const [written, previously] = 'id' in one ? [one, []] : one;
    return teamEntry(written, { previously, file: `teams/${written.id}.yml`, node: [0] });
  });
  return new Map(entries.map((entry) => [entry.id, entry]));
}

const COMMIT = { from: 'a'.repeat(40), to: 'b'.repeat(40) };

/** A step between two commits; what differs from an ordinary one in `others`. */
export function sampleStep({
  commit,
  ...others
}: Partial<Omit<Step, 'commit'>> & { commit?: Partial<Step['commit']> } = {}): Step {
  return {
    from: COMMIT.from,
    commit: {
      id: COMMIT.to,
      time: Date.UTC(2026, 0, 5, 9) / 1000,
      author: { name: 'Sample Author', email: 'author@example.com' },
      title: 'Change the teams',
      ...commit,
    },
    reachable: 1234,
    consecutive: true,
    changes: [],
    ...others,
  };
}

type Teams = ReadonlyMap<string, TeamEntry>;

/** An event together with its parsed text. */
export type OpenedEvent = LoggedEvent & { readonly event: TeamEvent };

/** An event of a step as an object whose parts a test may replace. */
export const plainEvent = ({
  text,
  id,
  type,
  subject,
  sequence,
  commit,
  people,
  states,
  impliedBy,
}: LoggedEvent): LoggedEvent => ({ text, id, type, subject, sequence, commit, people, states, impliedBy });

/** The events of one step between two catalogues, opened. */
export function eventsBetween(
  before: Teams,
  after: Teams,
  step = sampleStep(),
  configuration = DEFAULT_CONFIGURATION,
): OpenedEvent[] {
  const events = eventsOfStep({ step, configuration, before, after }, SOURCE);
  return events.map((logged) => ({ ...plainEvent(logged), event: eventOf(logged) }));
}

/** The events of a step that adds the teams a, b and c with a member each: created, then members added (implied). */
export const threeNewTeams = (step = sampleStep()): OpenedEvent[] =>
  eventsBetween(teams(), teams(...['a', 'b', 'c'].map((id) => team(id, { members: ['alice'] }))), step);

/** A log of these steps; those without an event are left out. `before` has the catalogue before each. */
export function logOf(steps: readonly (readonly LoggedEvent[])[], before: readonly Teams[] = []): LogStep[] {
  return steps.flatMap((events, index): LogStep[] => {
    const [first] = events;
    if (first === undefined) return [];
    const teamsBefore = [...(before[index]?.values() ?? [])];
    const memberships = teamsBefore.reduce((sum, { memberCount }) => sum + memberCount, 0);
    const { parent, id } = eventOf(first).data.commit;
    const reachable = Number(first.sequence.split('.')[0]);
    return [{ from: parent, to: id, reachable, before: { teams: teamsBefore.length, memberships }, events }];
  });
}

/** `type team` of each event, with `?` after it if it is implied. */
export function outline(events: readonly LoggedEvent[]): string[] {
  return events.map(
    ({ type, subject, impliedBy }) => `${type} ${subject}${impliedBy.length > 0 ? ' ?' : ''}`,
  );
}

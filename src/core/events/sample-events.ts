/** The life of a sample team, with one event of each type, for consumers to test their endpoint. */
import { hash } from 'node:crypto';
import { DEFAULT_CONFIGURATION } from '../catalogue/configuration/configuration.ts';
import { teamEntry, type Team, type TeamEntry } from '../catalogue/team.ts';
import { eventsOfStep } from './cloud-event.ts';
import type { LogStep } from './log-step.ts';
import type { LoggedEvent } from './team-event.ts';

const SOURCE = 'urn:team-events:sample';
const TEAM: Team = {
  id: 'sample-team',
  name: 'Sample team',
  members: [{ id: 'alice' }, { id: 'bob' }],
  tags: ['sample'],
  perimeter: 'sample',
  attributes: { contact: '#sample' },
};

/** The states of the team, commit by commit. */
const LIFE: readonly (readonly [title: string, team: Team | undefined])[] = [
  ['Create the sample team', TEAM],
  ['Change the tags of the sample team', { ...TEAM, tags: ['changed', 'sample'] }],
  ['Bob leaves the sample team', { ...TEAM, tags: ['changed', 'sample'], members: [{ id: 'alice' }] }],
  ['Carol joins', { ...TEAM, tags: ['changed', 'sample'], members: [{ id: 'alice' }, { id: 'carol' }] }],
  ['Delete the sample team', undefined],
];

/**
 * Built like real events, from commits that do not exist. Each `nonce` gives other ids; all ids begin with
 * `evt_sample_`. `nowSeconds`: seconds since 1970.
 */
export function sampleLog(nowSeconds: number, nonce: string): readonly LogStep[] {
  let before: ReadonlyMap<string, TeamEntry> = new Map();
  let from = commitId(nonce, 0);
  return LIFE.map(([title, team], index): LogStep => {
    const id = commitId(nonce, index + 1);
    const author = { name: 'team-events', email: '' };
    const reachable = index + 2;
    const step = { from, reachable, consecutive: true, changes: [] };
    const after = new Map(team && [[team.id, sampleEntry(team)]]);
    const events = eventsOfStep(
      {
        step: { ...step, commit: { id, time: nowSeconds, author, title } },
        configuration: DEFAULT_CONFIGURATION,
        before,
        after,
      },
      SOURCE,
    ).filter(({ impliedBy }) => impliedBy.length === 0);
    const log = { from, to: id, reachable, before: { teams: before.size, memberships: 0 } };
    [from, before] = [id, after];
    return { ...log, events: events.map(marked) };
  });
}

const commitId = (nonce: string, index: number): string => hash('sha1', `${nonce}\n${index}`, 'hex');

const sampleEntry = (team: Team): TeamEntry =>
  teamEntry(team, { previously: [], file: `teams/${team.id}.yml`, node: [] });

/** Marks the id, so that nobody can take the event for a real one. */
function marked(event: LoggedEvent): LoggedEvent {
  const id = `evt_sample_${event.id.slice('evt_'.length, -'sample_'.length)}`;
  const { type, subject, sequence, commit, people, states, impliedBy } = event;
  const text = event.text.replace(event.id, id);
  return { text, id, type, subject, sequence, commit, people, states, impliedBy };
}

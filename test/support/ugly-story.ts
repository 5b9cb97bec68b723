/** A history as the built program reports it, commit by commit, in a short notation; and whether it keeps the laws. */
import { expect } from 'vitest';
import type { Team } from '../../src/core/catalogue/team.ts';
import { openEventStream } from '../../src/run/event-log/event-stream.ts';
import { resolveRange } from '../../src/run/event-log/range.ts';
import type { LoggedEvent, TeamEvent } from '../../src/core/events/team-event.ts';
import { openRepository } from '../../src/adapters/git/clone/repository.ts';
import { importRepo, type ImportedCommit } from './imported-repo.ts';
import { eventsOf, teamEvents } from './program.ts';
import { applyEvents } from './sample-subscriber.ts';

export interface UglyStory {
  /** The events of each step, by commit, first parents only: see {@link inShort}. */
  readonly steps: readonly (readonly string[])[];
  /** What stderr said, without the ids of commits, and without hints. */
  readonly notes: readonly string[];
  /** The rename hints: which team looks like which. */
  readonly hints: readonly string[];
  readonly code: number | null;
  readonly events: readonly TeamEvent[];
  readonly ids: readonly string[];
  readonly directory: string;
}

/**
 * `+ a` created, `- a` deleted, `a: + x y` members joined, `a: - x` left, `a: tags, attributes.x` modified; in brackets
 * what another event implies.
 */
export function inShort({ type, subject, data }: TeamEvent): string {
  const ids = [...(data.added ?? []), ...(data.removed ?? [])].map(({ id }) => id).join(' ');
  const said: Record<TeamEvent['type'], string> = {
    'team.created': `+ ${subject}`,
    'team.modified': `${subject}: ${(data.changes ?? []).map(({ field }) => field).join(', ')}`,
    'team.members.removed': `${subject}: - ${ids}`,
    'team.members.added': `${subject}: + ${ids}`,
    'team.deleted': `- ${subject}`,
  };
  return data.impliedBy === undefined ? said[type] : `(${said[type]})`;
}

/**
 * Imports the commits, reports them from the root, and checks the events against the laws; from this many of the last
 * commits, the rest is reported anew.
 */
export async function tell(commits: readonly ImportedCommit[], splits = 3): Promise<UglyStory> {
  const { directory, ids } = importRepo(commits);
  const args = ['-C', directory, '--print-events', '--format', 'ndjson', '--from', 'root'];
  const { code, stdout, stderr } = await teamEvents(args);
  const events = eventsOf(stdout);
  await keepsTheLaws(directory, stdout, splits);
  const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Problems at'));
  const isHint = (line: string): boolean => line.startsWith('hint: ');
  return {
    steps: ids.map((id) => events.filter(({ data }) => data.commit.id === id).map(inShort)),
    notes: said.filter((line) => !isHint(line)).map((line) => line.replace(/ \(commit [0-9a-f]{12}\)/, '')),
    hints: said.filter(isHint).map((line) => line.replace(/^hint: (.*?), as .*$/, '$1')),
    code,
    events,
    ids,
    directory,
  };
}

/** From any commit on, the events are the rest of the whole; and the whole, applied, gives the teams of a snapshot. */
async function keepsTheLaws(directory: string, whole: string, splits: number): Promise<void> {
  const repository = await openRepository(directory);
  const told = async (from: string, squash = false): Promise<LoggedEvent[]> => {
    const range = await resolveRange(repository, { from, to: 'main' }, { squash, onRewrite: 'fail' });
    const stream = openEventStream(repository, range, undefined, new AbortController().signal);
    const events: LoggedEvent[] = [];
    for await (const step of stream.steps()) events.push(...step.events);
    return events;
  };
  const lines = whole.split('\n').filter((line) => line !== '');
  const events = await told('root');
  expect(events.map(({ text }) => text)).toEqual(lines);

  // Also from commits without events: there, the kept content of a broken file is found in history.
  const line = (await repository.git('rev-list', '--first-parent', 'main')).trim().split('\n');
  const rests = await Promise.all(line.slice(1, 1 + splits).map((commit) => told(commit)));
  for (const [index, rest] of rests.entries()) {
    const newer = new Set(line.slice(0, 1 + index));
    const due = lines.filter((_, at) => newer.has(events[at]?.commit ?? ''));
    expect(rest.map(({ text }) => text)).toEqual(due);
  }

  const teams = (log: readonly LoggedEvent[]): Map<string, Team> => {
    const own = log.filter(({ impliedBy }) => impliedBy.length === 0);
    return new Map([...applyEvents(new Map(), own)].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const left = teams(events);
  if (left.size > 0) expect(left).toEqual(teams(await told('root', true)));
}

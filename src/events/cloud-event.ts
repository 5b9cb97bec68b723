/** A change in its place in history -> the one form in which it is printed and sent. */
import { hash } from 'node:crypto';
import type { Step } from '../catalogue/history.ts';
import { sharedText } from '../catalogue/json-value.ts';
import type { CatalogueStep } from '../catalogue/walk.ts';
import { stepChanges, type StepChange } from './step-changes.ts';
import type { EventType, LoggedEvent, TeamEvent } from './team-event.ts';

/** Git's empty tree: stands for `from` where there is no commit. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The events of one step, in order. `index` is the step's place in the range; `defaultSource` counts where the configuration names none. */
export function eventsOfStep(
  { step, configuration, before, after }: CatalogueStep,
  index: number,
  defaultSource: string,
): LoggedEvent[] {
  const source = configuration.source ?? defaultSource;
  const commit = commitOf(step, configuration.authorEmail);
  return stepChanges(before, after).map((change, position) => ({
    event: toCloudEvent(change, step, position, source, commit),
    step: index,
    impliedBy: change.impliedBy,
  }));
}

/**
 * The one serialisation: a line of ndjson and the body of a webhook, without a newline. The same text as that of
 * JSON.stringify; the parts that many events share are written once.
 */
export function serialize({ data, ...envelope }: TeamEvent): string {
  const { team, commit, changes, added, removed, ...rest } = data;
  const told = changes ?? added ?? removed;
  const toldAs = changes ? 'changes' : added ? 'added' : 'removed';
  return (
    `${JSON.stringify(envelope).slice(0, -1)},"data":{"team":${sharedText(team)}` +
    `${told ? `,"${toldAs}":${JSON.stringify(told)}` : ''},"commit":${sharedText(commit)},${JSON.stringify(rest).slice(1)}}`
  );
}

function toCloudEvent(
  { change, entry, impliedBy }: StepChange,
  step: Step,
  position: number,
  source: string,
  commit: TeamEvent['data']['commit'],
): TeamEvent {
  const { type, ...told } = change;
  return {
    specversion: '1.0',
    id: eventId(step, type, entry.team.id),
    source,
    type,
    subject: entry.team.id,
    time: commit.time,
    datacontenttype: 'application/json',
    sequence: `${String(step.reachable).padStart(12, '0')}.${String(position).padStart(6, '0')}`,
    data: {
      team: entry.team,
      ...told,
      commit,
      file: entry.file,
      ...(impliedBy.length > 0 && { impliedBy: impliedBy.map((implication) => implication.type) }),
      ...(isSnapshot(step) && { snapshot: true as const }),
    },
  };
}

const isSnapshot = ({ from, consecutive }: Step): boolean => from === null && !consecutive;

/** The same on every machine and at every retry and replay; without a dot, as Standard Webhooks asks. */
function eventId({ from, commit }: Step, type: EventType, team: string): string {
  const name = [from ?? EMPTY_TREE, commit.id, type, team].join('\n');
  return `evt_${hash('sha256', name, 'hex').slice(0, 32)}`;
}

function commitOf({ from, commit }: Step, authorEmail: boolean): TeamEvent['data']['commit'] {
  const { id, time, author, title } = commit;
  return {
    id,
    parent: from,
    time: rfc3339(time),
    author: authorEmail ? author : { name: author.name },
    title,
  };
}

const LAST_SECOND = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Seconds since 1970 -> `2026-11-23T09:00:00Z`; a date that RFC 3339 cannot write becomes the nearest it can. */
function rfc3339(seconds: number): string {
  const milliseconds = Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 0), LAST_SECOND) : 0;
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

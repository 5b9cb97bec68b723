/**
 * A change and its step -> the event as it is printed and sent. Events are built as text, from parts that many events
 * share: teams, commits.
 */
import { hash } from 'node:crypto';
import type { CatalogueStep } from '../catalogue/catalogue-step.ts';
import type { Step } from '../catalogue/history.ts';
import { logSafe } from '../text/log-safe.ts';
import type { EventType } from './event-type.ts';
import { sequencesIn } from './sequence.ts';
import { stepChanges, type StepChange } from './step-changes.ts';
import type { LoggedEvent, TeamEvent } from './team-event.ts';

/** Git's empty tree: used for `from` if there is no commit. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The events of one step, in order. `defaultSource` is used if the configuration names no source. */
export function eventsOfStep(
  { step, configuration, before, after }: CatalogueStep,
  defaultSource: string,
): LoggedEvent[] {
  const changes = stepChanges(before, after);
  if (changes.length === 0) return [];
  const commit = commitOf(step, configuration.authorEmail);
  const shared = {
    source: JSON.stringify(configuration.source ?? defaultSource),
    time: commit.time,
    commit: JSON.stringify(commit),
    mark: step.rewritten ? ',"rewritten":true' : isSnapshot(step) ? ',"snapshot":true' : '',
  };
  const sequenceAt = sequencesIn(step.reachable, changes.length);
  return changes.map((change, position) => {
    const id = eventId(step, change.type, change.entry.id);
    const sequence = sequenceAt(position);
    return {
      text: eventText(id, sequence, change, shared),
      id,
      type: change.type,
      subject: change.entry.id,
      sequence,
      commit: step.commit.id,
      people: change.people,
      states: change.earlier === undefined ? [change.entry] : [change.entry, change.earlier],
      impliedBy: change.impliedBy,
    };
  });
}

/** Whether the step is the whole catalogue from the empty one, and not the first commit of a history. */
const isSnapshot = ({ from, consecutive }: Step): boolean => from === null && !consecutive;

/** What all events of a step share. All but `time` is already JSON. */
interface StepTexts {
  readonly source: string;
  readonly time: string;
  readonly commit: string;
  /** The end of the JSON of `data`: marks for the whole step, or empty. */
  readonly mark: string;
}

/** The key under which an event of each type reports its details. */
const TOLD_AS: Readonly<Record<EventType, 'changes' | 'added' | 'removed' | undefined>> = {
  'team.created': undefined,
  'team.modified': 'changes',
  'team.members.removed': 'removed',
  'team.members.added': 'added',
  'team.deleted': undefined,
};

/**
 * The JSON of a {@link TeamEvent}, its keys in the order of the type. It is printed as it is sent, so it is safe in
 * logs.
 */
function eventText(
  id: string,
  sequence: string,
  { type, entry, told, impliedBy }: StepChange,
  { source, time, commit, mark }: StepTexts,
): string {
  const name = TOLD_AS[type];
  const toldText = name === undefined ? '' : `,"${name}":${told}`;
  const impliedText =
    impliedBy.length === 0 ? '' : `,"impliedBy":${JSON.stringify(impliedBy.map((one) => one.type))}`;
  return logSafe(
    `{"specversion":"1.0","id":"${id}","source":${source},"type":"${type}","subject":${JSON.stringify(entry.id)},` +
      `"time":"${time}","datacontenttype":"application/json","sequence":"${sequence}",` +
      `"data":{"team":${entry.text}${toldText},"commit":${commit},"file":${JSON.stringify(entry.file)}` +
      `${impliedText}${mark}}}`,
  );
}

/** The same on every machine and for every retry and replay; without a dot, as Standard Webhooks requires. */
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

/** Seconds since 1970 -> `2026-11-23T09:00:00Z`; a date outside RFC 3339's range becomes the nearest date inside it. */
function rfc3339(seconds: number): string {
  const milliseconds = Number.isFinite(seconds) ? Math.min(Math.max(seconds * 1000, 0), LAST_SECOND) : 0;
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A change and its step -> the event as it is printed and sent, from parts that many events share: teams, commits. */
import type { CatalogueStep } from '../catalogue/catalogue-step.ts';
import type { Step } from '../catalogue/history.ts';
import { StepEvent, type EventGroup } from './log/step-event.ts';
import { stepChanges } from './step-changes.ts';
import type { TeamEvent } from './team-event.ts';

/** The events of one step, in order. `defaultSource` is used if the configuration names no source. */
export function eventsOfStep(
  { step, configuration, before, after }: CatalogueStep,
  defaultSource: string,
): StepEvent[] {
  const changes = stepChanges(before, after);
  if (changes.length === 0) return [];
  const commit = commitOf(step, configuration.authorEmail);
  const { from, reachable } = step;
  const shared = {
    from,
    to: step.commit.id,
    reachable,
    count: changes.length,
    texts: {
      source: JSON.stringify(configuration.source ?? defaultSource),
      time: commit.time,
      commit: JSON.stringify(commit),
      mark: step.rewritten ? ',"rewritten":true' : isSnapshot(step) ? ',"snapshot":true' : '',
    },
    archive: undefined,
    place: 0,
  };
  let group: EventGroup | undefined;
  return changes.map((change, index) => {
    if (group?.type !== change.type) group = { step: shared, type: change.type };
    return new StepEvent(group, index, change);
  });
}

/** Whether the step is the whole catalogue from the empty one, and not the first commit of a history. */
const isSnapshot = ({ from, consecutive }: Step): boolean => from === null && !consecutive;

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

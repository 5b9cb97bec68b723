/** Which events are versions: what `types`, `teams` and `tags` of the source let through. */
import type { Json, JsonObject } from '../catalogue/json-value.ts';
import type { Team } from '../catalogue/team.ts';
import { selectForLane } from '../clients/lane-selection.ts';
import { EVENT_TYPES, eventOf, type LoggedEvent, type TeamEvent } from '../events/team-event.ts';
import type { Source } from './request.ts';

type Filter = Pick<Source, 'types' | 'teams' | 'tags'>;

/**
 * Those of a whole step, in order. As for a client, an implied event is left out only where one that implies it is
 * among them.
 */
export function selectVersions(step: readonly LoggedEvent[], { types, teams, tags }: Filter): LoggedEvent[] {
  const subscriptions = new Map(
    (types.length > 0 ? types : EVENT_TYPES).map((type) => [type, { scope: undefined }]),
  );
  const tagged = tags.length > 0 ? taggedTeams(step, new Set(tags)) : undefined;
  const dispositions = selectForLane(
    { subscriptions, skip: new Set() },
    step,
    ({ subject }) =>
      (teams.length === 0 || teams.includes(subject)) && (tagged === undefined || tagged.has(subject)),
  );
  return step.filter((_, index) => dispositions[index] === 'send');
}

/** Teams that have one of the tags after the step, or had it before: who loses a tag is told of that, too. */
function taggedTeams(step: readonly LoggedEvent[], tags: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { subject, data } of step.map(eventOf)) {
    if ([...tagsOf(data.team.tags), ...earlierTags(data.changes)].some((tag) => tags.has(tag)))
      found.add(subject);
  }
  return found;
}

/** A mapping of tags counts as its keys, and as `key=value`. */
export function tagsOf(tags: Team['tags']): string[] {
  if (Array.isArray(tags)) return tags.map(textOf);
  return Object.entries(tags as JsonObject).flatMap(([key, value]) => [key, `${key}=${textOf(value)}`]);
}

/** `tags` changes as a whole where it is a list before or after, else key by key. */
function earlierTags(changes: TeamEvent['data']['changes'] = []): string[] {
  return changes.flatMap(({ field, from }) => {
    if (from === null) return [];
    if (field === 'tags') return typeof from === 'object' ? tagsOf(from) : [];
    const [, plain, quoted] = /^tags(?:\.([^.[]+)|\[("(?:[^"\\]|\\.)*")\])/.exec(field) ?? [];
    const key = plain ?? (quoted === undefined ? undefined : (JSON.parse(quoted) as string));
    return key === undefined ? [] : [key, `${key}=${textOf(from)}`];
  });
}

export const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

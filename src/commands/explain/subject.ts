/** The events of a history that concern one event id, team or member. */
import { eventOf, type LoggedEvent, type TeamEvent } from '../../core/events/team-event.ts';
import { lookAlike } from '../../core/text/look-alike.ts';
import type { Delivery } from './deliveries.ts';

export interface Explained {
  readonly event: TeamEvent;
  readonly clients: readonly Delivery[];
}

export interface Explanation {
  readonly version: 1;
  /** The name as the user gave it. */
  readonly name: string;
  /** What has this name: one kind, or a team and a member. */
  readonly kinds: readonly Kind[];
  /** Full id of the commit up to which history was read. */
  readonly to: string;
  /** Oldest first. */
  readonly events: readonly Explained[];
}

type Kind = 'event' | 'team' | 'member';

export interface Subject {
  /** Takes the events of each step of history, oldest first. */
  look(step: readonly LoggedEvent[], deliveriesOf: (event: LoggedEvent) => readonly Delivery[]): void;
  /** undefined if nothing has the name. */
  explanation(to: string): Explanation | undefined;
  /** The id of a team with a similar spelling. */
  alike(): string | undefined;
}

/** Finds a team also under its earlier ids; a member where it joins, leaves, or one of its keys changes. */
export function subjectOf(name: string): Subject {
  const found: Explained[] = [];
  const kinds = new Set<Kind>();
  const teams = new Set<string>();
  const quoted = JSON.stringify(name).slice(1, -1);
  return {
    look(step, deliveriesOf) {
      for (const logged of step) {
        teams.add(logged.subject);
        if (!logged.text.includes(quoted)) continue; // parsing every event of a long history takes seconds
        const event = eventOf(logged);
        const kind = kindOf(event, name);
        if (kind === undefined) continue;
        kinds.add(kind);
        found.push({ event, clients: deliveriesOf(logged) });
      }
    },
    explanation: (to) =>
      found.length === 0 ? undefined : { version: 1, name, kinds: [...kinds], to, events: found },
    alike: () => lookAlike(name, [...teams]),
  };
}

/** What has the name in this event; undefined if nothing has. */
function kindOf({ id, subject, data }: TeamEvent, name: string): Kind | undefined {
  if (id === name) return 'event';
  const changes = data.changes ?? [];
  if (subject === name || changes.some(({ field, from }) => field === 'id' && from === name)) return 'team';
  const isMember =
    [...(data.added ?? []), ...(data.removed ?? [])].some((member) => member.id === name) ||
    changes.some(
      ({ field }) =>
        field.startsWith(`members.${name}.`) || field.startsWith(`members[${JSON.stringify(name)}]`),
    );
  return isMember ? 'member' : undefined;
}

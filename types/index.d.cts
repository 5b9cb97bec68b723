/** The events of team-events. Made from what describes them (npm run schemas): do not edit. */

/** Any event: ask its `type`, and `data` has what that type tells. */
export type TeamEvent = TeamCreated | TeamModified | TeamMembersRemoved | TeamMembersAdded | TeamDeleted;

/** The event of one type: `EventOf<'team.deleted'>`. */
export type EventOf<Type extends EventType> = Extract<TeamEvent, { readonly type: Type }>;

/** A team appears. A CloudEvents 1.0 object. */
export interface TeamCreated {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** The same at each attempt, replay and run: ignore ids that you have seen. `evt_sample_…` is a sample. */
  readonly id: string;
  /** The teams repo that the event comes from. A URI. */
  readonly source: string;
  /** A team appears. */
  readonly type: 'team.created';
  /** The team's id. */
  readonly subject: string;
  /** When the change was committed. RFC 3339, in UTC, in whole seconds. */
  readonly time: string;
  /** What `data` is. */
  readonly datacontenttype: 'application/json';
  /** Sorts as text, and only grows until history is rewritten: the number of commits up to this one, and the index of the event in the step (six digits; more for all events of a step of over a million events). */
  readonly sequence: string;
  /** What happened. */
  readonly data: {
    /** The team after the event; a deleted team as it was before. */
    readonly team: Team;
    readonly commit: Commit;
    /** The path of the file with the team; for a deleted team, its last one. */
    readonly file: string;
    /** Events of the same step that already say the same. A client that is sent one of them is not sent this one. */
    readonly impliedBy?: readonly EventType[];
    /** Present if the whole catalogue is sent as one step from the empty one. */
    readonly snapshot?: true;
    /** Present if history was rewritten and this event is part of the net change: the sequence may be no greater than that of earlier events, and counts from here on. */
    readonly rewritten?: true;
  };
}

/** A name, tags, the perimeter, an attribute, a member or the id changed. A CloudEvents 1.0 object. */
export interface TeamModified {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** The same at each attempt, replay and run: ignore ids that you have seen. `evt_sample_…` is a sample. */
  readonly id: string;
  /** The teams repo that the event comes from. A URI. */
  readonly source: string;
  /** A name, tags, the perimeter, an attribute, a member or the id changed. */
  readonly type: 'team.modified';
  /** The team's id. */
  readonly subject: string;
  /** When the change was committed. RFC 3339, in UTC, in whole seconds. */
  readonly time: string;
  /** What `data` is. */
  readonly datacontenttype: 'application/json';
  /** Sorts as text, and only grows until history is rewritten: the number of commits up to this one, and the index of the event in the step (six digits; more for all events of a step of over a million events). */
  readonly sequence: string;
  /** What happened. */
  readonly data: {
    /** The team after the event; a deleted team as it was before. */
    readonly team: Team;
    /** The changed fields, sorted. */
    readonly changes: readonly FieldChange[];
    readonly commit: Commit;
    /** The path of the file with the team; for a deleted team, its last one. */
    readonly file: string;
    /** Events of the same step that already say the same. A client that is sent one of them is not sent this one. */
    readonly impliedBy?: readonly EventType[];
    /** Present if the whole catalogue is sent as one step from the empty one. */
    readonly snapshot?: true;
    /** Present if history was rewritten and this event is part of the net change: the sequence may be no greater than that of earlier events, and counts from here on. */
    readonly rewritten?: true;
  };
}

/** Members left. A CloudEvents 1.0 object. */
export interface TeamMembersRemoved {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** The same at each attempt, replay and run: ignore ids that you have seen. `evt_sample_…` is a sample. */
  readonly id: string;
  /** The teams repo that the event comes from. A URI. */
  readonly source: string;
  /** Members left. */
  readonly type: 'team.members.removed';
  /** The team's id. */
  readonly subject: string;
  /** When the change was committed. RFC 3339, in UTC, in whole seconds. */
  readonly time: string;
  /** What `data` is. */
  readonly datacontenttype: 'application/json';
  /** Sorts as text, and only grows until history is rewritten: the number of commits up to this one, and the index of the event in the step (six digits; more for all events of a step of over a million events). */
  readonly sequence: string;
  /** What happened. */
  readonly data: {
    /** The team after the event; a deleted team as it was before. */
    readonly team: Team;
    /** The members who left, as they were. */
    readonly removed: readonly Member[];
    readonly commit: Commit;
    /** The path of the file with the team; for a deleted team, its last one. */
    readonly file: string;
    /** Events of the same step that already say the same. A client that is sent one of them is not sent this one. */
    readonly impliedBy?: readonly EventType[];
    /** Present if the whole catalogue is sent as one step from the empty one. */
    readonly snapshot?: true;
    /** Present if history was rewritten and this event is part of the net change: the sequence may be no greater than that of earlier events, and counts from here on. */
    readonly rewritten?: true;
  };
}

/** Members joined. A CloudEvents 1.0 object. */
export interface TeamMembersAdded {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** The same at each attempt, replay and run: ignore ids that you have seen. `evt_sample_…` is a sample. */
  readonly id: string;
  /** The teams repo that the event comes from. A URI. */
  readonly source: string;
  /** Members joined. */
  readonly type: 'team.members.added';
  /** The team's id. */
  readonly subject: string;
  /** When the change was committed. RFC 3339, in UTC, in whole seconds. */
  readonly time: string;
  /** What `data` is. */
  readonly datacontenttype: 'application/json';
  /** Sorts as text, and only grows until history is rewritten: the number of commits up to this one, and the index of the event in the step (six digits; more for all events of a step of over a million events). */
  readonly sequence: string;
  /** What happened. */
  readonly data: {
    /** The team after the event; a deleted team as it was before. */
    readonly team: Team;
    /** Those who joined. */
    readonly added: readonly Member[];
    readonly commit: Commit;
    /** The path of the file with the team; for a deleted team, its last one. */
    readonly file: string;
    /** Events of the same step that already say the same. A client that is sent one of them is not sent this one. */
    readonly impliedBy?: readonly EventType[];
    /** Present if the whole catalogue is sent as one step from the empty one. */
    readonly snapshot?: true;
    /** Present if history was rewritten and this event is part of the net change: the sequence may be no greater than that of earlier events, and counts from here on. */
    readonly rewritten?: true;
  };
}

/** A team is gone. A CloudEvents 1.0 object. */
export interface TeamDeleted {
  /** The version of CloudEvents. */
  readonly specversion: '1.0';
  /** The same at each attempt, replay and run: ignore ids that you have seen. `evt_sample_…` is a sample. */
  readonly id: string;
  /** The teams repo that the event comes from. A URI. */
  readonly source: string;
  /** A team is gone. */
  readonly type: 'team.deleted';
  /** The team's id. */
  readonly subject: string;
  /** When the change was committed. RFC 3339, in UTC, in whole seconds. */
  readonly time: string;
  /** What `data` is. */
  readonly datacontenttype: 'application/json';
  /** Sorts as text, and only grows until history is rewritten: the number of commits up to this one, and the index of the event in the step (six digits; more for all events of a step of over a million events). */
  readonly sequence: string;
  /** What happened. */
  readonly data: {
    /** The team after the event; a deleted team as it was before. */
    readonly team: Team;
    readonly commit: Commit;
    /** The path of the file with the team; for a deleted team, its last one. */
    readonly file: string;
    /** Events of the same step that already say the same. A client that is sent one of them is not sent this one. */
    readonly impliedBy?: readonly EventType[];
    /** Present if the whole catalogue is sent as one step from the empty one. */
    readonly snapshot?: true;
    /** Present if history was rewritten and this event is part of the net change: the sequence may be no greater than that of earlier events, and counts from here on. */
    readonly rewritten?: true;
  };
}

/** A team. Texts are sorted by code units. */
export interface Team {
  /** Its id, unique in the catalogue. */
  readonly id: string;
  /** Its name; its id if the file gives none. */
  readonly name: string;
  /** All members, sorted by id. */
  readonly members: readonly Member[];
  /** Its tags. */
  readonly tags: readonly Json[] | {
    readonly [key: string]: Json;
  };
  /** What it is responsible for, in any shape; null if the file gives none. */
  readonly perimeter: Json;
  /** Every other key of the team. */
  readonly attributes: {
    readonly [key: string]: Json;
  };
}

/** A member: its id, and its other keys as in the file; `roles` if it comes from role lists. */
export interface Member {
  /** What identifies the member. */
  readonly id: string;
  readonly [key: string]: Json;
}

/** One changed field. */
export interface FieldChange {
  /** Such as `tags`, `perimeter.region`, `attributes.contact`, `members["a.b"].role`; `id` for a rename. */
  readonly field: string;
  /** The earlier value; null if the field was absent. */
  readonly from: Json;
  /** The new value; null if the field is absent now. */
  readonly to: Json;
  /** For a set: what was added. */
  readonly added?: readonly Json[];
  /** For a set: what was removed. */
  readonly removed?: readonly Json[];
}

/** The commit that made the change. */
export interface Commit {
  /** The commit at the end of the step. A full id. */
  readonly id: string;
  /** The commit at the start of the step; null before the first commit, and in a snapshot. */
  readonly parent: string | null;
  /** The commit time. RFC 3339, in UTC, in whole seconds. */
  readonly time: string;
  /** Who wrote it. */
  readonly author: {
    /** As in the commit. */
    readonly name: string;
    /** Only if the teams repo asks for it (authorEmail). */
    readonly email?: string;
  };
  /** The first line of its message. */
  readonly title: string;
}

/** What can happen to a team. */
export type EventType = 'team.created' | 'team.modified' | 'team.members.removed' | 'team.members.added' | 'team.deleted';

/** Any JSON. */
export type Json = null | boolean | number | string | readonly Json[] | {
  readonly [key: string]: Json;
};

/**
 * The schema of an event, type by type: the one source of the TypeScript types, the JSON Schema and the OpenAPI
 * document. The program does not load it at run time: it only writes events, and has none to check.
 */
import * as v from 'valibot';
import type { Json } from '../catalogue/reading/json-value.ts';
import type { Member, Team } from '../catalogue/team.ts';
import { type FieldChange, type EventType, EVENT_TYPES } from './event-type.ts';
import { SEQUENCE } from './sequence.ts';

const described = <const Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));
const matching = (pattern: RegExp, description: string) =>
  v.pipe(v.string(), v.regex(pattern), v.description(description));
const list = <const Item extends v.GenericSchema>(item: Item, description: string) =>
  v.pipe(v.array(item), v.readonly(), v.description(description));
const atLeastOne = <const Item extends v.GenericSchema>(item: Item, description: string) =>
  v.pipe(v.array(item), v.minLength(1), v.readonly(), v.description(description));

const commitId = (description: string) =>
  matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, `${description} A full id.`);
const time = (description: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
    v.metadata({ format: 'date-time' }),
    v.description(`${description} RFC 3339, in UTC, in whole seconds.`),
  );

/** Schemas with a name (`EVENT_PARTS`) become references in JSON Schema instead of being repeated. */
const json: v.GenericSchema<Json> = v.lazy(() => anyJson);
const anyJson: v.GenericSchema<Json> = v.pipe(
  v.union([v.null(), v.boolean(), v.number(), v.string(), v.array(json), v.record(v.string(), json)]),
  v.description('Any JSON.'),
);
const mapping = (description: string) =>
  v.pipe(v.record(v.string(), json), v.readonly(), v.description(description));

const member: v.GenericSchema<Member> = v.pipe(
  v.objectWithRest({ id: described(v.string(), 'What identifies the member.') }, json),
  v.readonly(),
  v.description('A member: its id, and its other keys as in the file; `roles` if it comes from role lists.'),
);

const team: v.GenericSchema<Team> = v.pipe(
  v.strictObject({
    id: described(v.string(), 'Its id, unique in the catalogue.'),
    name: described(v.string(), 'Its name; its id if the file gives none.'),
    members: list(member, 'All members, sorted by id.'),
    tags: described(
      v.union([list(json, 'From a list: a set, sorted.'), mapping('From a mapping: as in the file.')]),
      'Its tags.',
    ),
    perimeter: described(json, 'What it is responsible for, in any shape; null if the file gives none.'),
    attributes: mapping('Every other key of the team.'),
  }),
  v.readonly(),
  v.description('A team. Texts are sorted by code units.'),
);

const change: v.GenericSchema<FieldChange> = v.pipe(
  v.strictObject({
    field: described(
      v.string(),
      'Such as `tags`, `perimeter.region`, `attributes.contact`, `members["a.b"].role`; `id` for a rename.',
    ),
    from: described(json, 'The earlier value; null if the field was absent.'),
    to: described(json, 'The new value; null if the field is absent now.'),
    added: v.exactOptional(list(json, 'For a set: what was added.')),
    removed: v.exactOptional(list(json, 'For a set: what was removed.')),
  }),
  v.readonly(),
  v.description('One changed field.'),
);

const commit = v.pipe(
  v.strictObject({
    id: commitId('The commit at the end of the step.'),
    parent: v.pipe(
      v.nullable(commitId('The commit at the start of the step.')),
      v.description('The commit at the start of the step; null before the first commit, and in a snapshot.'),
    ),
    time: time('The commit time.'),
    author: v.pipe(
      v.strictObject({
        name: described(v.string(), 'As in the commit.'),
        email: v.exactOptional(described(v.string(), 'Only if the teams repo asks for it (authorEmail).')),
      }),
      v.readonly(),
      v.description('Who wrote it.'),
    ),
    title: described(v.string(), 'The first line of its message.'),
  }),
  v.readonly(),
  v.description('The commit that made the change.'),
);

const eventType = v.pipe(v.picklist(EVENT_TYPES), v.description('What can happen to a team.'));

/** `told` are the fields of this type, between the team and the commit. */
function eventSchema<const Type extends EventType, const Told extends v.ObjectEntries>(
  type: Type,
  description: string,
  told: Told,
) {
  return v.pipe(
    v.strictObject({
      specversion: described(v.literal('1.0'), 'The version of CloudEvents.'),
      id: matching(
        /^evt_(?:[0-9a-f]{32}|sample_[0-9a-f]{25})$/,
        'The same at each attempt, replay and run: ignore ids that you have seen. `evt_sample_…` is a sample.',
      ),
      source: v.pipe(
        v.string(),
        v.nonEmpty(),
        v.description('The teams repo that the event comes from. A URI.'),
      ),
      type: described(v.literal(type), description),
      subject: described(v.string(), "The team's id."),
      time: time('When the change was committed.'),
      datacontenttype: described(v.literal('application/json'), 'What `data` is.'),
      sequence: matching(
        SEQUENCE,
        'Sorts as text, and only grows until history is rewritten: the number of commits up to this one, and the index of the event in the step (six digits; more for all events of a step of over a million events).',
      ),
      data: v.pipe(
        v.strictObject({
          team: described(
            v.lazy(() => team),
            'The team after the event; a deleted team as it was before.',
          ),
          ...told,
          commit,
          file: described(
            v.string(),
            'The path of the file with the team; for a deleted team, its last one.',
          ),
          impliedBy: v.exactOptional(
            atLeastOne(
              eventType,
              'Events of the same step that already say the same. A client that is sent one of them is not sent this one.',
            ),
          ),
          snapshot: v.exactOptional(
            described(
              v.literal(true),
              'Present if the whole catalogue is sent as one step from the empty one.',
            ),
          ),
          rewritten: v.exactOptional(
            described(
              v.literal(true),
              'Present if history was rewritten and this event is part of the net change: the sequence may be no greater than ' +
                'that of earlier events, and counts from here on.',
            ),
          ),
        }),
        v.readonly(),
        v.description('What happened.'),
      ),
    }),
    v.readonly(),
    v.description(`${description} A CloudEvents 1.0 object.`),
  );
}

/** By their names in JSON Schema, OpenAPI and TypeScript, in the order of {@link EVENT_TYPES}. */
export const EVENT_SCHEMAS = {
  TeamCreated: eventSchema('team.created', 'A team appears.', {}),
  TeamModified: eventSchema(
    'team.modified',
    'A name, tags, the perimeter, an attribute, a member or the id changed.',
    {
      changes: atLeastOne(change, 'The changed fields, sorted.'),
    },
  ),
  TeamMembersRemoved: eventSchema('team.members.removed', 'Members left.', {
    removed: atLeastOne(member, 'The members who left, as they were.'),
  }),
  TeamMembersAdded: eventSchema('team.members.added', 'Members joined.', {
    added: atLeastOne(member, 'Those who joined.'),
  }),
  TeamDeleted: eventSchema('team.deleted', 'A team is gone.', {}),
} as const;

/** The parts of the event schemas, by name. */
export const EVENT_PARTS = {
  Team: team,
  Member: member,
  FieldChange: change,
  Commit: commit,
  EventType: eventType,
  Json: anyJson,
};

type EventName = keyof typeof EVENT_SCHEMAS;

/** An event of any type; `type` decides which fields `data` has. */
export type AnyEvent = v.InferOutput<(typeof EVENT_SCHEMAS)[EventName]>;

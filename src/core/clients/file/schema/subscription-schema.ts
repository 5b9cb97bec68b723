/** The schema of a subscription: of webhooks with its endpoint, of a broker without. */
import * as v from 'valibot';
import { globList } from '../../../catalogue/configuration/globs.ts';
import { EVENT_TYPES } from '../../../events/event-type.ts';
import { strictMapping } from '../../../yaml/checked-file.ts';
import { durationSchema } from '../duration.ts';
import { batch } from '../lane-keys.ts';
import { METHODS, WIRE_FORMATS } from '../wire-format.ts';
import { auth } from './auth-schema.ts';
import { done, headers, query, requestEntries, success } from './request-schema.ts';
import { text, URL_KEYWORDS } from './template-schema.ts';

const event = v.picklist(EVENT_TYPES, `expected one of ${EVENT_TYPES.join(', ')}`);
export const format = v.pipe(
  v.picklist(WIRE_FORMATS, `expected one of ${WIRE_FORMATS.join(', ')}`),
  v.description('The shape of each request: json (the default), cloudevents, or what a product takes.'),
);
export const timeout = v.pipe(
  durationSchema(1),
  v.description('Deadline of one attempt, such as 5s; the operator’s applies if it is shorter.'),
);
const teams = v.pipe(globList, v.description('Ids of teams as globs; ! excludes. Absent: all teams.'));
const tags = v.pipe(
  globList,
  v.description(
    'Only teams with one of these tags, as globs; ! excludes. For tags in a mapping: key or key=value.',
  ),
);

const eventKeys = {
  event: v.optional(v.pipe(event, v.description('The type of event that is sent.'))),
  events: v.optional(
    v.pipe(
      v.array(event, 'expected a list of event types, such as [team.created, team.deleted]'),
      v.nonEmpty('expected at least one event type, such as team.created'),
      v.metadata({ uniqueItems: true }),
      v.description('Shorthand for a subscription of each of these types.'),
    ),
  ),
};
export const scopeKeys = { teams: v.optional(teams), tags: v.optional(tags) };
const isOneOf = (one: { readonly event?: unknown; readonly events?: unknown }): boolean =>
  (one.event === undefined) !== (one.events === undefined);
const ONE_OF = { oneOf: [{ required: ['event'] }, { required: ['events'] }] };

export const subscriptionSchema = v.pipe(
  strictMapping({
    ...eventKeys,
    url: v.pipe(
      text,
      v.metadata(URL_KEYWORDS),
      v.description(
        'Where events go: https://host/path; ${VARIABLES} of this client may stand anywhere in it, ${paths} into the event ' +
          'as a part of its path or a value of its query.',
      ),
    ),
    method: v.optional(
      v.pipe(
        v.picklist(METHODS, `expected one of ${METHODS.join(', ')}`),
        v.description('Methods other than POST only with the formats json and cloudevents, or a body.'),
      ),
      'POST',
    ),
    query: v.optional(query, {}),
    headers: v.optional(headers, {}),
    auth: v.optional(auth),
    format: v.optional(format),
    batch: v.optional(batch),
    timeout: v.optional(timeout),
    success: v.optional(success),
    done: v.optional(done, []),
    ...requestEntries,
    ...scopeKeys,
  }),
  v.check((one) => isOneOf(one), 'expected either event or events'),
  v.metadata(ONE_OF),
);

const REQUEST_KEYS = ['url', 'method', 'query', 'headers', 'format', 'batch', 'success', 'done'];

/** What is said of keys that have no meaning where the events of a client go to a broker. */
export const KEYS_OF_WEBHOOKS: Readonly<Record<string, string>> = Object.fromEntries(
  [...REQUEST_KEYS, ...Object.keys(requestEntries), 'secrets', 'auth'].map((key) => [
    key,
    `${key} belongs to webhooks; the events of this client go to a broker`,
  ]),
);

export const brokerSubscriptionSchema = v.pipe(
  strictMapping(
    { ...eventKeys, ...scopeKeys },
    {
      ...KEYS_OF_WEBHOOKS,
      timeout: 'timeout is said once for all events that go to a broker: it stands at the client',
    },
  ),
  v.check((one) => isOneOf(one), 'expected either event or events'),
  v.metadata(ONE_OF),
);

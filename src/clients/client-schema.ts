/** What an entry of the clients file may hold. */
import * as v from 'valibot';
import { EVENT_TYPES } from '../events/team-event.ts';
import { mappingOf, strictMapping } from '../yaml/checked-file.ts';
import { durationSchema } from './duration.ts';

/** How an event is put on the wire. */
const WIRE_FORMATS = ['json', 'cloudevents'] as const;
export type WireFormat = (typeof WIRE_FORMATS)[number];

/** Safe in a ref, a file name and a variable. */
export const CLIENT_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const NAME_EXPECTED = 'expected lower case letters, digits and single hyphens between them';
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that the program sets, or that belong to the connection. */
const RESERVED =
  /^(?:webhook-.*|ce-.*|content-.*|host|user-agent|idempotency-key|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|date)$/i;

const text = v.pipe(v.string('expected text'), v.nonEmpty('expected text'));
const scalarText = v.pipe(
  v.union([v.string(), v.number(), v.boolean()], 'expected text'),
  v.transform(String),
  // eslint-disable-next-line no-control-regex
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'expected text without line breaks or other control characters'),
);
const name = v.pipe(
  text,
  v.maxLength(63, 'expected at most 63 characters'),
  v.regex(CLIENT_NAME, NAME_EXPECTED),
);
const event = v.picklist(EVENT_TYPES, `expected one of ${EVENT_TYPES.join(', ')}`);
const format = v.picklist(WIRE_FORMATS, `expected one of ${WIRE_FORMATS.join(', ')}`);
const duration = durationSchema(1);
const headers = mappingOf(
  v.pipe(
    v.string(),
    v.regex(HEADER, 'this is no header name'),
    v.check((header) => !RESERVED.test(header), 'this header is set by team-events itself'),
  ),
  scalarText,
  'expected a mapping of header names to texts',
);
const query = mappingOf(v.string(), scalarText, 'expected a mapping of names to texts');
const status = v.pipe(
  v.number('expected a status such as 409'),
  v.integer(),
  v.minValue(400),
  v.maxValue(599),
);

const subscriptionSchema = v.pipe(
  strictMapping({
    event: v.optional(event),
    events: v.optional(
      v.pipe(v.array(event, 'expected a list of event types'), v.nonEmpty('expected an event type')),
    ),
    url: text,
    query: v.optional(query, {}),
    headers: v.optional(headers, {}),
    format: v.optional(format),
    timeout: v.optional(duration),
    done: v.optional(v.array(status, 'expected a list of statuses'), []),
  }),
  v.check(
    (one) => (one.event === undefined) !== (one.events === undefined),
    'expected either event or events',
  ),
);

export const clientSchema = strictMapping({
  name,
  formerly: v.optional(name),
  contact: v.optional(text),
  start: v.optional(text, 'now'),
  secrets: v.optional(v.array(text, 'expected a list of secrets'), []),
  headers: v.optional(headers, {}),
  format: v.optional(format, 'json'),
  timeout: v.optional(duration),
  paused: v.optional(v.boolean('expected true or false'), false),
  skip: v.optional(
    v.array(
      v.pipe(v.string(), v.regex(/^evt_[0-9a-f]{32}$/, 'expected an event id such as evt_… (32 hex digits)')),
      'expected a list of event ids',
    ),
    [],
  ),
  subscriptions: v.pipe(
    v.array(subscriptionSchema, 'expected a list of subscriptions'),
    v.nonEmpty('expected at least one subscription'),
  ),
});

export type ClientInput = v.InferOutput<typeof clientSchema>;

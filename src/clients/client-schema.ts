/** What an entry of the clients file may hold. */
import * as v from 'valibot';
import { globList } from '../catalogue/globs.ts';
import { EVENT_TYPES } from '../events/team-event.ts';
import { mappingOf, strictMapping } from '../yaml/checked-file.ts';
import { durationSchema } from './duration.ts';
import { METHODS, WIRE_FORMATS } from './wire-format.ts';

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
const format = v.pipe(
  v.picklist(WIRE_FORMATS, `expected one of ${WIRE_FORMATS.join(', ')}`),
  v.description('The shape of the request.'),
);
const timeout = v.pipe(durationSchema(1), v.description('Deadline of one attempt, such as 30s.'));
const headers = v.pipe(
  mappingOf(
    v.pipe(
      v.string(),
      v.regex(HEADER, 'this is no header name'),
      v.check((header) => !RESERVED.test(header), 'this header is set by team-events itself'),
    ),
    scalarText,
    'expected a mapping of header names to texts',
  ),
  v.description('Sent with each request; ${VARIABLES} are filled in.'),
);
const auth = v.pipe(
  strictMapping({
    bearer: v.optional(text),
    basic: v.optional(
      strictMapping({
        username: v.pipe(scalarText, v.nonEmpty('expected text')),
        password: v.pipe(scalarText, v.nonEmpty('expected text')),
      }),
    ),
  }),
  v.check((one) => Object.keys(one).length === 1, 'expected either bearer or basic'),
  v.description('The Authorization header: bearer, or basic with username and password.'),
);
const query = v.pipe(
  mappingOf(v.string(), scalarText, 'expected a mapping of names to texts'),
  v.description('Added to the url, encoded; ${VARIABLES} are filled in.'),
);
const statuses = (first: number, last: number, expected: string) =>
  v.array(
    v.pipe(v.number(expected), v.integer(expected), v.minValue(first, expected), v.maxValue(last, expected)),
    'expected a list of statuses',
  );
const teams = v.pipe(globList, v.description('Ids of teams as globs; ! excludes. Absent: all teams.'));
const tags = v.pipe(
  globList,
  v.description('Only teams with one of these tags, as globs; ! excludes. Of a mapping: key or key=value.'),
);

const subscriptionSchema = v.pipe(
  strictMapping({
    event: v.optional(v.pipe(event, v.description('The type of event that is sent here.'))),
    events: v.optional(
      v.pipe(
        v.array(event, 'expected a list of event types'),
        v.nonEmpty('expected an event type'),
        v.description('Several types to one url, in place of event.'),
      ),
    ),
    url: v.pipe(text, v.description('https://…; ${VARIABLES} may stand anywhere in it.')),
    method: v.optional(
      v.pipe(
        v.picklist(METHODS, `expected one of ${METHODS.join(', ')}`),
        v.description('Other than POST with the formats json and cloudevents only.'),
      ),
      'POST',
    ),
    query: v.optional(query, {}),
    headers: v.optional(headers, {}),
    auth: v.optional(auth),
    format: v.optional(format),
    timeout: v.optional(timeout),
    success: v.optional(
      v.pipe(
        statuses(200, 299, 'expected a status such as 201'),
        v.nonEmpty('expected a status such as 201'),
        v.description('The statuses of 2xx that count as accepted. Absent: all of them.'),
      ),
    ),
    done: v.optional(
      v.pipe(
        statuses(400, 599, 'expected a status such as 409'),
        v.description('Statuses that mean that it was so already, which count as accepted too.'),
      ),
      [],
    ),
    teams: v.optional(teams),
    tags: v.optional(tags),
  }),
  v.check(
    (one) => (one.event === undefined) !== (one.events === undefined),
    'expected either event or events',
  ),
);

export const clientSchema = strictMapping({
  name: v.pipe(name, v.description('Unique; part of the names of its variables.')),
  formerly: v.optional(v.pipe(name, v.description('Its name before: it goes on where it was.'))),
  contact: v.optional(v.pipe(text, v.description('Shown where it cannot be served.'))),
  start: v.optional(
    v.pipe(text, v.description('Where it begins when it is new: now, snapshot, or a revision.')),
    'now',
  ),
  secrets: v.optional(
    v.pipe(
      v.array(text, 'expected a list of secrets'),
      v.description('Standard Webhooks keys (whsec_…): each request is signed with each.'),
    ),
    [],
  ),
  headers: v.optional(headers, {}),
  auth: v.optional(auth),
  format: v.optional(format, 'json'),
  timeout: v.optional(timeout),
  teams: v.optional(teams),
  tags: v.optional(tags),
  paused: v.optional(
    v.pipe(v.boolean('expected true or false'), v.description('Holds it: its events wait.')),
    false,
  ),
  skip: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.regex(/^evt_[0-9a-f]{32}$/, 'expected an event id such as evt_… (32 hex digits)'),
        ),
        'expected a list of event ids',
      ),
      v.description('Ids of events that are passed over knowingly.'),
    ),
    [],
  ),
  subscriptions: v.pipe(
    v.array(subscriptionSchema, 'expected a list of subscriptions'),
    v.nonEmpty('expected at least one subscription'),
    v.description('One url for each type of event.'),
  ),
});

export type ClientInput = v.InferOutput<typeof clientSchema>;

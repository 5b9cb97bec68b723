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

/** JSON Schema knows no flags. */
const anyCase = (pattern: string): string =>
  pattern.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

/** For JSON Schema: text as `parseTemplate` takes it. */
const TEMPLATE = {
  pattern: /^(?:\$\$\{|\$\{(?![A-Z0-9_]*_FILE\})[A-Z][A-Z0-9_]*\}|\$(?!\$?\{)|[^$])*$/.source,
};
/** For JSON Schema: what `urlProblem` asks of a url, where no variable stands in it. */
const URL_KEYWORDS = {
  anyOf: [
    { pattern: /\$\{/.source },
    { pattern: anyCase(String.raw`^ *https?:[/\\]*(?![/\\])(?![^/?#\\]*[^/?#\\:@][^/?#\\]*@)[^#]+#?$`) },
  ],
};

const text = v.pipe(v.string('expected text'), v.nonEmpty('expected text'));
const scalarText = v.pipe(
  v.union([v.string(), v.number(), v.boolean()], 'expected text'),
  v.transform(String),
  // eslint-disable-next-line no-control-regex
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'expected text without line breaks or other control characters'),
  v.metadata({ allOf: [TEMPLATE] }),
);
const name = v.pipe(
  text,
  v.maxLength(63, 'expected at most 63 characters'),
  v.regex(CLIENT_NAME, NAME_EXPECTED),
);
const event = v.picklist(EVENT_TYPES, `expected one of ${EVENT_TYPES.join(', ')}`);
const format = v.pipe(
  v.picklist(WIRE_FORMATS, `expected one of ${WIRE_FORMATS.join(', ')}`),
  v.description(
    'json: what every body parser reads. cloudevents: the same bytes as application/cloudevents+json.',
  ),
);
const duration = v.pipe(durationSchema(1), v.description('Deadline of one attempt, such as 30s.'));
const headers = v.pipe(
  mappingOf(
    v.pipe(
      v.string(),
      v.regex(HEADER, 'this is no header name'),
      v.check((header) => !RESERVED.test(header), 'this header is set by team-events itself'),
      v.metadata({ not: { pattern: anyCase(RESERVED.source) } }),
    ),
    scalarText,
    'expected a mapping of header names to texts',
  ),
  v.description('Sent with each request; may hold ${VARIABLES} of this client.'),
);
const query = v.pipe(
  mappingOf(v.string(), scalarText, 'expected a mapping of names to texts'),
  v.description(
    'Added to the url, encoded; its values are never shown. May hold ${VARIABLES} of this client.',
  ),
);
const status = v.pipe(
  v.number('expected a status such as 409'),
  v.integer(),
  v.minValue(400),
  v.maxValue(599),
);

const subscriptionSchema = v.pipe(
  strictMapping({
    event: v.optional(v.pipe(event, v.description('The type of event that goes to this url.'))),
    events: v.optional(
      v.pipe(
        v.array(event, 'expected a list of event types'),
        v.nonEmpty('expected an event type'),
        v.metadata({ uniqueItems: true }),
        v.description('Shorthand for a subscription of each of these types.'),
      ),
    ),
    url: v.pipe(
      text,
      v.metadata({ ...TEMPLATE, ...URL_KEYWORDS }),
      v.description('Where events go: https://host/path; may hold ${VARIABLES} of this client.'),
    ),
    query: v.optional(query, {}),
    headers: v.optional(headers, {}),
    format: v.optional(format),
    timeout: v.optional(duration),
    done: v.optional(
      v.pipe(
        v.array(status, 'expected a list of statuses'),
        v.description('Statuses that count as accepted too: it was so already.'),
      ),
      [],
    ),
  }),
  v.check(
    (one) => (one.event === undefined) !== (one.events === undefined),
    'expected either event or events',
  ),
  v.metadata({ oneOf: [{ required: ['event'] }, { required: ['events'] }] }),
);

export const clientSchema = strictMapping({
  name: v.pipe(
    name,
    v.description(
      'a-z, 0-9 and single hyphens; unique. Part of the names of its variables and of its cursor.',
    ),
  ),
  formerly: v.optional(
    v.pipe(name, v.description('Its name before: a renamed client takes over the cursor of that name.')),
  ),
  contact: v.optional(v.pipe(text, v.description('Shown where this client cannot be served.'))),
  start: v.optional(
    v.pipe(
      text,
      v.description(
        'Where it begins without a cursor: now, snapshot (the whole catalogue first), or a revision.',
      ),
    ),
    'now',
  ),
  secrets: v.optional(
    v.pipe(
      v.array(v.pipe(text, v.metadata(TEMPLATE)), 'expected a list of secrets'),
      v.description(
        'Keys of the Standard Webhooks signatures, whsec_…: ${SECRET} is a variable that only this client can read. ' +
          'Several while one is rotated.',
      ),
    ),
    [],
  ),
  headers: v.optional(headers, {}),
  format: v.optional(format, 'json'),
  timeout: v.optional(duration),
  paused: v.optional(
    v.pipe(v.boolean('expected true or false'), v.description('Holds it knowingly: its events wait.')),
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
    v.description('One url for each type of event; what is not named is not sent.'),
  ),
});

export type ClientInput = v.InferOutput<typeof clientSchema>;

/** The document; its entries are judged one by one, as a mistake in one leaves out that client only. */
export const clientsFileSchema = <Client extends v.GenericSchema>(client: Client) =>
  strictMapping({
    version: v.optional(v.pipe(v.literal(1, 'expected 1'), v.description('The version of this format.')), 1),
    clients: v.pipe(v.array(client, 'expected a list of clients'), v.description('Who is told what.')),
  });

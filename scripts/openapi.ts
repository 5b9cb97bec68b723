/** The OpenAPI 3.1 document of the requests that receivers get: one webhook for each type of event. */
import { EVENT_NAMES, eventDefinitions, typeOf, type SchemaNode } from './event-schemas.ts';

const EVENT_ID = { type: 'string', pattern: '^evt_[0-9a-z_]+$' };

interface Header {
  readonly description: string;
  readonly required: boolean;
  readonly schema: SchemaNode & { readonly pattern?: string };
}

const HEADERS: Readonly<Record<string, Header>> = {
  'webhook-id': {
    description: "The event's id, the same at each attempt: drop what you have seen.",
    required: true,
    schema: EVENT_ID,
  },
  'webhook-timestamp': {
    description: 'When this attempt was made, in seconds since 1970. Refuse what is older than 5 minutes.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'webhook-signature': {
    description:
      'Where the client has secrets: Standard Webhooks 1.0, `v1,` and the base64 of the HMAC-SHA256 of ' +
      '`<webhook-id>.<webhook-timestamp>.<body>`, one for each secret, with spaces between them. One that is right is enough.',
    required: false,
    schema: { type: 'string', pattern: '^v1,[A-Za-z0-9+/]+=*(?: v1,[A-Za-z0-9+/]+=*)*$' },
  },
  'webhook-previous-id': {
    description:
      "The id of the client's event before this one, over all of its endpoints; absent where its lane begins. " +
      'Another than the last that you got: there is a gap.',
    required: false,
    schema: EVENT_ID,
  },
  'idempotency-key': { description: 'The same as `webhook-id`.', required: true, schema: EVENT_ID },
  'webhook-remaining': {
    description:
      'How many events of the same step follow in this lane; 0 ends the step. After a snapshot, teams that it did not name are gone.',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'webhook-replay': {
    description:
      '`true` where a person sends it again: take it, though you have seen it, unless you have something newer of its team.',
    required: false,
    schema: { type: 'string', const: 'true' },
  },
};

const RETRY_AFTER = {
  'retry-after': {
    description: 'How long to wait: seconds, or a date. Honoured as far as the time for retries goes.',
    schema: { type: 'string' },
  },
};

const AGAIN =
  'Not now: the same request is sent again, later in this run or in the next one. Its lane waits.';

/** What the program makes of each answer. Statuses that a subscription lists as `done` are accepted too. */
export const ANSWERS = {
  '2XX': { description: 'Accepted: safely yours. The next event of the client follows.' },
  '3XX': {
    description:
      'Refused: redirects are never followed. Its lane is blocked until a run is answered otherwise.',
  },
  '401': {
    description: 'Refused: the signature is wrong, or the request too old. Its lane is blocked as by 4XX.',
  },
  '404': { description: AGAIN },
  '408': { description: AGAIN },
  '409': { description: AGAIN },
  '410': { description: 'Gone: the client should be taken out of the clients file. Its lane is blocked.' },
  '425': { description: AGAIN },
  '429': { description: AGAIN, headers: RETRY_AFTER },
  '4XX': { description: 'Refused: its lane is blocked, and the next run tries again.' },
  '503': { description: AGAIN, headers: RETRY_AFTER },
  '5XX': { description: AGAIN },
} as const;

const camelCase = (type: string): string =>
  type.replace(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase());

const refersTo = (kind: string, name: string): { $ref: string } => ({ $ref: `#/components/${kind}/${name}` });

function webhook(name: (typeof EVENT_NAMES)[number], description: string | undefined): object {
  const schema = refersTo('schemas', name);
  return {
    post: {
      operationId: camelCase(typeOf(name)),
      summary: typeOf(name),
      description,
      parameters: Object.keys(HEADERS).map((header) => refersTo('parameters', header)),
      requestBody: {
        required: true,
        description: 'The event. The bytes that are signed are these bytes.',
        content: { 'application/json': { schema }, 'application/cloudevents+json': { schema } },
      },
      responses: Object.fromEntries(
        Object.keys(ANSWERS).map((status) => [status, refersTo('responses', status)]),
      ),
    },
  };
}

const DEFINITIONS = eventDefinitions('#/components/schemas/');

/** The text of `schemas/openapi.json`. */
export const OPENAPI = `${JSON.stringify(
  {
    openapi: '3.1.1',
    info: {
      title: 'What team-events sends',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'A receiver of team-events serves these requests. They come at least once each, and for a client strictly one after ' +
        'the other. A subscription may ask for another method, for headers of its own, and for a format of another product; ' +
        'with `batch: step` the body is a list of these events, and the ids in the headers are those of the last one.',
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    webhooks: Object.fromEntries(
      EVENT_NAMES.map((name) => [typeOf(name), webhook(name, DEFINITIONS[name]?.description)]),
    ),
    components: {
      parameters: Object.fromEntries(
        Object.entries(HEADERS).map(([name, header]) => [name, { name, in: 'header', ...header }]),
      ),
      responses: ANSWERS,
      schemas: {
        TeamEvent: {
          description: 'Any event.',
          oneOf: EVENT_NAMES.map((name) => refersTo('schemas', name)),
          discriminator: {
            propertyName: 'type',
            mapping: Object.fromEntries(
              EVENT_NAMES.map((name) => [typeOf(name), refersTo('schemas', name).$ref]),
            ),
          },
        },
        ...DEFINITIONS,
      },
    },
  },
  null,
  2,
)}\n`;

/** The JSON Schema (draft 2020-12) of the events, made from `src/core/events/event-schema.ts`. */
import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import { EVENT_PARTS, EVENT_SCHEMAS } from '../src/core/events/event-schema.ts';

/** What these schemas use of JSON Schema. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string | boolean;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | SchemaNode;
}

export const EVENT_NAMES = Object.keys(EVENT_SCHEMAS) as readonly (keyof typeof EVENT_SCHEMAS)[];

/** The type of the event with this name in schemas. */
export const typeOf = (name: (typeof EVENT_NAMES)[number]): string =>
  EVENT_SCHEMAS[name].entries.type.literal;

/** Each event and each of its parts, by name; `place` is where references look for them, such as `#/$defs/`. */
export const eventDefinitions = (place: string): Readonly<Record<string, SchemaNode>> =>
  toJsonSchemaDefs(
    { ...EVENT_SCHEMAS, ...EVENT_PARTS },
    {
      target: 'draft-2020-12',
      ignoreActions: ['readonly'],
      overrideRef: ({ referenceId }) => `${place}${referenceId}`,
      overrideSchema({ valibotSchema, jsonSchema: { propertyNames: _texts, ...schema } }) {
        const said = valibotSchema.type === 'literal' ? schema.const : schema.enum?.[0];
        return said === undefined ? schema : { type: typeof said as 'string' | 'boolean', ...schema };
      },
    },
  ) as Readonly<Record<string, SchemaNode>>;

/** The text of `schemas/events.schema.json`: any event, and under `$defs` each type. */
export const EVENTS_SCHEMA = `${JSON.stringify(
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'An event of team-events',
    description: 'A CloudEvents 1.0 object, as it is printed and sent. Its `type` says which of these it is.',
    oneOf: EVENT_NAMES.map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: eventDefinitions('#/$defs/'),
  },
  null,
  2,
)}\n`;

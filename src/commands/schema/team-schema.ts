/**
 * A JSON Schema (draft 2020-12) of the team files of a repository, made from its own configuration.
 *
 * It accepts whatever is read without a problem, except that it knows no excluded ids. What JSON Schema cannot say, such
 * as an id that appears twice, is left to `check`.
 */
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';

type Schema = Readonly<Record<string, unknown>>;

const SCALARS = ['string', 'number', 'boolean'];
const TEXT: Schema = { type: SCALARS, not: { const: '' } };
const NOT_NULL: Schema = { not: { type: 'null' } };
const TEAM = { $ref: '#/$defs/team' };
const TEAM_OF_LIST = { $ref: '#/$defs/teamOfList' };
const TEAMS = { $ref: '#/$defs/teams' };
/** Placeholders of an id that no key of the team fills. */
const OF_THE_PATH = /^(?:id|key|file|dir|path(?:\[\d+\])?)$/;

export function teamSchema(configuration: Configuration): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A team file of this repository',
    description: `Files: ${configuration.files.join(', ')}`,
    ...documentOf(configuration),
    $defs: {
      team: teamOf(configuration),
      teamOfList: teamOfList(configuration),
      teams: { anyOf: [LIST, mapOf(configuration)] },
      member: memberOf(configuration),
    },
  };
}

/** A whole document, by the layout. */
function documentOf(configuration: Configuration): Schema {
  const { layout, at, atAlone } = configuration;
  if (layout === 'team') return TEAM;
  if (layout === 'auto') {
    const places = at.map((key) => under(key, { anyOf: [{ type: 'array' }, MAP_OF_TEAMS] }));
    const within = { allOf: at.map((key, index) => when(places[index] ?? false, under(key, TEAMS))) };
    return when({ type: 'array' }, LIST, when({ anyOf: places }, within, TEAM));
  }
  const teams = layout === 'list' ? LIST : mapOf(configuration);
  const empty = layout === 'list' ? { type: 'object', maxProperties: 0 } : { type: 'array', maxItems: 0 };
  const keyed = { properties: merged(at.map((key) => nested(key, { anyOf: [teams, empty] }))) };
  if (atAlone) return keyed; // another document holds no team
  return when({ anyOf: at.map((key) => under(key, {})) }, keyed, { anyOf: [teams, empty] });
}

const when = (condition: Schema | boolean, then: Schema, otherwise: Schema = {}): Schema =>
  // eslint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  ({ if: condition, then, else: otherwise });

/** Empty, or with a team at least, which distinguishes it from attributes that are a mapping. */
const MAP_OF_TEAMS: Schema = {
  type: 'object',
  anyOf: [{ maxProperties: 0 }, { not: { additionalProperties: { not: { type: ['object', 'null'] } } } }],
};

const LIST: Schema = { type: 'array', items: TEAM_OF_LIST };

/** Keys that are excluded hold anything. */
const mapOf = ({ exclude }: Configuration): Schema => ({
  type: 'object',
  ...(exclude.every((glob) => /^[^!?[\]{}\\]+$/.test(glob))
    ? {
        patternProperties: Object.fromEntries(exclude.map((glob) => [patternOf(glob), true])),
        additionalProperties: { anyOf: [TEAM, { type: 'null' }] },
      }
    : {}),
});

const patternOf = (glob: string): string =>
  `^${glob.replaceAll(/[.+^$()|/]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*')}$`;

function teamOf(configuration: Configuration): Schema {
  const { id, idTemplate, name, members, tags, perimeter, previously, children, required } = configuration;
  const fields = idTemplate.filter((_, index) => index % 2 === 1);
  const described: readonly (readonly [keys: readonly string[], schema: Schema])[] = [
    [
      fields.includes('id') ? ['id'] : [],
      { type: [...SCALARS, 'null'], description: `The id, by the template ${id}.` },
    ],
    [name.slice(0, 1), { type: [...SCALARS, 'null'], description: 'The name.' }],
    [
      members,
      { type: ['array', 'null'], items: { $ref: '#/$defs/member' }, description: membersText(members) },
    ],
    [tags, { description: 'Tags: a list is a set of labels; a mapping stays one.' }],
    [perimeter, { description: 'What the team is responsible for, in any form.' }],
    [previously, { description: 'Earlier ids of the team: its new id is then sent as a rename.' }],
    [children, { ...when(holdsTeams, TEAMS), description: 'Child teams.' }],
  ];
  const needed = [
    ...required.map((key) => present(key, NOT_NULL)),
    ...fields.filter((field) => !OF_THE_PATH.test(field)).map((field) => present(field, TEXT)),
  ];
  return {
    type: 'object',
    properties: merged(described.flatMap(([keys, schema]) => keys.map((key) => nested(key, schema)))),
    ...(needed.length > 0 && { allOf: needed }),
  };
}

/** An array with a mapping in it, or a map of teams; other values are an attribute. */
const holdsTeams: Schema = { anyOf: [{ type: 'array', contains: { type: 'object' } }, MAP_OF_TEAMS] };

const membersText = (members: readonly string[]): string =>
  members.length < 2
    ? 'The members.'
    : `Members. A team with several of ${members.join(', ')} has role lists: its members carry roles.`;

/** In a list a team has no file and no key of its own to take its id from. */
function teamOfList(configuration: Configuration): Schema {
  const { idTemplate, name } = configuration;
  if (!idTemplate.some((part, index) => index % 2 === 1 && part === 'id')) return TEAM;
  return { ...TEAM, anyOf: ['id', ...name].map((key) => present(key, TEXT)) };
}

const memberOf = ({ member }: Configuration): Schema => ({
  anyOf: [
    TEXT,
    {
      type: 'object',
      description: `A member written as a mapping has one of: ${member.join(', ')}.`,
      anyOf: member.map((key) => present(key, TEXT)),
    },
  ],
});

/** `key` is there, with such a value; `spec.members` is a key, or `members` in `spec`. */
const present = (key: string, schema: Schema): Schema => {
  const own = { required: [key], properties: { [key]: schema } };
  const [first = key, ...others] = key.split('.');
  if (others.length === 0) return own;
  return {
    anyOf: [
      own,
      {
        required: [first],
        properties: { [first]: { type: 'object', ...present(others.join('.'), schema) } },
      },
    ],
  };
};

/** The document is a mapping with such a value under `key`. */
const under = (key: string, schema: Schema): Schema => ({ type: 'object', ...present(key, schema) });

/** Where a value with this key stands in a team. */
function nested(key: string, schema: Schema): Readonly<Record<string, Schema>> {
  const [first = key, ...others] = key.split('.');
  return { [first]: others.length === 0 ? schema : { properties: nested(others.join('.'), schema) } };
}

/** Several keys may lead into one mapping, and the first meaning of a key counts. */
function merged(all: readonly Readonly<Record<string, Schema>>[]): Record<string, Schema> {
  const properties: Record<string, Schema> = {};
  for (const [key, schema] of all.flatMap((one) => Object.entries(one))) {
    const known = properties[key];
    const [inside, more] = [known?.['properties'], schema['properties']] as (
      Record<string, Schema> | undefined
    )[];
    if (known === undefined) properties[key] = schema;
    else if (inside !== undefined && more !== undefined)
      properties[key] = { properties: merged([inside, more]) };
  }
  return properties;
}

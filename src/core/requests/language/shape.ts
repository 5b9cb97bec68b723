/** What an event of each type has, and how much of it is to be reckoned with: all that is known before there is one. */
import { EVENT_TYPES, type EventType } from '../../events/event-type.ts';

/** `any`: its shape is known only when it is there. */
export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'any'; readonly size: Size }
  | { readonly kind: 'list'; readonly items: Shape; readonly most: number }
  | {
      readonly kind: 'mapping';
      readonly keys: Readonly<Record<string, Shape>>;
      /** Of any other key, where there may be others. */
      readonly rest?: Shape;
      /** Those of `keys` that are not always there. */
      readonly sometimes?: readonly string[];
    };

/** Number of values, and characters of their texts. */
export interface Size {
  readonly values: number;
  readonly characters: number;
}

/** By the name that an expression begins with. */
export type Names = ReadonlyMap<string, Shape>;

/** A template has to be good for a team of so many members; of a larger one, the event is judged by itself. */
export const RECKONED_MEMBERS = 1000;
const RECKONED_ITEMS = 100;
/** Of a list within an item of another one. */
const RECKONED_INNER_ITEMS = 10;
const RECKONED_CHARACTERS = 100;

export const SCALAR: Shape = { kind: 'scalar' };
const ANY: Shape = { kind: 'any', size: { values: 100, characters: 4000 } };
const ANY_INNER: Shape = { kind: 'any', size: { values: 4, characters: 100 } };

const MEMBER: Shape = { kind: 'mapping', keys: { id: SCALAR }, rest: ANY_INNER };
const MEMBERS: Shape = { kind: 'list', items: MEMBER, most: RECKONED_MEMBERS };
const INNER_LIST: Shape = { kind: 'list', items: ANY_INNER, most: RECKONED_INNER_ITEMS };
const CHANGE: Shape = {
  kind: 'mapping',
  keys: { field: SCALAR, from: ANY_INNER, to: ANY_INNER, added: INNER_LIST, removed: INNER_LIST },
  sometimes: ['added', 'removed'],
};
const TEAM: Shape = {
  kind: 'mapping',
  keys: {
    id: SCALAR,
    name: SCALAR,
    members: MEMBERS,
    tags: ANY,
    perimeter: ANY,
    attributes: { kind: 'mapping', keys: {}, rest: ANY },
  },
};
const AUTHOR: Shape = { kind: 'mapping', keys: { name: SCALAR, email: SCALAR }, sometimes: ['email'] };
const COMMIT: Shape = {
  kind: 'mapping',
  keys: { id: SCALAR, parent: SCALAR, time: SCALAR, author: AUTHOR, title: SCALAR },
};

const OF_ALL: readonly (readonly [name: string, Shape])[] = [
  ...['type', 'id', 'sequence', 'subject', 'time', 'source', 'file', 'snapshot'].map(
    (name) => [name, SCALAR] as const,
  ),
  ['team', TEAM],
  ['commit', COMMIT],
];
const OF_TYPE: Readonly<Record<EventType, readonly (readonly [name: string, Shape])[]>> = {
  'team.created': [],
  'team.modified': [
    ['changes', { kind: 'list', items: CHANGE, most: RECKONED_ITEMS }],
    ['before', { kind: 'mapping', keys: { id: SCALAR } }],
  ],
  'team.members.removed': [['removed', MEMBERS]],
  'team.members.added': [['added', MEMBERS]],
  'team.deleted': [],
};

/** What `each` may name: a list of members that the event has. */
export const EACH = ['added', 'removed', 'members'] as const;
export type Each = (typeof EACH)[number];

/** What an expression may name in an event of a type; `found` are the names of what is looked up first. */
export function namesOf(type: EventType, each: Each | undefined, found: readonly string[]): Names {
  const names = new Map<string, Shape>([...OF_ALL, ...OF_TYPE[type]]);
  if (each !== undefined) names.set('each', MEMBER);
  if (found.length > 0)
    names.set('found', {
      kind: 'mapping',
      keys: Object.fromEntries(found.map((name) => [name, SCALAR])),
    });
  return names;
}

/** Why an event of the type has no such list; undefined if it has. */
export const eachProblem = (type: EventType, each: Each): string | undefined =>
  each === 'members' || OF_TYPE[type].some(([name]) => name === each) ? undefined : `${type} has no ${each}`;

/** The types whose events have such a name. */
export const typesWith = (name: string): readonly EventType[] =>
  EVENT_TYPES.filter((type) => OF_TYPE[type].some(([own]) => own === name));

/** How much to reckon with. */
export function sizeOf(shape: Shape): Size {
  switch (shape.kind) {
    case 'scalar':
      return { values: 1, characters: RECKONED_CHARACTERS };
    case 'any':
      return shape.size;
    case 'list': {
      const item = sizeOf(shape.items);
      return { values: 1 + shape.most * item.values, characters: shape.most * item.characters };
    }
    case 'mapping': {
      const sizes = [...Object.values(shape.keys), ...(shape.rest ? [shape.rest] : [])].map(sizeOf);
      return {
        values: 1 + sizes.reduce((sum, { values }) => sum + values, 0),
        characters: sizes.reduce((sum, { characters }) => sum + characters, 0),
      };
    }
  }
}

/** The items of a list; undefined if it can be none. */
export function itemsOf(shape: Shape): { readonly items: Shape; readonly most: number } | undefined {
  if (shape.kind === 'list') return shape;
  if (shape.kind !== 'any') return undefined;
  return { items: ANY_INNER, most: shape === ANY ? RECKONED_ITEMS : RECKONED_INNER_ITEMS };
}

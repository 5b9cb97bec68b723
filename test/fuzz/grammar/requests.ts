/* eslint-disable unicorn/no-thenable -- `then` is a word of the language */
/** What a subscription says of its request: templates that are right, wrong, far too large, or lead somewhere else. */
import type { Random } from '../../torture/random.ts';
import { mapping, number, size, text, value } from './pieces.ts';
import { Raw } from './yaml-text.ts';

const ROOTS = ['team', 'added', 'removed', 'changes', 'before', 'commit', 'type', 'id', 'each', 'found', 'm'];
const STEPS = [
  '.id',
  '.name',
  '.members',
  '.tags',
  '.a',
  '.attributes.x',
  '[0]',
  '[-1]',
  '["a b"]',
  '.author.name',
];
/** What names itself, or what every object has. */
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'then',
  '$eval',
  '$$eval',
  '$if',
  '$merge',
  'a',
  '${team.id}',
];

export function expression(random: Random, depth = 0): string {
  const path = (): string =>
    random.pick(ROOTS) +
    Array.from({ length: random.int(0, 3) }, () => random.pick(STEPS)).join('') +
    (random.chance(0.4) ? '?' : '');
  if (depth > 3 || random.chance(0.6)) return path();
  const inner = (): string => expression(random, depth + 1);
  return random.pick([
    () => `slug(${inner()}, ${random.pick(['40', '20', '255', '19', '1e9', '-1', inner()])})`,
    () => `slug(${inner()})`,
    () => `lowercase(${inner()})`,
    () => `len(${inner()})`,
    () => `join(${inner()}, ', ')`,
    () => `${inner()} ${random.pick(['==', '!=', 'in', '&&', '+', '<'])} ${inner()}`,
    () => `!${inner()}`,
    () => `${'('.repeat(size(random, 3000))}1`,
    () => `${'!'.repeat(size(random, 3000))}team.id`,
    () => `team${'.a'.repeat(size(random, 3000))}`,
    () => 'range(0, 1000000000)',
    () => text(random),
  ])();
}

/** A text with values of the event and of the client in it. */
export const template = (random: Random): string =>
  Array.from({ length: random.int(1, 4) }, () =>
    random.pick([
      () => `\${${expression(random)}}`,
      () => '${team.id}',
      () => '${TOKEN}',
      () => '$${',
      () => '/',
      () => '?a=',
      () => '..',
      () => text(random),
    ])(),
  ).join('');

export function body(random: Random, depth = 0): unknown {
  const inner = (): unknown => body(random, depth + 1);
  if (depth > 5 || random.chance(0.3)) return random.chance(0.8) ? template(random) : value(random);
  return random.pick([
    () => ({ $eval: random.chance(0.5) ? 'team' : expression(random) }),
    () => ({ $if: expression(random), then: inner(), ...(random.chance(0.5) && { else: inner() }) }),
    () => {
      const list = random.chance(0.7) ? 'team.members' : expression(random);
      return { $map: { $eval: list }, [`each(${random.pick(['m', 'n', 'team', 'X', ''])})`]: inner() };
    },
    () => Array.from({ length: random.chance(0.03) ? size(random, 2000) : random.int(0, 4) }, inner),
    () =>
      mapping(
        Array.from({ length: random.int(0, 4) }, () => [
          random.chance(0.7) ? random.pick(KEYS) : text(random),
          inner(),
        ]),
      ),
    // Lists multiply, and a list in a list in a list is one too many.
    () =>
      [1, 2, 3].reduce<unknown>((each) => ({ $map: { $eval: 'team.members' }, 'each(m)': each }), '${m.id}'),
    () => nested(size(random, 60_000)),
    () => 'none',
  ])();
}

const nested = (depth: number): Raw => new Raw(`${'['.repeat(depth)}x${']'.repeat(depth)}`);

/** What is right, and made of what teams, members and answers hold. */
export const rightBody = (random: Random): unknown =>
  random.pick<unknown>([
    { name: '${team.name}', more: '${team.attributes.x?}', token: '${TOKEN}' },
    { $eval: 'team' },
    { $map: { $eval: 'team.members' }, 'each(m)': { id: '${m.id}', all: { $eval: 'm' } } },
    { $if: 'team.members', then: [{ $eval: 'len(team.members)' }], else: '${slug(team.id)}' },
    { $map: { $eval: 'team.members' }, 'each(m)': { $if: 'm in team.members', then: '${slug(m.id, 20)}' } },
    'none',
  ]);

/** A url below `own` that holds what an event says, as the program takes it. */
export const rightUrl = (random: Random, own: string): string =>
  `${own}/${random.pick(['${team.id}', '${slug(team.id, 40)}', 'x%2F${team.name}?a=${commit.title}', '${TOKEN}/${file}'])}`;

/** A client's subscriptions, all right: one request for the teams, one for each member, values that are asked for first. */
export const rightSubscriptions = (random: Random, own: string): readonly object[] =>
  (
    [
      ['team.created', undefined],
      ['team.modified', undefined],
      ['team.members.removed', 'removed'],
      ['team.members.added', random.pick(['added', 'members'])],
      ['team.deleted', undefined],
    ] as const
  ).map(([event, each]) => ({
    event,
    url: `${rightUrl(random, own)}${each === undefined ? '' : '/${each.id}'}`,
    method: random.pick(['POST', 'PUT', 'PATCH', 'DELETE']),
    body: rightBody(random),
    done: [404, { status: 422, body: 'already' }],
    ...(each !== undefined && { each }),
    ...(random.chance(0.5) && {
      find: {
        one: {
          url: rightUrl(random, own),
          at: random.pick(['id', '[0].id']),
          none: random.pick(['done', 'fail']),
        },
        two: { url: `${own}/\${found.one}`, at: 'id', none: 'done' },
      },
      headers: { 'x-found': '${found.two}' },
    }),
  }));

/** `GET`s that come first; at most three are allowed. */
export const finds = (random: Random, own: string): unknown =>
  mapping(
    Array.from({ length: random.int(1, 4) }, (_, index) => [
      random.chance(0.8) ? `f${index}` : random.pick(KEYS),
      {
        url: random.pick([
          () => rightUrl(random, own),
          () => `${own}/\${${expression(random)}}`,
          () => template(random),
        ])(),
        at: random.pick([
          'id',
          'id',
          '[0].id',
          '[0].id',
          'a.b["c d"]',
          '__proto__',
          'length',
          '[99999999999]',
          text(random),
        ]),
        ...(random.chance(0.7) && { none: random.pick(['done', 'fail', text(random)]) }),
      },
    ]),
  );

export const rules = (random: Random): unknown[] =>
  Array.from({ length: random.int(0, 3) }, () =>
    random.chance(0.4)
      ? number(random)
      : {
          status: random.chance(0.8) ? random.pick([200, 204, 400, 404, 409]) : number(random),
          body: text(random),
        },
  );

export const oauth2 = (random: Random, own: string): unknown => ({
  oauth2: {
    url: random.chance(0.8) ? `${own}/token` : template(random),
    id: random.chance(0.8) ? 'fly' : text(random),
    ...(random.chance(0.8) && { secret: '${TOKEN}' }),
    ...random.pick([
      {},
      { grant: 'password', username: text(random), password: '${TOKEN}' },
      { grant: text(random), scope: text(random) },
    ]),
  },
});

/** What answers to the above may hold: tokens and values, and what is none. */
export const answered = (random: Random): string =>
  random.pick([
    () => '[{"id":7}]',
    () => '{"id":"a b/../c?d#e"}',
    () => `{"id":${JSON.stringify(text(random))}}`,
    () => '{"id":12345678901234567890}',
    () => '{"id":{"a":1}}',
    () => '{"__proto__":{"id":1}}',
    () => '[{"id":'.repeat(size(random, 60_000)),
    () =>
      `{"access_token":"of-the-run","token_type":"bearer","expires_in":${random.pick(['60', '0', '-1', '1e400', '"x"'])}}`,
    () => `{"access_token":${JSON.stringify(text(random))}}`,
    () => '{"access_token":"a\\r\\nx-evil: 1"}',
  ])();

/** Team files and what else lies in a teams repo. None of it has a team whose id begins with `good-`. */
import type { Random } from '../../torture/random.ts';
import type { Content, Entry } from '../round/git-objects.ts';
import { bytes, mapping, path as nastyPath, size, text, value } from './pieces.ts';
import { aliases, broken, Raw, yamlOf } from './yaml-text.ts';

/** Of a path each character is a byte. */
export function file(random: Random, index: number): readonly [path: string, entry: Entry] {
  const content = fileText(random, index);
  const path = filePath(random, index);
  const kind = random.next();
  if (kind < 0.86) return [path, content];
  if (kind < 0.9) return [path, { executable: content }];
  if (kind < 0.97) return [path, { link: nastyPath(random).replaceAll('\0', '') || 'x' }];
  return [path, { submodule: 'f'.repeat(40) }];
}

function filePath(random: Random, index: number): string {
  const ending = random.chance(0.9) ? '.yml' : random.pick(['.yaml', '.YML', '', '.json', '.yml.yml']);
  if (random.chance(0.5)) return `teams/t${index}${ending}`;
  if (random.chance(0.2)) return `teams/${'d/'.repeat(size(random, 800))}t${index}${ending}`;
  const odd = random.chance(0.3)
    ? bytes(random).toString('latin1')
    : Buffer.from(text(random)).toString('latin1');
  const name = odd.replace(/[\0/]/g, '_').slice(0, 250);
  // `.` and `..` are no names of a tree.
  return `teams/${/^\.*$/.test(name) ? `t${index}` : name}${ending}`;
}

function fileText(random: Random, index: number): Content {
  const id = random.chance(0.7) ? `team-${index}` : notGood(text(random));
  const whole = random.chance(0.15)
    ? large(random, id)
    : random.chance(0.2)
      ? yamlOf(Array.from({ length: random.int(0, 3) }, (_, one) => team(random, `${id}-${one}`)))
      : yamlOf(team(random, id));
  return random.chance(0.25) ? broken(random, whole) : whole;
}

const notGood = (id: string): string => (id.startsWith('good') ? `x${id}` : id);

function team(random: Random, id: string): object {
  const keys: (readonly [string, () => unknown])[] = [
    ['id', () => id],
    ['name', () => text(random)],
    ['members', () => members(random)],
    ['tags', () => (random.chance(0.5) ? [text(random)] : value(random))],
    ['perimeter', () => value(random)],
    ['previously', () => (random.chance(0.5) ? [notGood(text(random))] : value(random))],
    [text(random), () => value(random)],
    ['x', () => aliases(random, 'a')],
  ];
  const [first, ...others] = keys.map(([key, made]) => [key, made] as const);
  return mapping(
    [...(first ? [first] : []), ...random.some(others, 0.4)].map(([key, made]) => [key, made()]),
  );
}

const members = (random: Random): unknown =>
  random.chance(0.1)
    ? value(random)
    : Array.from({ length: random.int(0, 5) }, () =>
        random.chance(0.6)
          ? text(random)
          : { id: text(random), [random.chance(0.5) ? 'role' : text(random)]: value(random) },
      );

/** What a reader must take in a time that grows with it. */
function large(random: Random, id: string): string {
  const count = size(random, 6000);
  const many = (made: (index: number) => string): string =>
    Array.from({ length: count }, (_, at) => made(at)).join(', ');
  const name = yamlOf(id);
  return random.pick([
    () => `{ id: ${name}, members: [${many((at) => `{ id: u, k${at}: v }`)}] }`,
    () => `{ id: ${name}, members: [${many((at) => `"m${at}"`)}] }`,
    () => `{ id: ${name}, name: "${'\ufffd'.repeat(count)}" }`,
    () => `{ id: ${name}, x: ${'['.repeat(Math.min(count, 2000))} }`,
    () => `{ id: ${name}, ${many((at) => `${'k'.repeat(50)}${at}: v`)} }`,
    () => `{ id: ${name}, "${'k'.repeat(count)}": v }`,
    () => `[${many((at) => `{ id: "${id.replace(/[^a-z0-9-]/g, '')}-${at}", members: [a] }`)}]`,
    () => `{ id: ${name}, x: ${yamlOf(new Raw(`[${many(() => '{ a: b }')}]`))} }`,
    () =>
      `id: ${name}\nx:\n${Array.from({ length: Math.min(count, 200) }, (_, at) => `${' '.repeat(at + 1)}a:\n`).join('')}`,
  ])();
}

/** `team-events.yml`. */
export function configuration(random: Random): Content {
  const globs = (): unknown =>
    random.pick([
      () => ['teams/**/*.{yml,yaml}'],
      () => `${'**/'.repeat(size(random, 2000))}*.yml`,
      () => Array.from({ length: size(random, 2000) }, (_, at) => `${'{a,b}'.repeat(at % 9)}${at}*`),
      () => [text(random)],
      () => value(random),
    ])();
  const keys: (readonly [string, () => unknown])[] = [
    ['files', globs],
    ['layout', () => random.pick(['auto', 'team', 'list', 'map', text(random)])],
    ['at', () => random.pick([['teams'], text(random), value(random)])],
    ['children', () => text(random)],
    [
      'id',
      () =>
        random.pick([
          '{id}',
          '{path}',
          '{dir}/{file}',
          '{path[1]}',
          '{key}',
          text(random),
          `{id}${text(random)}`,
        ]),
    ],
    ['member', () => value(random)],
    ['name', () => [text(random), 'name']],
    ['exclude', globs],
    ['required', () => [text(random)]],
    ['ignore', () => [text(random)]],
    ['memberCase', () => random.pick(['insensitive', text(random)])],
    ['authorEmail', () => value(random)],
    [text(random), () => value(random)],
  ];
  const document = mapping([
    ['version', random.chance(0.9) ? 1 : value(random)],
    ['source', random.chance(0.5) ? 'https://example.com/teams' : text(random)],
    [
      'catalogue',
      random.chance(0.9)
        ? mapping(random.some(keys, 0.25).map(([key, made]) => [key, made()]))
        : value(random),
    ],
  ]);
  return random.chance(0.2) ? broken(random, yamlOf(document)) : yamlOf(document);
}

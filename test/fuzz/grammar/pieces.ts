/** The words of the grammar: what has harmed some program somewhere, or could harm this one. */
import type { Random } from '../../torture/random.ts';

const CONTROL = [
  '\0',
  'a\0b',
  '\u0001',
  '\u0007',
  '\b\b\b',
  '\t',
  '\r',
  '\u007f',
  '\u0085',
  '\u009b2J',
  '\u009d0;title\u009c',
  '\u001b[31mred\u001b[0m',
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\',
  '\u2028',
  '\u2029',
  '\u202egnp.exe',
  '\u2066hidden\u2069',
];
const UNICODE = [
  '\ud800',
  'a\udc00b',
  '\ufffd',
  '\ufeff',
  '\u200b',
  `e${'\u0301'.repeat(300)}`,
  'é',
  'e\u0301',
  '👩‍👩‍👧‍👦',
  '💥',
  'İstanbul',
  'ﬁle',
  'K',
  '\u00a0',
  '\udbff\udfff',
];
const LINES = [
  '\n::set-output name=pwned::1',
  '::error::x',
  '\n  ::add-mask::a',
  '##[add-mask]e',
  'x ##[group]y',
  '##vso[task.setvariable variable=PATH]/tmp/evil',
  'x ##vso[task.complete result=Succeeded]',
  '\r\nX-Evil: 1\r\n\r\n',
  '\n\n\n',
  'section_start:0:a\r\u001b[0K',
];
const TEMPLATES = [
  '${TOKEN}',
  '${OTHER}',
  '${TOKEN',
  '$${TOKEN}',
  '${}',
  '${lower}',
  '${TOKEN_FILE}',
  '{subject}',
  '{{ .Values.x }}',
  '{%',
  '{id}',
  '{path[99999999999]}',
  '{key}{key}{key}',
  '$(id)',
  '`id`',
];
const REVISIONS = [
  'HEAD^{/^(a*)(a*)(a*)\\1\\2\\3b$}',
  ':/^(a|a)*$',
  'main@{1}',
  'main@{yesterday}',
  'HEAD~3',
  'main^0',
  'main:teams/good-1.yml',
  'main..main',
  '--output=/tmp/team-events-fuzz',
  '--upload-pack=id',
  '-x',
  '--',
  '@',
  '0'.repeat(40),
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  'f'.repeat(40),
  'refs/heads/main',
  'refs/tags/../heads/main',
  'main',
  'root',
  'abc',
];
const PATHS = [
  '../../../etc/passwd',
  '/dev/zero',
  '/proc/self/environ',
  '..',
  '.',
  '.git',
  'a//b',
  'C:\\x',
  '~root',
];
const NUMBERS = [
  '-1',
  '0',
  '1e999',
  '0x10',
  '0777',
  '1.10',
  'NaN',
  '.inf',
  '9'.repeat(400),
  '4294967296',
  '9007199254740993',
];
const DURATIONS = ['500h', '0s', '-5s', '1ms', '99999999999999999999h', '5 s', '1e9s', 'forever', '0.5s'];
const YAML = [
  '~',
  'null',
  'yes',
  'true',
  '*a',
  '&a',
  '<<',
  '!!js/function x',
  '!!binary AAAA',
  '!include x',
  '|',
  '>-',
  '%YAML 9.9',
  '---',
  '...',
  '? a',
  '# c',
  'a: b',
  '- a',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '[[[[[[',
  '}]}]',
];
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'length', '', ' '];
const WEB = [
  '<script>alert(1)</script>',
  '<![CDATA[',
  ']]>',
  '&amp;&lt;',
  '%0a%00',
  '%2e%2e%2f',
  '[x](http://evil.example)',
  '<!channel>',
  'a|b`c`',
  '%s%n%x',
];
const EVENT_IDS = [`evt_${'0'.repeat(32)}`, 'evt_', 'evt_0-4294967296'];

const KINDS: readonly (readonly string[])[] = [
  CONTROL,
  UNICODE,
  LINES,
  TEMPLATES,
  REVISIONS,
  PATHS,
  NUMBERS,
  DURATIONS,
  YAML,
  NAMES,
  WEB,
  EVENT_IDS,
];

export const revision = (random: Random): string =>
  random.chance(0.7) ? random.pick(REVISIONS) : text(random);
export const duration = (random: Random): string =>
  random.chance(0.8) ? random.pick(DURATIONS) : text(random);
export const path = (random: Random): string => (random.chance(0.5) ? random.pick(PATHS) : text(random));
/** A number as text, or as one. */
export const number = (random: Random): string | number =>
  random.chance(0.5) ? random.pick(NUMBERS) : random.pick([-1, 0, 1.5, 1e21, 2 ** 53, 4_294_967_296, -0, 99]);

/** Mostly small; one in forty is what a reader must be linear for. */
export const size = (random: Random, most = 60_000): number =>
  random.chance(0.025) ? random.int(1000, most) : random.int(1, random.chance(0.1) ? 300 : 12);

/** A piece, several of them among ordinary words, or one again and again. */
export function text(random: Random): string {
  const piece = (): string => random.pick(random.pick(KINDS));
  const kind = random.next();
  if (kind < 0.55) return piece();
  if (kind < 0.8)
    return Array.from({ length: random.int(2, 4) }, piece).join(random.pick(['', ' ', 'word', '\n']));
  if (kind < 0.9) return random.pick(['x', 'é', '💥', '\ufffd', '{', '[', 'a b ']).repeat(size(random));
  if (kind < 0.95) return piece().repeat(size(random, 500)).slice(0, 100_000);
  return random.pick(['alice', 'payments', 'core', 'Équipe']);
}

/** Any value, in which lists and mappings stand in each other. */
export function value(random: Random, depth = 0): unknown {
  const kind = random.next();
  if (kind < 0.45 || depth > 5) return text(random);
  if (kind < 0.55) return number(random);
  if (kind < 0.65) return random.pick([null, true, false, '', [], {}]);
  const count = Math.min(random.int(0, 4), size(random));
  if (kind < 0.82) return Array.from({ length: count }, () => value(random, depth + 1));
  return mapping(Array.from({ length: count }, () => [text(random), value(random, depth + 1)]));
}

/** With each of these keys, `__proto__` too. */
export function mapping(entries: readonly (readonly [key: string, value: unknown])[]): object {
  const made: object = {};
  for (const [key, held] of entries) {
    Object.defineProperty(made, key, { value: held, enumerable: true, configurable: true });
  }
  return made;
}

/** Bytes that are no UTF-8. */
export const bytes = (random: Random): Buffer =>
  random.pick([
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.from([0xc3]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from([0xf5, 0x80, 0x80, 0x80]),
    Buffer.from([0x80, 0x81, 0x9b, 0x1b]),
    Buffer.from([0xc0, 0xaf]),
  ]);

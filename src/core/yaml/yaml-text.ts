/**
 * YAML text -> plain values, and from a path inside them back to line and column. The only user of js-yaml.
 *
 * Scalars are lossless: a plain scalar becomes a number or a boolean only where printing it gives the same
 * text back (`0x009922`, `0123`, `1e3`, `1.10` and dates stay strings). Keys are strings in Unicode NFC.
 */
import {
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  mapTag,
  mergeTag,
  EVENT_ID,
  getScalarValue,
  NOT_RESOLVED,
  nullCoreTag,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml';
import type { Result } from '../result.ts';
import { hasHalfCharacter, nfc } from '../text/unicode.ts';
import { parseWithBracketsIndented, type ParsedText } from './closing-brackets.ts';
import type { FileProblem } from './file-problem.ts';
import { openBracketHint } from './open-bracket.ts';
import { createLocator, positionAt, type NodePath, type Position } from './node-position.ts';

export { positionAt, type NodePath, type Position } from './node-position.ts';
export { nfc } from '../text/unicode.ts';

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface YamlText {
  readonly documents: readonly unknown[];
  /** Position of an alias inside the value that it refers to. */
  readonly cycle: Position | undefined;
  readonly locate: (path: NodePath) => Position;
}

const MAX_DEPTH = 100;
const MAX_ALIASES = 10_000;
const MAX_MERGE_KEYS = 100_000;
const DIGITS = ['-', ...'0123456789'];
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

const losslessNumber = (source: string): number | typeof NOT_RESOLVED => {
  if (!NUMBER.test(source)) return NOT_RESOLVED;
  const value = Number(source);
  return String(value) === source ? value : NOT_RESOLVED;
};

const losslessBoolean = (source: string): boolean | typeof NOT_RESOLVED =>
  source === 'true' ? true : source === 'false' ? false : NOT_RESOLVED;

const keyText = (key: unknown): string => nfc(String(key));

/** Without `finalize`, a mapping that contains itself is built instead of refused. */
const { finalize: _, ...PLAIN_MAPPING } = mapTag;

/** Defines an ordinary own key, which assignment would not do for `__proto__`. */
const setProto = (carrier: object, value: unknown): string => {
  Object.defineProperty(carrier, '__proto__', {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return '';
};

const schemaOf = (mapping: Omit<typeof mapTag, 'finalize'>, addProto: typeof setProto) =>
  FAILSAFE_SCHEMA.withTags(
    nullCoreTag,
    defineScalarTag('tag:yaml.org,2002:bool', {
      implicit: true,
      implicitFirstChars: ['t', 'f'],
      resolve: losslessBoolean,
      identify: () => false,
    }),
    ...['int', 'float'].map((name) =>
      defineScalarTag(`tag:yaml.org,2002:${name}`, {
        implicit: name === 'int',
        implicitFirstChars: DIGITS,
        resolve: losslessNumber,
        identify: () => false,
      }),
    ),
    mergeTag,
    defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
      ...mapping,
      addPair: (carrier, key, value) => {
        if (key === '__proto__') return addProto(carrier, value);
        if (typeof key === 'object' && key !== null) return 'a key is a list or a mapping; expected text';
        carrier[keyText(key)] = value;
        return '';
      },
      has: (carrier, key) => Object.hasOwn(carrier, keyText(key)),
    }),
  );

const SCHEMA = schemaOf(mapTag, () => 'the key __proto__ is not allowed');
const SCHEMA_OF_ENTRIES = schemaOf(PLAIN_MAPPING, setProto);

export interface ParseOptions {
  /**
   * Set if the entries of the file are checked one by one later. Then the key `__proto__`, unpaired surrogates and
   * aliases that contain themselves are left to those checks; otherwise the whole file is refused for them.
   */
  readonly hasEntries?: boolean;
}

/** Parses all documents of `text`; empty ones are left out. Never throws. */
export function parseYaml(
  text: string,
  { hasEntries = false }: ParseOptions = {},
): Result<YamlText, FileProblem> {
  try {
    const parsed = parseWithBracketsIndented(text, MAX_DEPTH);
    const { events, text: source } = parsed;
    const documents = constructFromEvents(events, {
      source,
      schema: hasEntries ? SCHEMA_OF_ENTRIES : SCHEMA,
      maxAliases: MAX_ALIASES,
      maxTotalMergeKeys: MAX_MERGE_KEYS,
    });
    const half = hasEntries ? undefined : findHalfCharacter(parsed);
    if (half !== undefined) {
      return {
        ok: false,
        wrong: { ...half, message: 'the text is not valid Unicode: half a surrogate pair' },
      };
    }
    let locate: ((path: NodePath) => Position) | undefined;
    const cycle = findCycle(parsed);
    return {
      ok: true,
      value: { documents, cycle, locate: (path) => (locate ??= createLocator(events, source, nfc))(path) },
    };
  } catch (error) {
    return { ok: false, wrong: describe(error, text) };
  }
}

/**
 * Position of the first text with an unpaired surrogate; only an escape can produce one, since decoded text is valid
 * Unicode.
 */
function findHalfCharacter({ events, text }: ParsedText): Position | undefined {
  if (!/\\[uU]/.test(text)) return undefined; // most often
  for (const event of events) {
    if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.DOUBLE_QUOTED) continue;
    if (hasHalfCharacter(getScalarValue(text, event))) return positionAt(text, event.valueStart - 1);
  }
  return undefined;
}

function findCycle({ events, text }: ParsedText): Position | undefined {
  if (!text.includes('*')) return undefined; // most often
  /** By anchor: whether its collection is still open. */
  const isOpen = new Map<string, boolean>();
  const open: (string | undefined)[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const anchor = open.pop();
      if (anchor !== undefined) isOpen.set(anchor, false);
      continue;
    }
    const anchor =
      'anchorStart' in event && event.anchorStart >= 0
        ? text.slice(event.anchorStart, event.anchorEnd)
        : undefined;
    if (event.type === EVENT_ID.ALIAS) {
      if (isOpen.get(anchor ?? '') === true) return positionAt(text, event.anchorStart - 1);
      continue;
    }
    if (anchor !== undefined) isOpen.set(anchor, event.type !== EVENT_ID.SCALAR);
    if (event.type !== EVENT_ID.SCALAR) open.push(anchor);
  }
  return undefined;
}

const CONFLICT = /^<{7} /m;
const DUPLICATE = 'duplicated mapping key';

function describe(error: unknown, text: string): FileProblem {
  const conflict = CONFLICT.exec(text);
  if (conflict) {
    return { ...positionAt(text, conflict.index), message: 'a conflict of a merge was left in the file' };
  }
  const { reason, mark } =
    error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
  if (mark === undefined) return { line: 1, column: 1, message: reason }; // missing on some errors
  const key = reason === DUPLICATE ? /^[^:\r\n]*/.exec(text.slice(mark.position))?.[0] : undefined;
  const message =
    key === undefined ? reason + openBracketHint(reason, text, mark.position) : `${reason} ${key.trim()}`;
  return { line: mark.line + 1, column: mark.column + 1, message };
}

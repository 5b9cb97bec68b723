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
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { withBracketsIndented } from './closing-brackets.ts';
import { createLocator, positionAt, type NodePath, type Position } from './node-position.ts';

export { positionAt, type NodePath, type Position } from './node-position.ts';

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type YamlText =
  | { readonly ok: true; readonly documents: readonly unknown[]; locate(path: NodePath): Position }
  | { readonly ok: false; readonly message: string; readonly position: Position };

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

// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/;
/** The form in which keys and ids are compared. */
export const nfc = (text: string): string => (NOT_ASCII.test(text) ? text.normalize('NFC') : text);

const keyText = (key: unknown): string => nfc(String(key));

const SCHEMA = FAILSAFE_SCHEMA.withTags(
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
    ...mapTag,
    addPair: (carrier, key, value) => {
      if (key === '__proto__') return 'the key __proto__ is not allowed';
      if (typeof key === 'object' && key !== null) return 'a key is a list or a mapping; expected text';
      carrier[keyText(key)] = value;
      return '';
    },
    has: (carrier, key) => Object.hasOwn(carrier, keyText(key)),
  }),
);

/** Parses all documents of `text`; empty ones are left out. Never throws. */
export function parseYaml(text: string): YamlText {
  try {
    const { result: events, text: source } = withBracketsIndented(text, (attempt) =>
      parseEvents(attempt, { maxDepth: MAX_DEPTH }),
    );
    const documents = constructFromEvents(events, {
      source,
      schema: SCHEMA,
      maxAliases: MAX_ALIASES,
      maxTotalMergeKeys: MAX_MERGE_KEYS,
    });
    let locate: ((path: NodePath) => Position) | undefined;
    return { ok: true, documents, locate: (path) => (locate ??= createLocator(events, source, nfc))(path) };
  } catch (error) {
    return { ok: false, ...describe(error, text) };
  }
}

const CONFLICT = /^<{7} /m;
const DUPLICATE = 'duplicated mapping key';

function describe(error: unknown, text: string): { readonly message: string; readonly position: Position } {
  const conflict = CONFLICT.exec(text);
  if (conflict)
    return {
      message: 'a conflict of a merge was left in the file',
      position: positionAt(text, conflict.index),
    };
  const { reason, mark } =
    error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
  if (mark === undefined) return { message: reason, position: { line: 1, column: 1 } }; // missing on some errors
  const position = { line: mark.line + 1, column: mark.column + 1 };
  const key = reason === DUPLICATE ? /^[^:\r\n]*/.exec(text.slice(mark.position))?.[0] : undefined;
  return { message: key === undefined ? reason : `${reason} ${key.trim()}`, position };
}

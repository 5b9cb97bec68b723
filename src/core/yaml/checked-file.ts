/** A YAML file with a schema (configuration, clients, policy) -> its value, or every problem with its position. */
import * as v from 'valibot';
import type { Result } from '../result.ts';
import { lookAlike } from '../text/look-alike.ts';
import type { FileProblem } from './file-problem.ts';
import { wordedIssues } from './issue-text.ts';
import { isMapping, parseYaml, type NodePath, type ParseOptions, type Position } from './yaml-text.ts';

/** A file's value with the place of each of its keys. */
export interface Located<Value> {
  readonly content: Value;
  readonly locate: (path: NodePath) => Position;
}

/** Reports keys that valibot would silently drop. */
const noDroppedKeys = v.rawCheck<Record<string, unknown>>(({ dataset, addIssue }) => {
  if (!dataset.typed) return;
  const input = dataset.value;
  for (const key of ['__proto__', 'constructor', 'prototype'].filter((one) => Object.hasOwn(input, one))) {
    addIssue({
      message: 'unknown key',
      path: [{ type: 'object', origin: 'value', input, key, value: input[key] }],
    });
  }
});

/** So many keys are named where a mapping is missing. */
const NAMED_KEYS = 4;

/**
 * A mapping with these keys and no others. valibot's own schema accepts a list as an object, and reports only the first
 * unknown key. `misplaced`: what is to be said of keys that belong elsewhere.
 */
export const strictMapping = <Entries extends v.ObjectEntries>(
  entries: Entries,
  misplaced: Readonly<Record<string, string>> = {},
) => {
  const keys = Object.keys(entries);
  const named = keys.slice(0, NAMED_KEYS).join(', ') + (keys.length > NAMED_KEYS ? ', …' : '');
  return v.pipe(
    v.custom<Record<string, unknown>>(isMapping, `expected a mapping of keys (${named})`),
    noDroppedKeys,
    v.looseObject(entries, ({ path }) => missingText(entries[String(path?.at(-1)?.key)])),
    v.rawCheck(({ dataset, addIssue }) => {
      const input = dataset.value as Record<string, unknown>;
      for (const key of Object.keys(input)) {
        if (Object.hasOwn(entries, key)) continue;
        const meant = lookAlike(key, keys);
        const remedy =
          meant === undefined ? `expected ${keys.join(', ')}` : `is it ${JSON.stringify(meant)}?`;
        addIssue({
          message: Object.hasOwn(misplaced, key) ? String(misplaced[key]) : `unknown key; ${remedy}`,
          path: [{ type: 'object', origin: 'value', input, key, value: input[key] }],
        });
      }
    }),
    v.transform((value): v.InferOutput<v.ObjectSchema<Entries, undefined>> => value),
  );
};

/** For a key that is left out: what its schema expects. */
function missingText(schema: v.ObjectEntries[string] | undefined): string {
  const [issue] = schema === undefined ? [] : (v.safeParse(schema, undefined).issues ?? []);
  const [worded] = issue === undefined ? [] : wordedIssues(issue);
  return worded === undefined ? 'this key is missing' : `this key is missing; ${worded.message}`;
}

/** A mapping of names to values. */
export const mappingOf = <
  Key extends v.GenericSchema<string, string | number | symbol>,
  Value extends v.GenericSchema,
>(
  key: Key,
  value: Value,
  expected: string,
) => v.pipe(v.custom<Record<string, unknown>>(isMapping, expected), noDroppedKeys, v.record(key, value));

/**
 * Parses `text` as one YAML document of `schema`. Returns all problems at once, in the order of the file. Never throws.
 */
export function parseCheckedFile<Value>(
  text: string,
  schema: v.GenericSchema<unknown, Value>,
  options?: ParseOptions,
): Result<Located<Value>, readonly FileProblem[]> {
  const yaml = parseYaml(text, options);
  if (!yaml.ok) return { ok: false, wrong: [yaml.wrong] };
  const [document, ...others] = yaml.value.documents;
  if (document === undefined || document === null) {
    return { ok: false, wrong: [{ line: 1, column: 1, message: 'the file is empty' }] };
  }
  if (others.length > 0) {
    return {
      ok: false,
      wrong: [{ line: 1, column: 1, message: 'the file holds more than one document' }],
    };
  }
  const locate = (path: NodePath): Position => yaml.value.locate([0, ...path]);
  const result = v.safeParse(schema, document);
  if (result.success) return { ok: true, value: { content: result.output, locate } };
  return { ok: false, wrong: describeIssues(result.issues, locate) };
}

/** The problems that the issues of the value at `at` stand for, located by `locate`, in the order of the file. */
export function describeIssues(
  issues: readonly v.BaseIssue<unknown>[],
  locate: (path: NodePath) => Position,
  at: NodePath = [],
): FileProblem[] {
  return issues
    .flatMap((issue) => wordedIssues(issue, at))
    .map(({ path, message }): FileProblem => {
      const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
      const label = name.replace(/^\./, '');
      return { ...locate(path), message: label === '' ? message : `${label}: ${message}` };
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

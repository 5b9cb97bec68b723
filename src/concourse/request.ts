/** The request that Concourse writes to a resource type's stdin: `source`, `params`, and a version. */
import * as v from 'valibot';
import { parseConfiguration, type Configuration } from '../core/catalogue/configuration/configuration.ts';
import { globList } from '../core/catalogue/configuration/globs.ts';
import { EVENT_TYPES } from '../core/events/event-type.ts';
import { describeIssues, strictMapping } from '../core/yaml/checked-file.ts';
import { isMapping } from '../core/yaml/yaml-text.ts';
import { UsageError } from '../errors.ts';
import { onRewrite, versionSchema, type Version } from './version.ts';

const text = v.pipe(v.string('expected text'), v.nonEmpty('expected text'));
/** A ((var)) that is empty counts as absent. */
const optionalText = v.optional(
  v.pipe(
    v.string('expected text'),
    v.transform((value) => value || undefined),
  ),
);
/** An empty list counts as absent. */
const globs = v.optional(
  v.union([
    v.pipe(
      v.strictTuple([]),
      v.transform(() => undefined),
    ),
    globList,
  ]),
);
const mapping = v.custom<Record<string, unknown>>(isMapping, 'expected a mapping');

const sourceKeys = {
  uri: v.pipe(text, v.regex(/^[^-]/, 'expected the address of a repository')),
  branch: text,
  private_key: v.pipe(
    optionalText,
    v.check(
      (key) => key === undefined || key.includes('-----BEGIN'),
      'expected the text of a private key, from -----BEGIN to the end',
    ),
  ),
  known_hosts: optionalText,
  username: optionalText,
  password: optionalText,
  types: v.optional(
    v.array(v.picklist(EVENT_TYPES, `expected one of ${EVENT_TYPES.join(', ')}`), 'expected a list of types'),
    [],
  ),
  teams: globs,
  tags: globs,
  config: v.optional(mapping),
  on_rewrite: v.pipe(
    v.optional(v.union([v.literal(''), onRewrite], 'expected fail or squash'), 'fail'),
    v.transform((value) => value || 'fail'),
  ),
};
const sourceSchema = strictMapping(sourceKeys);

const outParams = {
  clients: text,
  policy: v.optional(v.union([optionalText, mapping], 'expected a path or a mapping')),
  secrets: v.optional(v.union([optionalText, mapping], 'expected a mapping, or its JSON text')),
  cursor: v.optional(
    v.pipe(
      v.string('expected tag:PREFIX'),
      v.regex(/^tag:./, 'expected tag:PREFIX: a file would be gone with the container'),
    ),
    'tag:team-events',
  ),
  init: v.optional(
    v.pipe(
      v.union([v.boolean(), v.picklist(['true', 'false', ''])], 'expected true or false'),
      v.transform((value) => value === true || value === 'true'),
    ),
    false,
  ),
  client: v.optional(
    v.pipe(
      v.union([v.string(), v.array(text)], 'expected the name of a client, or a list of them'),
      v.transform((value) => (typeof value === 'string' ? (value === '' ? [] : [value]) : value)),
    ),
    [],
  ),
  allow_removals: optionalText,
};
const outParamsSchema = strictMapping(outParams);

/** The keys, for the README to list. */
export const SOURCE_KEYS: readonly string[] = Object.keys(sourceKeys);
export const OUT_PARAMS: readonly string[] = Object.keys(outParams);

export type OutParams = v.InferOutput<typeof outParamsSchema>;
export interface Source extends v.InferOutput<typeof sourceSchema> {
  /** The parsed `config`: it replaces team-events.yml at all revisions. */
  readonly override: Configuration | undefined;
}

export interface Request {
  /** If a person wrote `on_rewrite` into the version, it replaces the source's. */
  readonly source: Source;
  readonly version: Version | undefined;
}

/**
 * Parses a request of `check` or `in`. @throws {UsageError} with all problems of a part at once; unknown keys are named
 */
export function parseRequest(input: string): Request {
  const { source, version, params } = parseJson(input);
  checked('params', strictMapping({}), params ?? {});
  const parsed = parseSource(source);
  const isThere = version !== undefined && version !== null && Object.keys(version).length > 0;
  if (!isThere) return { source: parsed, version: undefined };
  const { on_rewrite: own = parsed.on_rewrite, ...place } = checked('version', versionSchema, version);
  return { source: { ...parsed, on_rewrite: own }, version: place };
}

/** Parses a request of `out`. @throws {UsageError} as above */
export function parseOutRequest(input: string): { readonly source: Source; readonly params: OutParams } {
  const { source, params } = parseJson(input);
  return { source: parseSource(source), params: checked('params', outParamsSchema, params ?? {}) };
}

function parseSource(value: unknown): Source {
  const source = checked('source', sourceSchema, value);
  if (source.config === undefined) return { ...source, override: undefined };
  const parsed = parseConfiguration(JSON.stringify(source.config, null, 2));
  if (parsed.ok) return { ...source, override: parsed.value };
  throw wrong(parsed.wrong.map(({ message }) => `source.config: ${message}`));
}

function parseJson(input: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    value = undefined; // the parser's message would repeat part of what may be secret
  }
  if (isMapping(value)) return value;
  throw new UsageError(
    'stdin is not a JSON object',
    'Concourse starts it with {"source": {…}, "params": {…}, "version": {…}}.',
  );
}

function checked<Value>(name: string, schema: v.GenericSchema<unknown, Value>, value: unknown): Value {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = describeIssues(result.issues, () => ({ line: 1, column: 1 }));
  throw wrong(
    problems.map(({ message }) =>
      /^[\w[\]. -]+: /.test(message) ? `${name}.${message}` : `${name}: ${message}`,
    ),
  );
}

const wrong = (problems: readonly string[]): UsageError =>
  new UsageError(
    'the resource is misconfigured:',
    [`source has: ${SOURCE_KEYS.join(', ')}`, `params of put has: ${OUT_PARAMS.join(', ')}; get has none`],
    problems,
  );

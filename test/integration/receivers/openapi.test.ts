/**
 * By hand: the requests of the recipes against what the products publish of their API. `OPENAPI` is a folder with a description by
 * name of the recipe, in OpenAPI 3 or Swagger 2: `gitea.json`, `kafka-confluent.yml`, ….
 *
 *     OPENAPI=specs npx vitest run test/integration/receivers/openapi.test.ts
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { isMapping } from '../../../src/core/yaml/yaml-text.ts';
import { RECIPES, type RecipeName } from './recipe.ts';

const { OPENAPI: folder = '' } = process.env;
const TABLE = readFileSync(fileURLToPath(new URL('requests.txt', import.meta.url)), 'utf8');

type Json = Record<string, unknown>;

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Json;
}

interface RequestBody {
  readonly required?: boolean;
  readonly content?: Record<string, { readonly schema: Json }>;
}

interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: RequestBody | { readonly $ref: string };
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
}

/** In front of the paths of the description. */
const BASES: Partial<Record<RecipeName, string>> = {
  discord: '/api/v10',
  gitea: '/api/v1',
  grafana: '/api',
  'kafka-confluent': '/v3',
};
/** The address of a webhook is a secret, and stands in no recipe. */
const PLACES: Partial<Record<RecipeName, readonly [string, string]>> = {
  discord: ['/hook', '/api/v10/webhooks/1/token'],
};

const fileOf = (name: RecipeName): string | undefined =>
  ['json', 'yml', 'yaml'].map((ending) => join(folder, `${name}.${ending}`)).find((path) => existsSync(path));

/** What is wrong with a request: `METHOD path?query type body`, as a line of `requests.txt`. */
function judge(line: string, name: RecipeName, description: Description): string[] {
  const [, method = '', target = '', type = '', body] = /^(\w+) (\S+)(?: (\S+) (.*))?$/.exec(line) ?? [];
  const [from, to] = PLACES[name] ?? ['', ''];
  const url = new URL(target.replace(from, to), 'https://a.example');
  const segments = url.pathname.slice((BASES[name] ?? '').length).split('/');
  const matches = Object.keys(description.paths)
    .filter((path) => {
      const parts = path.split('/');
      return (
        parts.length === segments.length &&
        parts.every((part, at) => part.startsWith('{') || part === segments[at])
      );
    })
    .sort((a, b) => a.split('{').length - b.split('{').length);
  const operation = description.paths[matches[0] ?? '']?.[method.toLowerCase()];
  if (operation === undefined) return [`there is no ${method} ${segments.join('/')}`];

  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(description, 'api');
  const wrong: string[] = [];
  const validate = (schema: Json, value: unknown, what: string): void => {
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', '"$ref":"api#')) as Json;
    if (!ajv.validate(absolute, value)) wrong.push(`${what}: ${ajv.errorsText()}`);
    const unknown = unknownKeys(schema, value);
    if (unknown.length > 0) wrong.push(`${what}: does not know ${unknown.join(', ')}`);
  };
  const resolved = (schema: Json): Json => {
    const { $ref } = schema;
    if (typeof $ref !== 'string') return schema;
    const keys = $ref.slice(2).split('/');
    return resolved(keys.reduce<Json>((at, key) => at[key] as Json, description as unknown as Json));
  };
  /** Keys at the top that the description does not have, and so says nothing of. */
  const unknownKeys = (schema: Json, value: unknown): string[] => {
    const { properties, allOf, oneOf, anyOf, additionalProperties } = resolved(schema);
    if ((properties === undefined || allOf) ?? oneOf ?? anyOf ?? additionalProperties) return [];
    return Object.keys(value as Json).filter((key) => !Object.hasOwn(properties as Json, key));
  };

  const parameters = (operation.parameters ?? []).map((one) =>
    '$ref' in one ? resolved(one) : one,
  ) as Parameter[];
  for (const [key] of url.searchParams)
    if (!parameters.some((one) => one.in === 'query' && one.name === key))
      wrong.push(`there is no parameter ${key}`);
  for (const one of parameters)
    if (one.in === 'query' && one.required && !url.searchParams.has(one.name))
      wrong.push(`${one.name} is missing`);
  const inBody = parameters.find((one) => one.in === 'body')?.schema;
  const { requestBody = {} } = operation;
  const { content = {}, required = false }: RequestBody =
    '$ref' in requestBody ? resolved(requestBody) : requestBody;
  const schema = inBody ?? content[type]?.schema ?? content['*/*']?.schema;
  if (body === undefined) return required ? [...wrong, 'it has no body'] : wrong;
  if (schema === undefined) return [...wrong, `it takes no ${type}`];
  validate(schema, JSON.parse(body), 'body');
  return wrong;
}

describe.skipIf(folder === '')('the requests of a recipe', () => {
  it.each(RECIPES.filter((name) => fileOf(name) !== undefined))(
    '%s: are those of the published API',
    (name) => {
      const written = load(readFileSync(fileOf(name) ?? '', 'utf8'));
      // Null is a value of what has no type; Ajv takes `nullable` beside a type only.
      const description = JSON.parse(JSON.stringify(written), (_, value: unknown) =>
        isMapping(value) && value['nullable'] !== undefined && value['type'] === undefined
          ? { ...value, nullable: undefined }
          : value,
      ) as Description;
      const section = TABLE.split(/^## /m).find((one) => one.startsWith(`${name}\n`)) ?? '';
      const lines = [
        ...new Set(
          section
            .split('\n')
            .slice(1)
            .filter((line) => /^[A-Z]+ \//.test(line)),
        ),
      ];
      expect(lines.length).toBeGreaterThan(0);
      expect(
        lines.flatMap((line) => judge(line, name, description).map((wrong) => `${line}: ${wrong}`)),
      ).toEqual([]);
      console.log(`${name}: ${lines.length} requests`);
    },
  );
});

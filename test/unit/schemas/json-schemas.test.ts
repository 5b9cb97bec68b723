/** The published JSON Schemas are those of the code, and accept what the program accepts. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { JSON_SCHEMAS } from '../../../scripts/json-schemas.ts';
import { parseConfiguration } from '../../../src/core/catalogue/configuration/configuration.ts';
import { parseClientsFile } from '../../../src/core/clients/file/clients-file.ts';
import { policySchema } from '../../../src/adapters/files/policy-file.ts';
import { parseCheckedFile } from '../../../src/core/yaml/checked-file.ts';
import { parseYaml } from '../../../src/core/yaml/yaml-text.ts';

const NAMES = ['config', 'clients', 'policy'] as const;
type Name = (typeof NAMES)[number];

const example = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url)), 'utf8');

const ajv = new Ajv2020({ strictTypes: false });
const validators = new Map(
  NAMES.map((name) => [name, ajv.compile(JSON.parse(JSON_SCHEMAS[name] ?? '') as object)]),
);

function schemaAccepts(name: Name, text: string): boolean {
  const yaml = parseYaml(text);
  if (!yaml.ok) throw new Error(yaml.wrong.message);
  return validators.get(name)?.(yaml.value.documents[0]) ?? false;
}

const PROGRAM: Readonly<Record<Name, (text: string) => boolean>> = {
  config: (text) => parseConfiguration(text).ok,
  policy: (text) => parseCheckedFile(text, policySchema).ok,
  clients: (text) => {
    try {
      return parseClientsFile(text, 'clients.yml').misconfigured.length === 0;
    } catch {
      return false;
    }
  },
};

/** A clients file with one client of these keys; `subscription` are keys of its only subscription. */
const client = (more: string, subscription = 'event: team.created, url: "https://a.example.com/x"'): string =>
  `clients: [{name: a, subscriptions: [{${subscription}}]${more === '' ? '' : `, ${more}`}}]`;
const url = (address: string): string => client('', `event: team.created, url: ${JSON.stringify(address)}`);

describe('schemas/', () => {
  it.each(Object.entries(JSON_SCHEMAS))(
    '%s.schema.json is made from the code (npm run schemas)',
    async (name, text) => {
      await expect(text).toMatchFileSnapshot(`../../../schemas/${name}.schema.json`);
    },
  );

  it.each(NAMES)('%s.schema.json is a JSON Schema of draft 2020-12 that describes every key', (name) => {
    const schema = JSON.parse(JSON_SCHEMAS[name] ?? '') as { $schema: string };
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(ajv.validateSchema(schema)).toBe(true);
    const undescribed: string[] = [];
    const look = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = node as { properties?: Record<string, { description?: string }> };
      for (const [key, value] of Object.entries(properties ?? {})) {
        if (value.description === undefined) undescribed.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(node)) look(value, `${path}.${key}`);
    };
    look(schema, '');
    expect(undescribed).toEqual([]);
  });
});

describe('what the program accepts, the schema accepts', () => {
  it.each<[Name, string, string]>([
    ['config', 'the example', example('teams-repo/team-events.yml')],
    ['clients', 'the example', example('clients.yml')],
    ['policy', 'the example', example('policy.yml')],
    ['config', 'nothing', '{}'],
    ['config', 'one text for a list', 'catalogue: {files: "teams/*.yml", members: people, at: []}'],
    ['config', 'globs that exclude', 'catalogue: {files: ["**/*.yml", "!**/{a,b}.yml", "!(x"]}'],
    ['config', 'a template', 'catalogue: {id: "{path[1]}-{key}", layout: map, memberCase: insensitive}'],
    ['clients', 'no client', 'version: 1\nclients: []'],
    ['clients', 'scalars as header values', client('headers: {x-retries: 3, X-Ok: true, x-empty: ""}')],
    ['clients', 'variables', client('secrets: ["${A_1}"], headers: {a: "$$${A}", b: "a$${b", c: "$x $$"}')],
    ['clients', 'a list of types', client('', 'events: [team.created, team.deleted], url: "http://a/"')],
    ['clients', 'durations', client('timeout: 1.5m')],
    ['clients', 'a branch to begin at', client('start: feature/one@home')],
    ['clients', 'a url of variables', url('${BASE}/teams#x')],
    ['clients', 'braces in a url that are none', url('https://a.example.com/$${x}/%7Bx%7D')],
    ['clients', 'JSON in a header', client('headers: {x-filter: "{\\"a\\": {}}"}')],
    ['clients', 'a url in capitals', url('HTTPS://A.example.com:8443/x@y?z=a@b')],
    ['clients', 'an empty fragment', url('https://a.example.com/#')],
    [
      'policy',
      'hosts',
      'network: {nat64: ["2001:db8:64::/96", "fd00::/32"], allow: [a.example.com., 10.0.0.1, "[::1]", "fd00::/8", 10.0.0.0/8, localhost]}',
    ],
    ['policy', 'shares', 'guard: {teamsPercent: 0.5, memberships: 0}'],
    ['policy', 'no wait', 'delivery: {retryDelay: 0s, timeout: 0.5s, attempts: 1}'],
  ])('%s: %s', (name, _what, text) => {
    expect({ program: PROGRAM[name](text), schema: schemaAccepts(name, text) }).toEqual({
      program: true,
      schema: true,
    });
  });
});

describe('what the program refuses, the schema refuses', () => {
  it.each<[Name, string, string]>([
    ['config', 'an unknown key', 'catalog: {}'],
    ['config', 'an unknown key of the catalogue', 'catalogue: {file: x}'],
    ['config', 'a list', '[]'],
    ['config', 'another version', 'version: 2'],
    ['config', 'a version as text', 'version: "1"'],
    ['config', 'a source with a blank', 'source: a b'],
    ['config', 'no glob', 'catalogue: {files: []}'],
    ['config', 'an empty glob', 'catalogue: {files: ["!"]}'],
    ['config', 'a group', 'catalogue: {files: "+(a|b).yml"}'],
    ['config', 'a long glob', `catalogue: {files: [${'a'.repeat(202)}]}`],
    ['config', 'an id without a placeholder', 'catalogue: {id: team}'],
    ['config', 'a number for a key', 'catalogue: {name: 5}'],
    ['config', 'an unknown layout', 'catalogue: {layout: tree}'],
    ['config', 'text for a switch', 'catalogue: {authorEmail: "true"}'],
    ['config', 'a key without a value', 'catalogue:'],
    ['clients', 'no clients', 'version: 1'],
    ['clients', 'an unknown key', client('contacts: x')],
    [
      'clients',
      'a wrong name',
      'clients: [{name: a--b, subscriptions: [{event: team.created, url: "https://a/"}]}]',
    ],
    ['clients', 'no subscription', 'clients: [{name: a, subscriptions: []}]'],
    ['clients', 'an unknown type', client('', 'event: team.renamed, url: "https://a/"')],
    [
      'clients',
      'event and events',
      client('', 'event: team.created, events: [team.deleted], url: "https://a/"'),
    ],
    ['clients', 'neither', client('', 'url: "https://a/"')],
    ['clients', 'a type twice', client('', 'events: [team.created, team.created], url: "https://a/"')],
    ['clients', 'no url', client('', 'event: team.created')],
    ['clients', 'braces in a url', url('https://a.example.com/{subject}')],
    ['clients', 'braces in a header', client('headers: {x-team: "{{ team.id }}"}')],
    ['clients', 'another protocol', url('ftp://a.example.com/')],
    ['clients', 'a relative url', url('/teams')],
    ['clients', 'a fragment', url('https://a.example.com/#x')],
    ['clients', 'credentials', url('https://user:pass@a.example.com/')],
    ['clients', 'a reserved header', client('headers: {Webhook-Id: x}')],
    ['clients', 'a reserved header in capitals', client('headers: {CONTENT-TYPE: x}')],
    ['clients', 'no header name', client('headers: {"a b": x}')],
    ['clients', 'a list for a header', client('headers: {a: [b]}')],
    ['clients', 'a line break in a header', client('headers: {a: "b\\nc"}')],
    ['clients', 'a variable that is not closed', client('secrets: ["${A"]')],
    ['clients', 'a variable in small letters', client('secrets: ["${token}"]')],
    ['clients', 'a variable that names a file', client('headers: {a: "${TOKEN_FILE}"}')],
    ['clients', 'an unknown format', client('format: xml')],
    ['clients', 'a duration without a unit', client('timeout: "5"')],
    ['clients', 'a revision that is no name', client('start: HEAD~1')],
    ['clients', 'a name that git refuses', client('start: a..b')],
    ['clients', 'no time at all', client('timeout: 0.0s')],
    ['clients', 'a status that is none', client('', 'event: team.created, url: "https://a/", done: [200]')],
    ['clients', 'an id that is none', client('skip: [evt_1]')],
    ['policy', 'an unknown key', 'networks: {}'],
    ['policy', 'a port', 'network: {allow: ["a.example.com:80"]}'],
    ['policy', 'a prefix of another length', 'network: {nat64: ["2001:db8::/33"]}'],
    ['policy', 'a prefix of IPv4', 'network: {nat64: ["10.0.0.0/32"]}'],
    ['policy', 'a url', 'network: {only: ["https://a.example.com"]}'],
    ['policy', 'text for a number', 'guard: {teams: "5"}'],
    ['policy', 'more than all', 'guard: {teamsPercent: 101}'],
    ['policy', 'a part of a team', 'guard: {teams: 0.5}'],
    ['policy', 'no attempt', 'delivery: {attempts: 0}'],
    ['policy', 'no deadline', 'delivery: {timeout: 0ms}'],
    ['policy', 'a push option of two lines', 'cursor: {pushOptions: ["a\\nb"]}'],
  ])('%s: %s', (name, _what, text) => {
    expect({ program: PROGRAM[name](text), schema: schemaAccepts(name, text) }).toEqual({
      program: false,
      schema: false,
    });
  });
});

describe('what JSON Schema cannot say', () => {
  it.each<[Name, string, string]>([
    ['config', 'what braces may stand for', `catalogue: {files: "${'{a,b}'.repeat(7)}"}`],
    [
      'clients',
      'that names are unique',
      `clients: [${['x', 'y'].map(() => client('').slice(10, -1)).join(', ')}]`,
    ],
    [
      'clients',
      'that a type stands in one subscription only',
      client('', 'event: team.created, url: "https://a/"}, {event: team.created, url: "https://b/"'),
    ],
    ['policy', 'what an address is', 'network: {allow: [10.0.0.0/99]}'],
  ])('%s: %s', (name, _what, text) => {
    expect({ program: PROGRAM[name](text), schema: schemaAccepts(name, text) }).toEqual({
      program: false,
      schema: true,
    });
  });
});

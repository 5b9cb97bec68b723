/** The schemas of the events, the OpenAPI document and the types are those of the code, and say what is sent. */
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { EVENT_DECLARATIONS } from '../../../scripts/event-types.ts';
import { EVENT_NAMES, EVENTS_SCHEMA, typeOf } from '../../../scripts/event-schemas.ts';
import { OPENAPI } from '../../../scripts/openapi.ts';
import type { AnyEvent } from '../../../src/core/events/event-schema.ts';
import { eventsOfStep } from '../../../src/core/events/cloud-event.ts';
import { sampleLog } from '../../../src/core/events/sample-events.ts';
import { type LoggedEvent } from '../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import type { TeamEvent } from '../../../types/index.d.cts';
import { arbitraryCommits } from '../../support/arbitrary-history.ts';
import { arbitraryChange } from '../../support/arbitrary-teams.ts';
import { createSampleHistory, walkThrough } from '../../support/sample-history.ts';
import { configurationOf, eventsBetween, sampleStep, SOURCE } from '../../support/sample-teams.ts';

const ajv = new Ajv2020({ strictTypes: false });
formats.default(ajv, ['date-time']);

const schema = JSON.parse(EVENTS_SCHEMA) as { $schema: string; $defs: Record<string, object> };
const anyEvent = ajv.compile({ ...schema, $id: 'https://example.com/events' });
const ofType = new Map(
  EVENT_NAMES.map((name) => [
    typeOf(name),
    ajv.compile({ $ref: `https://example.com/events#/$defs/${name}` }),
  ]),
);

/** What validates events of this type; it knows no other. */
function validatorOf(type: string): ValidateFunction {
  const found = ofType.get(type);
  if (found === undefined) throw new Error(`no schema for ${type}`);
  return found;
}

/** Of all schemas, by type: which accept the event. */
const acceptedBy = (event: unknown): string[] =>
  [...ofType].flatMap(([type, accepts]) => (accepts(event) ? [type] : []));

describe('what is published', () => {
  it.each([
    ['schemas/events.schema.json', EVENTS_SCHEMA],
    ['schemas/openapi.json', OPENAPI],
    ['types/index.d.cts', EVENT_DECLARATIONS],
  ])('%s is made from the code (npm run schemas)', async (path, text) => {
    await expect(text).toMatchFileSnapshot(`../../../${path}`);
  });

  it('describes every type in the order of the events, and every key', () => {
    expect(EVENT_NAMES.map(typeOf)).toEqual(EVENT_TYPES);
    const undescribed: string[] = [];
    const look = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = node as { properties?: Record<string, { description?: string; $ref?: string }> };
      for (const [key, value] of Object.entries(properties ?? {})) {
        if (value.description === undefined && value.$ref === undefined) undescribed.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(node)) look(value, `${path}.${key}`);
    };
    look(schema, '');
    for (const part of Object.values(schema.$defs)) expect(part).toHaveProperty("description");
    expect(undescribed).toEqual([]);
  });

  it('is a JSON Schema by the meta-schema of draft 2020-12', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(ajv.validateSchema(schema)).toBe(true);
    const broken = { ...schema, $defs: { ...schema.$defs, Team: { type: 'mapping' } } };
    expect(ajv.validateSchema(broken)).toBe(false);
  });

  it('is an OpenAPI document by the official schema of version 3.1, and its schemas by the meta-schema', async () => {
    const document = JSON.parse(OPENAPI) as {
      readonly webhooks: Record<string, { readonly post: Record<string, unknown> }>;
      readonly components: { readonly schemas: Record<string, { discriminator?: unknown }> };
    };
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    validator.resolveRefs(); // throws where a reference leads nowhere
    expect(Object.keys(document.webhooks)).toEqual(EVENT_TYPES);
    for (const part of Object.values(document.components.schemas)) {
      const { discriminator: _, ...plain } = part;
      expect(ajv.validateSchema({ $schema: schema.$schema, ...plain })).toBe(true);
    }
    const broken = structuredClone(document);
    delete broken.webhooks['team.created']?.post['responses'];
    broken.webhooks['team.created']!.post['answers'] = {};
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it('has the same schemas in both documents', () => {
    const { components } = JSON.parse(OPENAPI.replaceAll('#/components/schemas/', '#/$defs/')) as {
      components: { schemas: Record<string, object> };
    };
    const { TeamEvent: _, ...schemas } = components.schemas;
    expect(schemas).toEqual(schema.$defs);
  });

  it('is made without the program, which has no part of what describes events', () => {
    const map = new URL('../../../dist/team-events.cjs.map', import.meta.url);
    const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] };
    expect(sources.filter((path) => path.startsWith('../src/core/events/'))).not.toEqual([]);
    expect(sources).not.toContain('../src/core/events/event-schema.ts');
  });

  it('has the types that the code has', () => {
    expectTypeOf<TeamEvent>().toExtend<AnyEvent>();
    expectTypeOf<AnyEvent>().toExtend<TeamEvent>();
  });
});

/** Ways to spoil an event, each by a place in it and what comes there (undefined: nothing). */
const SPOILT: readonly (readonly [what: string, path: readonly string[], value: unknown])[] = [
  ['no id', ['id'], undefined],
  ['another id', ['id'], 'evt_1'],
  ['an id with a dot', ['id'], `evt_${'a'.repeat(31)}.`],
  ['a number for an id', ['id'], 5],
  ['another version', ['specversion'], '0.3'],
  ['no source', ['source'], undefined],
  ['an empty source', ['source'], ''],
  ['an unknown type', ['type'], 'team.renamed'],
  ['no type', ['type'], undefined],
  ['no subject', ['subject'], undefined],
  ['a local time', ['time'], '2026-01-05T09:00:00+01:00'],
  ['no such day', ['time'], '2026-13-05T09:00:00Z'],
  ['another content type', ['datacontenttype'], 'text/plain'],
  ['a number for a sequence', ['sequence'], 1234],
  ['a short sequence', ['sequence'], '1234.0'],
  ['an extra key', ['extra'], true],
  ['no data', ['data'], undefined],
  ['an extra key in data', ['data', 'extra'], true],
  ['no team', ['data', 'team'], undefined],
  ['a team without members', ['data', 'team', 'members'], undefined],
  ['a member as text', ['data', 'team', 'members'], ['alice']],
  ['a member without an id', ['data', 'team', 'members'], [{ login: 'alice' }]],
  ['tags as text', ['data', 'team', 'tags'], 'core'],
  ['an extra key in team', ['data', 'team', 'contact'], '#x'],
  ['no perimeter', ['data', 'team', 'perimeter'], undefined],
  ['attributes as a list', ['data', 'team', 'attributes'], []],
  ['no commit', ['data', 'commit'], undefined],
  ['a short commit', ['data', 'commit', 'id'], 'abc1234'],
  ['no parent', ['data', 'commit', 'parent'], undefined],
  ['an author as text', ['data', 'commit', 'author'], 'Ann'],
  ['no file', ['data', 'file'], undefined],
  ['implied by nothing', ['data', 'impliedBy'], []],
  ['implied by an unknown type', ['data', 'impliedBy'], ['team.renamed']],
  ['a snapshot that is none', ['data', 'snapshot'], false],
  ['what no type tells', ['data', 'joined'], []],
];

/** A copy with another value at a place. */
function spoil(event: unknown, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(event) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, copy);
  const last = path.at(-1) ?? '';
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** What each type tells, and nobody else. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'team.modified': ['changes'],
  'team.members.removed': ['removed'],
  'team.members.added': ['added'],
};

/** What is wrong with events that should be accepted by the schema of their type alone; nothing. */
function flaws(events: readonly LoggedEvent[]): string[] {
  return events.flatMap(({ text }) => {
    const event = JSON.parse(text) as { type: string; data: Record<string, unknown> };
    const accepts = validatorOf(event.type);
    const told = TOLD[event.type] ?? [];
    const without = told.map((name) => spoil(event, ['data', name], undefined));
    const empty = told.map((name) => spoil(event, ['data', name], []));
    return [
      ...(accepts(event) ? [] : [`${ajv.errorsText(accepts.errors)}: ${text}`]),
      ...(anyEvent(event) ? [] : [`no event: ${text}`]),
      ...acceptedBy(event).flatMap((type) => (type === event.type ? [] : [`taken for ${type}: ${text}`])),
      ...[...without, ...empty].flatMap(acceptedBy).map((type) => `tells nothing, taken for ${type}: ${text}`),
    ];
  });
}

describe('every event validates against the schema of its type, and of no other', () => {
  it('of random steps between random teams', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        expect(flaws(eventsBetween(before, after))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('of random histories, with their broken files and changing configurations', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCommits(), async (commits) => {
        const history = createSampleHistory(commits);
        const { walked } = await walkThrough(history, null, [history.steps(null, commits.length - 1)]);
        expect(walked.flatMap((step) => flaws(eventsOfStep(step, SOURCE)))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('of a snapshot, of authors with addresses, of commits with longer ids and odd times', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ after }) => {
        const nothing = new Map();
        const configuration = configurationOf('catalogue: {authorEmail: true}\nsource: urn:equipes');
        const commit = { id: 'c'.repeat(64), time: 1e15, title: '' };
        const step = sampleStep({ from: null, consecutive: false, commit });
        expect(flaws(eventsBetween(nothing, after, step, configuration))).toEqual([]);
        const rewritten = sampleStep({ consecutive: false, rewritten: true, commit });
        expect(flaws(eventsBetween(nothing, after, rewritten, configuration))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('of the samples that `send` sends', () => {
    const events = sampleLog(1_700_000_000, 'nonce').flatMap((step) => step.events);
    expect(events.map(({ type }) => type)).toEqual([...EVENT_TYPES]);
    expect(flaws(events)).toEqual([]);
  });

  it.each(SPOILT)('but not with %s', (_, path, value) => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        for (const { event } of eventsBetween(before, after)) {
          const spoilt = spoil(event, path, value);
          expect([anyEvent(spoilt), acceptedBy(spoilt)]).toEqual([false, []]);
        }
      }),
      { numRuns: 10 },
    );
  });
});

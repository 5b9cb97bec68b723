/**
 * Names and values that break what is glued together, through each request of all recipes: either it is refused, or what is
 * sent is the request for harmless values with these in their place, and nothing else.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/catalogue/reading/json-value.ts';
import { webhooksOf } from '../../../src/core/clients/file/client.ts';
import { parseClientsFile } from '../../../src/core/clients/file/clients-file.ts';
import { slug } from '../../../src/core/requests/language/slug.ts';
import { fitting, renderRequest, scopeOf } from '../../../src/core/requests/render-request.ts';
import { renderUrl } from '../../../src/core/requests/render-url.ts';
import type { RequestTemplate } from '../../../src/core/requests/request-template.ts';
import { requestRuns, sharpText } from '../../support/arbitrary-requests.ts';
import { RECIPES, recipeText } from './recipe.ts';

const HARMLESS = {
  id: 'TeamId',
  name: 'TeamName',
  before: 'EarlierId',
  member: 'MemberId',
  email: 'Email',
  found: 'Found',
};
type Values = Readonly<Record<keyof typeof HARMLESS, string>>;
const NAMES = Object.keys(HARMLESS) as (keyof Values)[];
const LENGTHS = [63, 40];

/** A subscription to several types has one for all of them. */
const TEMPLATES: readonly (readonly [recipe: string, RequestTemplate])[] = RECIPES.flatMap((recipe) => {
  const { clients, misconfigured } = parseClientsFile(recipeText(recipe), `${recipe}.yml`);
  if (misconfigured.length > 0) throw new Error(JSON.stringify(misconfigured));
  const requests = clients.flatMap((client) =>
    [...webhooksOf(client).values()].map(({ request }) => request),
  );
  return [...new Set(requests)].flatMap((request) =>
    request === undefined ? [] : [[recipe, request] as const],
  );
});

interface Sent {
  readonly urls: readonly string[];
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body: unknown;
}

/** The request and those that ask first; undefined if it is refused. */
function sent(
  request: RequestTemplate,
  { id, name, before, member, email, found }: Values,
): Sent | undefined {
  const people = [{ id: member, email }];
  const event = new Map<string, Json>(
    Object.entries({
      type: 'team.modified',
      id: 'evt_0',
      sequence: '0.0',
      time: '2026-01-05T09:00:00Z',
      team: { id, name, members: people, tags: [name], perimeter: name, attributes: { note: name } },
      commit: { id: '0'.repeat(40), author: { name }, title: name },
      changes: [{ field: 'name', from: name, to: name }],
      before: { id: before },
      added: people,
      removed: people,
    }),
  );
  const scope = scopeOf(event, people[0], Object.fromEntries(request.find.map((one) => [one.name, found])));
  const lookup = (): string => 'https://hooks.example.com/services/x';
  const rendered = renderRequest(request, scope, lookup);
  const asked = fitting(() => request.find.map(({ url }) => renderUrl(url, scope, lookup)));
  if (!rendered.ok || !asked.ok) return undefined;
  const { url, query, body = '' } = rendered.value;
  return { urls: [...asked.value, url], query, body: body === '' ? undefined : JSON.parse(body) };
}

/** What a text may be with these values in the place of harmless ones, or of names made from those. */
function filled(text: string, values: Values): string[] {
  return LENGTHS.map((length) => {
    const stand = new Map(
      NAMES.flatMap((name) => [
        [HARMLESS[name], values[name]],
        [slug(HARMLESS[name]), slug(values[name], length)],
      ]),
    );
    return text.replace(new RegExp([...stand.keys()].join('|'), 'g'), (found) => stand.get(found) ?? '');
  });
}

/** Where it is not what it is with harmless values, filled in. */
function differences(actual: unknown, plain: unknown, values: Values): unknown[] {
  if (typeof plain === 'string') return filled(plain, values).includes(actual as string) ? [] : [actual];
  if (typeof plain !== 'object' || plain === null) return actual === plain ? [] : [actual];
  if (JSON.stringify(Object.keys(actual as object)) !== JSON.stringify(Object.keys(plain))) return [actual];
  return Object.entries(plain).flatMap(([key, one]) =>
    differences((actual as Record<string, unknown>)[key], one, values),
  );
}

/** As a server reads it: the origin, the segments of the path and the query of each url. */
function read(one: Sent | undefined): unknown {
  if (one === undefined) return undefined;
  const urls = one.urls.map((url) => {
    const { origin, pathname, searchParams, hash } = new URL(url);
    return [origin, pathname.split('/').map(decodeURIComponent), [...searchParams], hash];
  });
  return { ...one, urls };
}

const sharpValues: fc.Arbitrary<Values> = fc.record({
  id: sharpText,
  name: sharpText,
  before: sharpText,
  member: sharpText,
  email: sharpText,
  found: sharpText,
});

describe('any values', () => {
  it('arrive unchanged in each request, or it is refused', () => {
    const used = new Set<RequestTemplate>();
    const plain = new Map(TEMPLATES.map(([, request]) => [request, read(sent(request, HARMLESS))]));
    expect([...plain.values()]).not.toContain(undefined);
    fc.assert(
      fc.property(sharpValues, (values) => {
        const wrong = TEMPLATES.flatMap(([recipe, request]) => {
          const actual = read(sent(request, values));
          if (actual === undefined) return [];
          used.add(request);
          return differences(actual, plain.get(request), values).map((one) => [recipe, one]);
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: requestRuns(30), examples: [[HARMLESS]] },
    );
    expect(used.size).toBe(TEMPLATES.length);
  });
});

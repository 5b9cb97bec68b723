/* eslint-disable unicorn/no-thenable -- `then` is a word of the language */
/** Laws of bodies: a value arrives as it is and adds nothing, whatever it holds; no template can cost more than is allowed. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBody, type Body } from '../../../../../src/core/requests/body/body.ts';
import { checkBody } from '../../../../../src/core/requests/body/check-body.ts';
import { renderBody } from '../../../../../src/core/requests/body/render-body.ts';
import type { Json } from '../../../../../src/core/catalogue/reading/json-value.ts';
import { MAX_BYTES, MAX_VALUES, UnfitEvent } from '../../../../../src/core/requests/language/budget.ts';
import { namesOf } from '../../../../../src/core/requests/language/shape.ts';
import { anyBody, requestRuns, sharpText } from '../../../../support/arbitrary-requests.ts';

interface Checked {
  readonly body: Body;
  readonly problems: readonly string[];
}

function checked(value: unknown): Checked {
  const problems: string[] = [];
  const problem = (node: readonly (string | number)[], message: string): void =>
    void problems.push(`${node.join(' / ')}: ${message}`);
  const body = parseBody(value, ['body'], { lineOf: () => 1, problem });
  checkBody(body, namesOf('team.members.added', 'added', []), ['body'], { problem });
  return { body, problems };
}

const render = (body: Body, values: Readonly<Record<string, Json>>, token = ''): string =>
  renderBody(
    body,
    (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
    () => token,
  );

const count = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, one) => sum + count(one), 1)
    : 1;

describe('a value in a body', () => {
  const { body, problems } = checked({
    title: '${team.name}',
    text: '<${team.name}|${TOKEN}>',
    value: { $eval: 'team.name' },
    list: {
      $map: { $eval: 'team.members' },
      'each(m)': { id: '${m.id}', as: { $if: "m.id == 'x'", then: 1, else: '${m.id}' } },
    },
  });

  it('arrives unchanged, and adds no key', () => {
    expect(problems).toEqual([]);
    fc.assert(
      fc.property(sharpText, sharpText, sharpText, (name, member, token) => {
        const team = { id: 'a', name, members: [{ id: member }] };
        expect(JSON.parse(render(body, { team }, token))).toEqual({
          title: name,
          text: `<${name}|${token}>`,
          value: name,
          list: [{ id: member, as: member === 'x' ? 1 : member }],
        });
      }),
      { numRuns: requestRuns(200) },
    );
  });

  it('is the same at each rendering', () => {
    fc.assert(
      fc.property(sharpText, (name) => {
        const team = { id: 'a', name, members: [] };
        expect(render(body, { team })).toBe(render(body, structuredClone({ team })));
      }),
      { numRuns: requestRuns(50) },
    );
  });
});

describe('any template', () => {
  const people = (many: number): Json[] =>
    Array.from({ length: many }, (_, index) => ({
      id: `person-${index}`,
      name: 'x'.repeat(20),
      roles: ['a', 'b'],
    }));
  const values = {
    type: 'team.members.added',
    team: {
      id: 'a',
      name: 'x'.repeat(10_000),
      members: people(3000),
      tags: ['a', 'b'],
      perimeter: null,
      attributes: { x: { y: 1 } },
    },
    added: people(300),
    each: { id: 'person-1' },
    commit: { id: '1', parent: null, time: 't', author: { name: 'A' }, title: 'x' },
    file: 'teams/a.yml',
    snapshot: false,
  };

  interface Made {
    readonly kind: 'refused' | 'rendered' | 'unfit';
    readonly problems?: readonly string[];
    readonly values?: number;
    readonly bytes?: number;
    readonly error?: unknown;
  }
  const EXPECTED = {
    refused: { problems: expect.arrayContaining([expect.stringMatching(/^body\b[^]*: ./)]) as unknown },
    rendered: {},
    unfit: { error: expect.any(UnfitEvent) as unknown },
  } as const;

  function outcomeOf(value: unknown): Made {
    const { body, problems } = checked(value);
    if (problems.length > 0) return { kind: 'refused', problems };
    try {
      const json = render(body, values);
      return { kind: 'rendered', values: count(JSON.parse(json)), bytes: Buffer.byteLength(json) };
    } catch (error) {
      return { kind: 'unfit', error };
    }
  }

  it('is refused with its place, or makes at most 50,000 values and 1 MiB; none ends the process', () => {
    const outcomes = { refused: 0, rendered: 0, unfit: 0 };
    fc.assert(
      fc.property(anyBody, (value) => {
        const outcome = outcomeOf(value);
        outcomes[outcome.kind]++;
        expect(outcome).toMatchObject(EXPECTED[outcome.kind]);
        expect(outcome.values ?? 0).toBeLessThanOrEqual(MAX_VALUES);
        expect(outcome.bytes ?? 0).toBeLessThanOrEqual(MAX_BYTES);
      }),
      { numRuns: requestRuns(1000) },
    );
    // Otherwise the templates would show nothing.
    expect(outcomes.refused).toBeGreaterThan(requestRuns(1000) / 4);
    expect(outcomes.rendered).toBeGreaterThan(requestRuns(1000) / 20);
  });
});

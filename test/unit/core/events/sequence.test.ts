/** A sequence sorts as text, however many events a step has: receivers compare nothing else. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startOf } from '../../../../src/core/delivery/lane/lane-plan.ts';
import { BEFORE_ALL, isUpTo, SEQUENCE, sequencesIn } from '../../../../src/core/events/sequence.ts';
import { logOf } from '../../../support/sample-teams.ts';
import { joining } from '../../../support/sample-delivery.ts';

const MILLION = 1_000_000;

describe('a sequence', () => {
  it.each([
    [1, 0, '000000000007.000000'],
    [MILLION, 0, '000000000007.000000'],
    [MILLION, MILLION - 1, '000000000007.999999'],
    [MILLION + 1, 3, '000000000007.0000003'],
    [MILLION + 1, MILLION, '000000000007.1000000'],
    [25 * MILLION, 24 * MILLION, '000000000007.24000000'],
  ])('of a step of %i events: index %i', (count, index, expected) => {
    expect(sequencesIn(7, count)(index)).toBe(expected);
  });

  const places = fc.nat(30 * MILLION).chain((most) =>
    fc.record({
      count: fc.constant(most + 1),
      indexes: fc.array(fc.nat(most), { minLength: 2, maxLength: 2 }),
      step: fc.integer({ min: 1, max: 10 ** 12 - 2 }),
    }),
  );

  it('sorts within its step and before every later one, and looks like one', () => {
    fc.assert(
      fc.property(places, fc.nat(30 * MILLION), ({ count, indexes, step }, next) => {
        const at = sequencesIn(step, count);
        const [low = 0, high = 0] = indexes.toSorted((a, b) => a - b);
        expect(at(low) < at(high)).toBe(low < high);
        expect(at(high) < sequencesIn(step + 1, next + 1)(0)).toBe(true);
        expect(BEFORE_ALL < at(low)).toBe(true);
        expect(at(low)).toMatch(SEQUENCE);
      }),
    );
  });

  it('that was written with fewer digits stands at the same place', () => {
    fc.assert(
      fc.property(places, ({ indexes: [one = 0, other = 0], step, count }) => {
        const old = sequencesIn(step, MILLION)(other);
        expect(isUpTo(sequencesIn(step, count)(one), old)).toBe(one <= other);
      }),
    );
    expect(isUpTo(sequencesIn(1, MILLION)(0), BEFORE_ALL)).toBe(false);
    expect(isUpTo(sequencesIn(2, MILLION)(0), sequencesIn(10, 1)(0))).toBe(true);
  });
});

it('a lane goes on behind the event that its cursor names, also with fewer digits', () => {
  const [step] = logOf(joining('alice'));
  const at = sequencesIn(1, MILLION + 1);
  const events = [199_999, 200_000, 200_001].map((index) => ({ ...step!.events[0]!, sequence: at(index) }));
  const resume = { sequence: sequencesIn(1, 1)(200_000), sent: [] };
  const plan = { client: 'one', contact: undefined, log: [{ ...step!, events }], resume };
  expect(startOf(plan)).toMatchObject({ index: 2 });
});

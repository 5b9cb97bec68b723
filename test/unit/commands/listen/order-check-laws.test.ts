/** Whatever happens to a lane on its way is told, and nothing else. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createOrderCheck,
  type ArrivedRequest,
  type OrderCheck,
} from '../../../../src/commands/listen/order-check.ts';
import { arrival } from '../../../support/sample-arrival.ts';

type Verdict = OrderCheck['verdict'];

const FAULTS: readonly Verdict[] = ['again', 'gap', 'out of order'];

function verdicts(requests: readonly ArrivedRequest[]): Verdict[] {
  const check = createOrderCheck();
  return requests.map((request) => check(request)[0].verdict);
}

const faults = (requests: readonly ArrivedRequest[]): Verdict[] =>
  verdicts(requests).filter((verdict) => FAULTS.includes(verdict));

const isWhole = (events: readonly number[]): boolean =>
  events.every((event, index) => index === 0 || event === (events[index - 1] ?? 0) + 1);

/** At which path each event arrives: each event type has one endpoint. */
const arbitraryPaths = fc.array(fc.constantFrom('/', '/members', '/teams'), { minLength: 1 });
const pathOf = (paths: readonly string[], event: number): { readonly path: string } => ({
  path: paths[event % paths.length] ?? '/',
});

describe('whatever is lost, repeated or moved', () => {
  it('is told at one path: all is well exactly where a piece of the lane arrives as it is', () => {
    const whole = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9))
      .map(([start, length]) => Array.from({ length }, (_, index) => start + index));
    const any = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(whole, any), (events) => {
        expect(faults(events.map((event) => arrival(event))).length === 0).toBe(isWhole(events));
      }),
      { numRuns: 1000 },
    );
  });

  it('is told over several paths, but for what looks like the beginnings of two clients', () => {
    const any = fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 10 });
    fc.assert(
      fc.property(any, arbitraryPaths, (events, paths) => {
        const requests = events.map((event) => arrival(event, pathOf(paths, event)));
        const beginnings = verdicts(requests).filter((verdict) => verdict === 'first').length;
        const told = faults(requests).length > 0;
        const looksLikeTwo = !told && beginnings === 2;
        expect(told).toBe(!isWhole(events) && !looksLikeTwo);
      }),
      { numRuns: 1000 },
    );
  });

  it('is told over several paths, where all of the lane arrives', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 7, maxLength: 7 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }),
        arbitraryPaths,
        (permutation, repetitions, paths) => {
          const events = [...permutation];
          for (const [from, to] of repetitions) events.splice(to % 8, 0, permutation[from % 7] ?? 1);
          const requests = events.map((event) => arrival(event, pathOf(paths, event)));
          expect(faults(requests).length === 0).toBe(isWhole(events));
          expect(faults(requests).filter((verdict) => verdict === 'again')).toHaveLength(repetitions.length);
        },
      ),
    );
  });
});

describe('an undisturbed lane', () => {
  it('raises no fault, whatever is answered, beside lanes of other clients', () => {
    const arbitraryLane = fc.array(fc.nat(3), { maxLength: 10 }); // for each event, how often it is refused
    fc.assert(
      fc.property(
        arbitraryLane,
        arbitraryLane,
        arbitraryPaths,
        fc.array(fc.nat(1)),
        (one, two, paths, turns) => {
          const lanes = [laneOf(one, (event) => pathOf(paths, event)), laneOf(two, () => ({ path: '/two' }))];
          const interleaved = [...turns.flatMap((turn) => lanes[turn]?.shift() ?? []), ...lanes.flat()];
          const told = verdicts(interleaved);
          expect(told.filter((verdict) => FAULTS.includes(verdict))).toEqual([]);
          const refusals = [...one, ...two].reduce((sum, count) => sum + count, 0);
          expect(told.filter((verdict) => verdict === 'retry')).toHaveLength(refusals);
        },
      ),
    );
  });

  function laneOf(
    refusals: readonly number[],
    at: (event: number) => { readonly path: string },
  ): ArrivedRequest[] {
    return refusals.flatMap((count, index) => [
      ...Array.from({ length: count }, () => arrival(index + 1, { ...at(index + 1), status: 503 })),
      arrival(index + 1, at(index + 1)),
    ]);
  }
});

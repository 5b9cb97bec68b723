/** A lane waits for at most ten times as many steps as it is behind, however far behind others are. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { HistoryError } from '../../../../src/errors.ts';
import { stepsAlong, type LaneRoute, type RoutedLane } from '../../../../src/run/event-log/lane-routes.ts';
import { planWaves } from '../../../../src/run/event-log/lane-waves.ts';

/** A line of so many commits: `c0` is the newest. */
const lineOf = (length: number): ReadonlyMap<string, number> =>
  new Map(Array.from({ length }, (_, index) => [`c${index}`, index]));

const LINE = lineOf(50_001);
const behindBy = (steps: number): LaneRoute => ({
  own: [],
  join: steps === 0 ? undefined : `c${steps}`,
  older: false,
});
const withOwn = (steps: number): LaneRoute => ({
  ...behindBy(steps),
  own: [{ from: null, to: `c${steps}`, reachable: 1, consecutive: false }],
});

it.each<[string, (LaneRoute | HistoryError)[], ReturnType<typeof planWaves>]>([
  ['nobody', [], [{ lanes: [], from: undefined }]],
  ['all are there', [behindBy(0), behindBy(0)], [{ lanes: [0, 1], from: undefined }]],
  ['all are near', [behindBy(1), behindBy(100), behindBy(7)], [{ lanes: [0, 1, 2], from: 'c100' }]],
  ['all are far', [behindBy(1001), behindBy(9999)], [{ lanes: [0, 1], from: 'c9999' }]],
  [
    'one lags',
    [behindBy(20_000), behindBy(1)],
    [
      { lanes: [1], from: 'c1' },
      { lanes: [0], from: 'c20000' },
    ],
  ],
  [
    'each further than the one before',
    [behindBy(50_000), behindBy(900), behindBy(3), behindBy(9000), behindBy(800)],
    [
      { lanes: [2], from: 'c3' },
      { lanes: [1, 4], from: 'c900' },
      { lanes: [3], from: 'c9000' },
      { lanes: [0], from: 'c50000' },
    ],
  ],
  [
    'one begins before the first commit',
    [{ own: [], join: null, older: false }, behindBy(50_000), behindBy(1)],
    [
      { lanes: [2], from: 'c1' },
      { lanes: [0, 1], from: null },
    ],
  ],
  [
    'a snapshot is last, and goes on along what was read for others',
    [withOwn(5), behindBy(10), new HistoryError('gone')],
    [
      { lanes: [1, 2], from: 'c10' },
      { lanes: [0], from: undefined },
    ],
  ],
  ['snapshots alone', [withOwn(5), withOwn(0)], [{ lanes: [0, 1], from: 'c5' }]],
])('%s', (_, routes, expected) => {
  const routed = routes.map((route): RoutedLane =>
    route instanceof HistoryError ? { ok: false, wrong: route } : { ok: true, value: route },
  );
  expect(planWaves(routed, LINE)).toEqual(expected);
});

it('every lane is in one wave, and waits for at most ten times its own way, or for the nearest hundred', () => {
  const distances = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 50_000 })),
    {
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(distances, (steps) => {
      const waves = planWaves(
        steps.map((count) => ({ ok: true, value: behindBy(count) })),
        LINE,
      );
      expect(waves.flatMap(({ lanes }) => lanes).sort((a, b) => a - b)).toEqual([...steps.keys()]);
      let read = 0;
      for (const { lanes, from } of waves) {
        read = from === undefined ? read : stepsAlong(LINE, from);
        for (const lane of lanes) {
          expect(read).toBeGreaterThanOrEqual(steps[lane] ?? NaN);
          expect(read).toBeLessThanOrEqual(Math.max(100, 10 * (steps[lane] ?? NaN)));
        }
      }
    }),
  );
});

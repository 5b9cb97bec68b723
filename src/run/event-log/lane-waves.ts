/**
 * In which order history is read for many lanes: nobody waits for what only a lane far behind needs.
 *
 *     far ──────────────────── near ── to
 *     '── for the far lanes ──''─────── for all of them: read first
 */
import { HistoryError } from '../../errors.ts';
import { stepsAlong, type LaneRoute } from './lane-routes.ts';

/** Lanes that are read for together. */
export interface LaneWave {
  /** Which of the routes. */
  readonly lanes: readonly number[];
  /**
   * The oldest commit of the line from which on one of them follows it, null where that is before its first; undefined
   * where the waves before have read that.
   */
  readonly from: string | null | undefined;
}

/** Lanes that are behind by no more steps are near; each further wave is of up to ten times as many. */
const NEAR = 100;
const FURTHER = 10;

/**
 * The nearest first; those with steps of their own, such as snapshots, last. So a lane waits for at most ten times as many steps
 * as it is behind. At least one; `line` says how far back each commit of it is.
 */
export function planWaves(
  routes: readonly (LaneRoute | HistoryError)[],
  line: ReadonlyMap<string, number>,
): readonly LaneWave[] {
  const distanceOf = (route: LaneRoute | HistoryError): number =>
    route instanceof HistoryError || route.join === undefined ? 0 : stepsAlong(line, route.join);
  const waveOf = (route: LaneRoute | HistoryError): number => {
    if (!(route instanceof HistoryError) && route.own.length > 0) return Infinity;
    return Math.max(0, Math.ceil(Math.log(distanceOf(route) / NEAR) / Math.log(FURTHER)));
  };
  const waves = new Map<number, number[]>(routes.length === 0 ? [[0, []]] : []);
  for (const [lane, route] of routes.entries()) {
    const wave = waveOf(route);
    waves.set(wave, [...(waves.get(wave) ?? []), lane]);
  }
  const commits = [...line.keys(), null];
  let read = 0;
  return [...waves]
    .sort(([a], [b]) => a - b)
    .map(([, lanes]) => {
      const furthest = lanes.reduce((most, lane) => Math.max(most, distanceOf(routes[lane]!)), 0);
      const from = furthest > read ? commits[furthest] : undefined;
      read = Math.max(read, furthest);
      return { lanes, from };
    });
}

/**
 * The order in which history is read for many lanes: no lane waits for what only lanes far behind need.
 *
 *     far ──────────────────── near ── to
 *     '── for the far lanes ──''─────── for all of them: read first
 */
import { stepsAlong, type RoutedLane } from './lane-routes.ts';

/** Lanes whose history is read together. */
export interface LaneWave {
  /** Indexes of the routes. */
  readonly lanes: readonly number[];
  /**
   * The oldest commit from which one of these lanes follows the line (null: from before the first commit); undefined if
   * earlier waves have read that far.
   */
  readonly from: string | null | undefined;
}

/** Lanes at most this many steps behind are near; each further wave reaches up to ten times as far. */
const NEAR = 100;
const FURTHER = 10;

/**
 * Plans the waves: the nearest lanes first, those with steps of their own (snapshots, say) last. So a lane waits for at
 * most ten times as many steps as it is behind. At least one wave; `line` has each commit's distance from the end.
 */
export function planWaves(
  routes: readonly RoutedLane[],
  line: ReadonlyMap<string, number>,
): readonly LaneWave[] {
  const distanceOf = (route: RoutedLane): number =>
    route.ok && route.value.join !== undefined ? stepsAlong(line, route.value.join) : 0;
  const waveOf = (route: RoutedLane): number => {
    if (route.ok && route.value.own.length > 0) return Infinity;
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

/** Which clients `--late-after` and `paused` excuse. */
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { isBehind } from '../../core/delivery/run-report.ts';

/** Clients that may be behind without failing the run: paused on purpose, or behind for less than `lateAfterMs`. */
export function excusedClients(
  results: readonly LaneResult[],
  pausedIsFine: boolean,
  lateAfterMs: number | undefined,
  nowMs: number,
): ReadonlySet<string> {
  const isLate = ({ since }: LaneResult): boolean =>
    lateAfterMs === undefined || since === undefined || nowMs - Date.parse(since) >= lateAfterMs;
  const excused = results.filter((result) =>
    result.status === 'paused' ? pausedIsFine : isBehind(result) && !isLate(result),
  );
  return new Set(excused.map(({ client }) => client));
}

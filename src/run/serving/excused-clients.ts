/** What `--late-after` and `paused` excuse. */
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { isBehind } from '../../core/delivery/run-report.ts';

/** Clients whose being behind is no failure: knowingly paused, or not for as long as `lateAfterMs`. */
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

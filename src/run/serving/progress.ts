/**
 * Tells on stderr how far a long run is, every ten seconds:
 *
 *     groups 4,210/10,000  161/s  36 s left
 */
import type { RunClock } from '../../core/cursor/run-clock.ts';
import { grouped } from '../../core/text/counted.ts';

const EVERY_MS = 10_000;
/** How many clients have a line. */
const NAMED = 10;

export interface Progress {
  /** A lane begins. `count` gives the number of its events; it is called only when that is shown. */
  began(client: string, count: () => number): void;
  accepted(client: string): void;
  ended(client: string): void;
  /** Tells nothing any more. */
  stop(): void;
}

interface Lane {
  readonly count: () => number;
  total: number | undefined;
  done: number;
  /** `done` when it was last told. */
  told: number;
}

/** A run of less than ten seconds tells nothing. */
export function createProgress(
  { now, every }: Pick<RunClock, 'now' | 'every'>,
  note: (lines: readonly string[]) => void,
): Progress {
  const lanes = new Map<string, Lane>();
  let toldMs = now();
  const tell = (): void => {
    const seconds = (now() - toldMs) / 1000;
    toldMs = now();
    const lines = [...lanes].slice(0, NAMED).map(([client, lane]) => lineOf(client, lane, seconds));
    const more = lanes.size - lines.length;
    if (more > 0) lines.push(`and ${grouped(more)} more ${more === 1 ? 'client' : 'clients'} under way`);
    for (const lane of lanes.values()) lane.told = lane.done;
    if (lines.length > 0) note(lines);
  };
  const stop = every(EVERY_MS, tell);
  return {
    began: (client, count) => void lanes.set(client, { count, total: undefined, done: 0, told: 0 }),
    accepted(client) {
      const lane = lanes.get(client);
      if (lane !== undefined) lane.done++;
    },
    ended: (client) => void lanes.delete(client),
    stop,
  };
}

function lineOf(client: string, lane: Lane, seconds: number): string {
  const { done, told } = lane;
  const total = Math.max(done, (lane.total ??= lane.count()));
  const rate = seconds > 0 ? (done - told) / seconds : 0;
  const left = rate > 0 ? `${duration(Math.ceil((total - done) / rate))} left` : 'waiting for its receiver';
  return `${client} ${grouped(done)}/${grouped(total)}  ${rateText(rate)}/s  ${left}`;
}

const rateText = (rate: number): string =>
  rate >= 10 || rate === 0 ? grouped(Math.round(rate)) : rate.toFixed(1);

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${grouped(Math.round(minutes / 60))} h`;
}

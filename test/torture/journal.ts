/** What the receivers saw and what went wrong, in one count, for the judge. */
import type { Arrival, Fault } from './checker.ts';

export interface Journal {
  readonly arrivals: Arrival[];
  readonly faults: Fault[];
  readonly tick: () => number;
  readonly count: () => number;
  /** A fault that ends now. */
  readonly fault: (what: string, client?: string) => void;
  /** It ends when the function that is returned is called first. */
  readonly lastingFault: (what: string, client?: string) => () => void;
}

export function createJournal(): Journal {
  let ticks = 0;
  const faults: (Fault & { until: number })[] = [];
  const journal: Journal = {
    arrivals: [],
    faults,
    tick: () => ++ticks,
    count: () => ticks,
    fault: (what, client) => journal.lastingFault(what, client)(),
    lastingFault(what, client) {
      const fault = { what, client, from: ++ticks, until: Infinity };
      faults.push(fault);
      return () => (fault.until = Math.min(fault.until, ++ticks));
    },
  };
  return journal;
}

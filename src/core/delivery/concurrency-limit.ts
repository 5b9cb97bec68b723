/** Limits how many attempts run at once; those that wait are started in the order in which they came. */

export interface ConcurrencyLimit {
  /**
   * Runs `work` as soon as a slot is free. Repeated attempts take at most half of the slots: attempts to receivers that
   * hang are slow, and must not delay the receivers that work.
   */
  run<Result>(work: () => Promise<Result>, isRepeated: boolean): Promise<Result>;
}

interface Waiting {
  readonly ticket: number;
  readonly start: () => void;
}

export function createConcurrencyLimit(limit: number): ConcurrencyLimit {
  const mostRepeated = Math.ceil(limit / 2);
  const firsts: Waiting[] = [];
  const repeats: Waiting[] = [];
  let busy = 0;
  let busyRepeated = 0;
  let tickets = 0;

  function startNext(): void {
    while (busy < limit) {
      const [first] = firsts;
      const [repeat] = busyRepeated < mostRepeated ? repeats : [];
      const isFirst = first !== undefined && (repeat === undefined || first.ticket < repeat.ticket);
      const next = (isFirst ? firsts : repeat && repeats)?.shift();
      if (next === undefined) return;
      busy++;
      if (!isFirst) busyRepeated++;
      next.start();
    }
  }

  return {
    run: (work, isRepeated) =>
      new Promise((resolve, reject) => {
        const free = (): void => {
          busy--;
          if (isRepeated) busyRepeated--;
          startNext();
        };
        const start = (): void => void work().finally(free).then(resolve, reject);
        (isRepeated ? repeats : firsts).push({ ticket: tickets++, start });
        startNext();
      }),
  };
}

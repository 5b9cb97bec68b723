/** The attempts of a lane that are under way at the same time. */

export interface UnderWay {
  readonly size: number;
  /** Adds one. If it rejects, which is a bug, `failed` is called. */
  add(work: Promise<void>, failed: () => void): void;
  /** Resolves when one has ended, or the pause is over. */
  next(pause?: (cut: AbortSignal) => Promise<void>): Promise<void>;
  /** @throws what the first of them that rejected was rejected with */
  throwFailure(): void;
}

export function createUnderWay(): UnderWay {
  const all = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  return {
    get size() {
      return all.size;
    },
    add(work, failed) {
      const settled = work
        .catch((error: unknown) => {
          failure ??= { error };
          failed();
        })
        .finally(() => all.delete(settled));
      all.add(settled);
    },
    async next(pause) {
      const cut = new AbortController();
      const pauses = pause === undefined ? [] : [pause(cut.signal)];
      if (all.size + pauses.length > 0) await Promise.race([...all, ...pauses]);
      cut.abort();
    },
    throwFailure() {
      if (failure !== undefined) throw failure.error;
    },
  };
}

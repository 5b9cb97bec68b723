/** Tries ways to the same thing one after the other, without waiting for those that hang. */

/** A way that has not come to an end by then is not waited for alone any more. */
const PATIENCE_MS = 2000;

/**
 * What the first way leads to that succeeds: the next is tried when one fails, or takes too long. What comes later than
 * that is given to `discard`. @throws {AggregateError} of all failures, or at once of one that is final
 */
export function firstOf<Value>(
  ways: readonly (() => Promise<Value>)[],
  discard: (value: Value) => void,
  isFinal: (error: unknown) => boolean,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const untried = [...ways];
    const failures: unknown[] = [];
    let isDecided = false;
    const decide = (act: () => void): void => {
      isDecided = true;
      clearInterval(timer);
      act();
    };
    const failed = (error: unknown): void => {
      if (isDecided) return;
      failures.push(error);
      if (isFinal(error)) decide(() => reject(new AggregateError([error])));
      else if (failures.length === ways.length) decide(() => reject(new AggregateError(failures)));
      else tryNext();
    };
    const tryNext = (): void => {
      const way = untried.shift();
      if (way === undefined) return;
      timer.refresh();
      way().then((value) => {
        if (isDecided) discard(value);
        else decide(() => resolve(value));
      }, failed);
    };
    const timer = setInterval(tryNext, PATIENCE_MS);
    tryNext();
  });
}

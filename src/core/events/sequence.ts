/**
 * The position of an event in all of history, as text that sorts:
 *
 *     000000001234.000003     number of commits reachable from the step, and index in the step
 *     000000001234.0000003    in a step of over a million events: all have as many digits as the last
 */

const STEP_DIGITS = 12;
const INDEX_DIGITS = 6;

/** The format of a sequence. */
export const SEQUENCE = /^[0-9]{12}\.[0-9]{6,12}$/;

/** Sorts before the sequence of every event. */
export const BEFORE_ALL = `${'0'.repeat(STEP_DIGITS)}.${'0'.repeat(INDEX_DIGITS)}`;

/**
 * Returns the sequence of each event by its index in a step of `count` events; within a step all have the same length.
 */
export function sequencesIn(reachable: number, count: number): (index: number) => string {
  const step = String(reachable).padStart(STEP_DIGITS, '0');
  const digits = Math.max(INDEX_DIGITS, String(count - 1).length);
  return (index) => `${step}.${String(index).padStart(digits, '0')}`;
}

/** Whether `sequence` is not after `last`, even if `last` was written with fewer digits. */
export function isUpTo(sequence: string, last: string): boolean {
  const [step = '', index = ''] = sequence.split('.');
  const [lastStep = '', lastIndex = ''] = last.split('.');
  return step === lastStep ? Number(index) <= Number(lastIndex) : step < lastStep;
}

/** The sequence of the event before this one in its step; `BEFORE_ALL` for the first event of a step. */
export function sequenceBefore(sequence: string): string {
  const [step = '', index = ''] = sequence.split('.');
  return Number(index) === 0
    ? BEFORE_ALL
    : `${step}.${String(Number(index) - 1).padStart(index.length, '0')}`;
}

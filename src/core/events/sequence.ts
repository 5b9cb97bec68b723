/**
 * The place of an event in all of history, as text that sorts:
 *
 *     000000001234.000003     the commits that can be reached from the step, and the index in it
 *     000000001234.0000003    in a step of more than a million events, where all have as many digits as the last one
 */

const STEP_DIGITS = 12;
const INDEX_DIGITS = 6;

/** What a sequence looks like. */
export const SEQUENCE = /^[0-9]{12}\.[0-9]{6,12}$/;

/** Sorts before the sequence of every event. */
export const BEFORE_ALL = `${'0'.repeat(STEP_DIGITS)}.${'0'.repeat(INDEX_DIGITS)}`;

/** By the index of each event in a step of `count` events: within a step all are equally long. */
export function sequencesIn(reachable: number, count: number): (index: number) => string {
  const step = String(reachable).padStart(STEP_DIGITS, '0');
  const digits = Math.max(INDEX_DIGITS, String(count - 1).length);
  return (index) => `${step}.${String(index).padStart(digits, '0')}`;
}

/** Whether one is no later than another, also where that was written with fewer digits. */
export function isUpTo(sequence: string, last: string): boolean {
  const [step = '', index = ''] = sequence.split('.');
  const [lastStep = '', lastIndex = ''] = last.split('.');
  return step === lastStep ? Number(index) <= Number(lastIndex) : step < lastStep;
}

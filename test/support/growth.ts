/**
 * How work grows with its size: the processor's time at one size and at eight times that. What grows with the square takes
 * sixty-four times as long.
 */
const SMALL = 10_000;
const TIMES = 8;
/** Between eight and sixty-four, far from both: machines are busy, and collect garbage. */
export const MOST_GROWTH = 24;
/** Shorter times are too small to compare. */
const LEAST_MS = 10;

const milliseconds = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

/** How many times as long eight times the size takes; where that is too much, the least of a few tries. `work` prepares it for a size. */
export function growth(work: (size: number) => () => void): number {
  const [small, large] = [work(SMALL), work(SMALL * TIMES)];
  const smallMs = Math.max(LEAST_MS, Math.min(...[1, 2, 3].map(() => milliseconds(small))));
  let ratio = Infinity;
  for (let tries = 0; tries < 4 && ratio >= MOST_GROWTH; tries++) {
    ratio = Math.min(ratio, Math.max(LEAST_MS, milliseconds(large)) / smallMs);
  }
  return ratio;
}

/** A part of the torture: what it is told, and what it says. */

export interface PartOptions {
  readonly seed: number;
  /** One schedule alone, with all that happened in it. */
  readonly alone: boolean;
  readonly quick: boolean;
}

export interface PartResult {
  /** Counts, in one line. */
  readonly summary: string;
  /** What went wrong, with what makes it happen again; empty where all is well. */
  readonly failures: readonly string[];
}

export type Part = (options: PartOptions) => Promise<PartResult>;

/** Does it for each item, a few at a time; results in the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await act(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export const seedsFrom = (seed: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => seed + index);

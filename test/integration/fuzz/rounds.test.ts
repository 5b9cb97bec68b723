/** A short part of `npm run fuzz`, always with the same seeds. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadProgram } from '../../support/own-process.ts';
import { startReceivers, type Receivers } from '../../fuzz/round/receivers.ts';
import { playRound, type RoundEnd } from '../../fuzz/round/round.ts';
import { BUNDLE, PROGRAM } from '../../support/program.ts';
import { seedsFrom } from '../../torture/part.ts';

let receivers: Receivers;
beforeAll(async () => {
  receivers = await startReceivers();
});
afterAll(() => receivers.close());

const play = async (seeds: readonly number[], inside: boolean): Promise<RoundEnd[]> => {
  const run = inside ? loadProgram(BUNDLE) : undefined;
  const ends: RoundEnd[] = [];
  for (const seed of seeds) {
    ends.push(await playRound(seed, receivers, { program: PROGRAM, inside: run, isTimed: false }));
  }
  return ends;
};
const wrong = (ends: readonly RoundEnd[]): unknown[] =>
  ends.filter((end) => end.wrong.length > 0).map((end) => [end.seed, end.folder, end.wrong]);

it.each([0, 8, 16])(
  'a healthy client is served beside random entries, files, tags and answers: seeds from %i',
  async (seed) => {
    const ends = await play(seedsFrom(seed, 5), true);
    expect(wrong(ends)).toEqual([]);
    // Else the rounds would judge nothing.
    expect(ends.reduce((sum, { delivered }) => sum + delivered, 0)).toBeGreaterThan(10);
  },
);

it('and beside them the program as a process stays within its memory', async () => {
  const ends = await play(seedsFrom(100, 2), false);
  expect(wrong(ends)).toEqual([]);
  expect(ends.map(({ cost }) => cost.peakKilobytes > 10_000)).toEqual([true, true]);
});

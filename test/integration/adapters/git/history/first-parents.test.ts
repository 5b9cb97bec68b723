/** The line of first parents, read as far as is asked. */
import { expect, it } from 'vitest';
import { openRepository } from '../../../../../src/adapters/git/clone/repository.ts';
import { firstParents, rootOf } from '../../../../../src/adapters/git/history/first-parents.ts';
import { resolveCommit } from '../../../../../src/adapters/git/history/resolve-commit.ts';
import { LONG, longHistory } from '../../../../support/long-history.ts';

const directory = longHistory();

it('is whole, or reaches back to what is wanted and little further', async () => {
  const repository = await openRepository(directory);
  const [to, near, first] = await Promise.all(
    ['main', 'main~10', `main~${LONG - 1}`].map((name) => resolveCommit(repository, name)),
  );
  if (to === undefined || near === undefined || first === undefined) throw new Error('three were asked');
  const whole = await firstParents(repository, to);
  expect(whole.size).toBe(LONG);
  expect([whole.get(to), whole.get(near), rootOf(whole)]).toEqual([0, 10, first]);
  const line = await firstParents(repository, to, [near, to]);
  expect(line.get(near)).toBe(10);
  expect(line.size).toBeLessThan(LONG / 2);
  expect([...line]).toEqual([...whole].slice(0, line.size));
  expect(await firstParents(repository, to, [first])).toEqual(whole);
  const elsewhere = 'f'.repeat(40); // not on the line, so that all of it had to be read
  expect(await firstParents(repository, to, [near, elsewhere])).toEqual(whole);
});

it('asks nobody where nothing but its end is wanted', async () => {
  const repository = await openRepository(directory);
  const unknown = 'f'.repeat(40);
  expect(await firstParents(repository, unknown, [unknown])).toEqual(new Map([[unknown, 0]]));
  await expect(firstParents(repository, unknown)).rejects.toThrow('bad object');
});

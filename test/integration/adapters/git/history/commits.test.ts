/** Commits by their ids, as many as there are cursors. */
import { expect, it } from 'vitest';
import { readCommits } from '../../../../../src/adapters/git/history/commits.ts';
import { openRepository } from '../../../../../src/adapters/git/clone/repository.ts';
import { createRepo } from '../../../../support/sample-repo.ts';

it('more ids than arguments have room for are read, and those that are not here left out', async () => {
  const repo = createRepo();
  const id = repo.commit({ 'teams/a.yml': 'id: a\n' });
  const letters = [...id].flatMap((digit, index) => (/[a-f]/.test(digit) ? [index] : []));
  // Spellings of the one id, which git finds faster than as many that it has not.
  const spellings = Array.from({ length: 60_000 }, (_, number) =>
    [...id].map((digit, at) => ((number >> letters.indexOf(at)) & 1 ? digit.toUpperCase() : digit)).join(''),
  );
  const found = await readCommits(await openRepository(repo.directory), [...spellings, 'f'.repeat(40)]);
  expect([...found.keys()]).toEqual([id]);
});

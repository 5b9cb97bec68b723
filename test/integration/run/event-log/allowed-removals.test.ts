/** How far `--allow-removals` lets removals pass: up to a commit of the way, and nothing for one that is yet to come. */
import { describe, expect, it } from 'vitest';
import { allowedReachableOf } from '../../../../src/run/event-log/allowed-removals.ts';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import { createRepo, team } from '../../../support/sample-repo.ts';

describe('--allow-removals', () => {
  it('allows up to a commit before the end, nothing for a newer one, and refuses one that leads elsewhere', async () => {
    const repo = createRepo();
    const [first = '', second = '', third = ''] = ['a', 'b', 'c'].map((id) =>
      repo.commit({ [`teams/${id}.yml`]: team(id, []) }),
    );
    repo.git('checkout', '--quiet', '-b', 'side', first);
    const side = repo.commit({ 'teams/x.yml': team('x', []) });
    const repository = await openRepository(repo.directory);
    const allowed = (commit: string | undefined) => allowedReachableOf(repository, second, commit);
    expect(await allowed(undefined)).toBe(-1);
    expect(await allowed(first)).toBe(1);
    expect(await allowed(second)).toBe(2);
    expect(await allowed(third)).toBe(-1);
    await expect(allowed(side)).rejects.toMatchObject({ exitCode: 2 });
    await expect(allowed('nowhere')).rejects.toMatchObject({ exitCode: 6 });
  });
});

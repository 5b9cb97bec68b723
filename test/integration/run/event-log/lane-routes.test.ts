/** The steps of lanes from each one's own commit to a common target. */
import { describe, expect, it } from 'vitest';
import { HistoryError } from '../../../../src/errors.ts';
import { firstParents } from '../../../../src/adapters/git/history/first-parents.ts';
import {
  commitsOf,
  routeLanes,
  type LaneOrigin,
  type LaneRoute,
  type RouteOptions,
} from '../../../../src/run/event-log/lane-routes.ts';
import { openRepository, type Repository } from '../../../../src/adapters/git/clone/repository.ts';
import { importRepo, type PlacedCommit } from '../../../support/imported-repo.ts';

const commit = (name: string, ...parents: number[]): PlacedCommit => ({
  parents,
  edits: { [`${name}.txt`]: name },
});
const STEP_BY_STEP = { squash: false, onRewrite: 'fail' } as const;

/** Commits a to e, one after the other, and `side`, which comes after c on another branch. */
async function sample() {
  const { directory, ids } = importRepo([
    commit('a'),
    commit('b', 0),
    commit('c', 1),
    commit('d', 2),
    commit('side', 2),
    commit('e', 3),
  ]);
  const [a = '', b = '', c = '', d = '', side = '', e = ''] = ids;
  return { repository: await openRepository(directory), a, b, c, d, side, e };
}

const at = (id: string): LaneOrigin => ({ commit: id, partial: undefined });
const inStep = (from: string, to: string): LaneOrigin => ({ commit: from, partial: { from, to } });
const BEFORE_FIRST: LaneOrigin = { commit: null, partial: undefined };
const inFirst = (to: string, root?: true): LaneOrigin => ({
  commit: to,
  partial: { from: null, to, ...(root && { root }) },
});
/** Of each lane its route, or why there is none; the same whether the line is whole or reaches back to them only. */
async function routesOf(
  repository: Repository,
  origins: readonly LaneOrigin[],
  to: string,
  options: RouteOptions,
): Promise<(LaneRoute | HistoryError)[]> {
  const whole = await firstParents(repository, to);
  const line = await firstParents(repository, to, commitsOf(origins));
  const routes = await routeLanes(repository, origins, to, line, options);
  expect(routes).toEqual(await routeLanes(repository, origins, to, whole, options));
  return routes.map((route) => (route.ok ? route.value : route.wrong));
}
const OLDER: LaneRoute = { own: [], join: undefined, older: true };
const joining = (join: string | null): LaneRoute => ({ own: [], join, older: false });

describe('lanes on the line', () => {
  it('join it where they are; one that is at the end needs nothing of it', async () => {
    const { repository, a, c, d, e } = await sample();
    const found = await routesOf(repository, [at(d), at(a), at(e), at(c)], e, STEP_BY_STEP);
    expect(found).toEqual([joining(d), joining(a), { own: [], join: undefined, older: false }, joining(c)]);
  });
});

describe('a lane in the middle of a step', () => {
  it('goes on in it, also where it is the last step', async () => {
    const { repository, c, d, e } = await sample();
    for (const to of [d, e])
      expect(await routesOf(repository, [inStep(c, d)], to, STEP_BY_STEP)).toEqual([joining(c)]);
  });

  it('leaves it as it is in a rerun of an older build, which does not know that step', async () => {
    const { repository, a, b, c, d } = await sample();
    for (const to of [c, b, a])
      expect(await routesOf(repository, [inStep(c, d)], to, STEP_BY_STEP)).toEqual([OLDER]);
  });
});

describe('a lane that is further than the commit of the run', () => {
  it('has nothing to do, where all of it is published', async () => {
    const { repository, b, d, e } = await sample();
    const branch = { name: 'main', remote: 'origin', tip: e };
    for (const options of [STEP_BY_STEP, { ...STEP_BY_STEP, branch }])
      expect(await routesOf(repository, [at(d)], b, options)).toEqual([OLDER]);
  });

  it('is told that its cursor is on no commit of the branch, where that was set back', async () => {
    const { repository, b, c, d } = await sample();
    const branch = { name: 'main', remote: 'origin', tip: c };
    for (const origin of [at(d), inStep(c, d)]) {
      const [found] = await routesOf(repository, [origin], b, { ...STEP_BY_STEP, branch });
      expect(found).toBeInstanceOf(HistoryError);
      expect(found).toMatchObject({
        message: expect.stringContaining(`its cursor is on ${d}, which is not on main of origin`),
      });
    }
  });

  it('goes back in one step to the tip of a branch that was set back, where that is asked for', async () => {
    const { repository, c, d } = await sample();
    const branch = { name: 'main', remote: 'origin', tip: c };
    const [found] = await routesOf(repository, [at(d)], c, { squash: false, onRewrite: 'squash', branch });
    expect(found).toMatchObject({ own: [{ from: d, to: c, rewritten: true }], older: false });
  });
});

describe('a lane on another branch', () => {
  it('cannot go on, unless the net change is asked for', async () => {
    const { repository, side, e } = await sample();
    const [refused] = await routesOf(repository, [at(side)], e, STEP_BY_STEP);
    expect(refused).toBeInstanceOf(HistoryError);
    const [taken] = await routesOf(repository, [at(side)], e, { squash: false, onRewrite: 'squash' });
    expect(taken).toMatchObject({ own: [{ from: side, to: e, rewritten: true }], join: undefined });
  });
});

describe('a lane before the first commit', () => {
  it('goes along the whole line, wherever that leads; or takes it as one step', async () => {
    const { repository, a, e } = await sample();
    for (const to of [a, e]) {
      expect(await routesOf(repository, [BEFORE_FIRST], to, STEP_BY_STEP)).toEqual([joining(null)]);
      const [squashed] = await routesOf(repository, [BEFORE_FIRST], to, { ...STEP_BY_STEP, squash: true });
      expect(squashed).toMatchObject({ own: [{ from: null, to, consecutive: false }], join: undefined });
    }
  });

  it('in the middle of the first commit’s own step, which is no snapshot, is on the line', async () => {
    const { repository, a, b, e } = await sample();
    const origins = [inFirst(a, true), inFirst(a), inFirst(b, true)];
    const snapshotOf = (to: string, reachable: number) => ({
      own: [{ from: null, to, reachable, consecutive: false }],
      join: to,
      older: false,
    });
    expect(await routesOf(repository, origins, e, STEP_BY_STEP)).toEqual([
      joining(null),
      snapshotOf(a, 1),
      snapshotOf(b, 2), // forged: it is no first commit
    ]);
    const [squashed] = await routesOf(repository, [inFirst(a, true)], e, { ...STEP_BY_STEP, squash: true });
    expect(squashed).toMatchObject({
      own: [
        { from: null, to: a, consecutive: true },
        { from: a, to: e },
      ],
    });
  });
});

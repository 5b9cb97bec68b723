/** A short part of `npm run torture`: kills, runs at once, and stores that are damaged. */
import { expect, it } from 'vitest';
import { brokenCursors } from '../../torture/broken-cursors.ts';
import { crowdRound } from '../../torture/crowd.ts';
import { cases } from '../../torture/damage-cases.ts';
import { pointsByGit, sweep } from '../../torture/kill-sweep.ts';
import { openFixedScene } from '../../torture/real/fixed-scene.ts';

it.each(['tag', 'file'] as const)('a run with its cursors in a %s that is killed recovers', async (kind) => {
  const swept = await sweep(kind, 4, pointsByGit);
  expect(swept.map(({ fired }) => fired)).not.toContain(false);
  expect(swept.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
});

it.each(['tag', 'file'] as const)(
  'of runs at once with cursors in a %s one sends each event',
  async (kind) => {
    const scene = await openFixedScene(kind, ['one', 'two']);
    try {
      expect((await crowdRound(scene, 4)).wrong).toEqual([]);
    } finally {
      await scene.close();
    }
  },
);

it.each([
  ['file', 'its folder is gone'],
  ['file', 'the file was emptied'],
  ['tag', "one client's tag was deleted: it is told, and the other is served"],
  ['tag', 'all tags were deleted, also the marks: nothing begins without --init'],
] as const)('with cursors in a %s: %s', async (kind, name) => {
  const scene = await openFixedScene(kind, ['one', 'two']);
  try {
    expect(await cases(kind)[name]?.(scene)).toEqual([]);
  } finally {
    await scene.close();
  }
});

it('a cursor that is cut off or has a wrong byte is never taken for another', async () => {
  expect((await brokenCursors(true)).failures).toEqual([]);
});

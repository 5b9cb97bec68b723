/** Disks that are full, folders that cannot be written, cursors that are broken or gone: a clear end, and never 'empty'. */
import { cases, type Case } from './damage-cases.ts';
import { brokenCursors } from './broken-cursors.ts';
import type { Part } from './part.ts';
import { openFixedScene } from './real/fixed-scene.ts';

export const damage: Part = async ({ quick }) => {
  const failures: string[] = [];
  const skipped: string[] = [];
  let done = 0;
  for (const kind of ['file', 'tag'] as const) {
    const scene = await openFixedScene(kind, ['one', 'two', 'three']);
    try {
      for (const [name, act] of Object.entries<Case>(cases(kind))) {
        scene.reset();
        scene.receivers.behave = () => ({ kind: 'answer', status: 204 });
        const wrong = await act(scene).catch((error: unknown) => [(error as Error).stack ?? '']);
        if (wrong === 'skipped') skipped.push(`${kind}: ${name}`);
        else {
          done++;
          if (wrong.length > 0) failures.push(`${kind}: ${name}\n    ${wrong.join('\n    ')}`);
        }
      }
    } finally {
      await scene.close();
    }
  }
  const broken = await brokenCursors(quick);
  return {
    summary:
      `${done} disturbed runs${skipped.length > 0 ? ` (not possible here: ${skipped.join('; ')})` : ''}; ` +
      broken.summary,
    failures: [...failures, ...broken.failures],
  };
};

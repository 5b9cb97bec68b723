/**
 * Team files of the revision at which a walk starts that nothing has needed yet.
 *
 * If the path alone gives the id, and one configuration applies to all revisions, a change of a file can affect only
 * files whose paths give the same id; all others may stay unread. The teams that a broken file keeps have the id of its
 * path too.
 */
import { idOfPath, type IdTemplate } from './configuration/id-template.ts';
import type { TreeFile } from './history.ts';

export interface UnreadFiles {
  /** Takes the files whose ids a change of `paths` may affect, and marks them as read. */
  take(paths: Iterable<string>): readonly TreeFile[];
  takeAll(): readonly TreeFile[];
}

/** undefined if the content of any file is needed to know its ids. */
export function unreadFiles(files: readonly TreeFile[], template: IdTemplate): UnreadFiles | undefined {
  const byId = new Map<string, TreeFile[]>();
  for (const file of files) {
    const id = idOfPath(template, file.path);
    if (id === undefined) return undefined;
    const same = byId.get(id);
    if (same === undefined) byId.set(id, [file]);
    else same.push(file);
  }
  const takeAll = (): readonly TreeFile[] => {
    const all = [...byId.values()].flat();
    byId.clear();
    return all;
  };
  return {
    takeAll,
    take(paths) {
      const taken: TreeFile[] = [];
      for (const path of paths) {
        const id = idOfPath(template, path);
        if (id === undefined) return [...taken, ...takeAll()];
        for (const file of byId.get(id) ?? []) taken.push(file);
        byId.delete(id);
      }
      return taken;
    },
  };
}

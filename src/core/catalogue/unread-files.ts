/**
 * Team files of the revision that a walk starts from which nothing has asked for yet.
 *
 * Where the path alone gives the id, with one configuration at all revisions, a change of a file concerns no others
 * but those whose paths give the same id: all else may stay unread. What a broken file holds is of its path's id too.
 */
import { idOfPath, type IdTemplate } from './configuration/id-template.ts';
import type { TreeFile } from './history.ts';

export interface UnreadFiles {
  /** Those that changes of `paths` may concern; they are not unread any more. */
  take(paths: Iterable<string>): readonly TreeFile[];
  takeAll(): readonly TreeFile[];
}

/** undefined where any of the files has to be read to know its ids. */
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

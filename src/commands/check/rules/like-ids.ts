/** Teams whose ids look alike. */
import { byCodeUnits } from '../../../core/catalogue/reading/json-value.ts';
import type { TeamEntry } from '../../../core/catalogue/team.ts';
import { quoted } from '../../../core/text/unicode.ts';
import type { NodePath } from '../../../core/yaml/yaml-text.ts';
import { lookAlikePairs, spellingDifference } from './spelling.ts';

interface LikeId {
  /** Path of the later of the two, in the order of ids. */
  readonly node: NodePath;
  readonly message: string;
}

/** By the file of the later one. */
export function likeIdsByFile(teams: Iterable<TeamEntry>): ReadonlyMap<string, readonly LikeId[]> {
  const byFile = new Map<string, LikeId[]>();
  const sorted = [...teams].sort((a, b) => byCodeUnits(a.id, b.id));
  for (const { first, second } of lookAlikePairs(sorted, ({ id }) => id)) {
    const message =
      `the id ${quoted(second.id)} differs from ${quoted(first.id)} in ${first.file} only in ` +
      spellingDifference(first.id, second.id);
    const known = byFile.get(second.file);
    if (known === undefined) byFile.set(second.file, [{ node: second.node, message }]);
    else known.push({ node: second.node, message });
  }
  return byFile;
}

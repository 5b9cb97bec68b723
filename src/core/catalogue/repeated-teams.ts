/**
 * Reports teams that are left out because another file has the same id, with their positions; each file is read once.
 */
import type { Position } from '../yaml/yaml-text.ts';
import type { Catalogue } from './catalogue.ts';
import type { HistorySource } from './history.ts';
import { byCodeUnits } from './reading/json-value.ts';
import { MAX_PROBLEMS, yamlOf, type Blob } from './reading/team-file.ts';
import type { Problem, TeamEntry } from './team.ts';

interface Repeated {
  readonly entry: TeamEntry;
  /** The path of the file whose team is used. */
  readonly counts: string;
}

/**
 * Only pairs of files of which at least one is `touched`. At most {@link MAX_PROBLEMS} per file one by one, then a
 * count.
 */
export async function repeatedTeams(
  source: HistorySource,
  catalogue: Catalogue,
  touched: ReadonlySet<string>,
): Promise<Problem[]> {
  const byFile = new Map<string, Repeated[]>();
  for (const { entry, counts } of catalogue.hidden()) {
    if (!touched.has(entry.file) && !touched.has(counts.file)) continue;
    const known = byFile.get(entry.file);
    if (known === undefined) byFile.set(entry.file, [{ entry, counts: counts.file }]);
    else known.push({ entry, counts: counts.file });
  }
  if (byFile.size === 0) return [];
  const paths = [...byFile.keys()].sort(byCodeUnits);
  const files = paths.flatMap((path) => catalogue.file(path) ?? []);
  const found: Problem[] = [];
  let next = 0;
  for await (const batch of source.blobs(files.map(({ blob }) => blob)).batches()) {
    for (const blob of batch) {
      const path = paths[next] ?? '';
      found.push(...problemsOf(path, files[next]?.commit ?? '', blob, byFile.get(path) ?? []));
      next++;
    }
  }
  return found;
}

function problemsOf(path: string, commit: string, blob: Blob, repeated: readonly Repeated[]): Problem[] {
  const yaml = yamlOf(blob);
  const inOrder = [...repeated].sort((a, b) => byCodeUnits(a.entry.id, b.entry.id));
  const problems = inOrder.slice(0, MAX_PROBLEMS).map(({ entry, counts }): Problem => {
    const id = JSON.stringify(entry.id);
    const message = `the team id ${id} is also in ${counts}, which counts; this one is left out`;
    return { path, commit, ...placeOf(entry, yaml), message };
  });
  const more = repeated.length - problems.length;
  if (more > 0) {
    const message = `${more} more team ids of this file are also in other files, which count; these are left out`;
    problems.push({ path, commit, line: 1, column: 1, message });
  }
  return problems;
}

/** The position of a team now. A team that a broken file keeps may no longer be in it; then the start of the file. */
const placeOf = ({ node }: TeamEntry, yaml: ReturnType<typeof yamlOf>): Position =>
  yaml.ok ? yaml.value.locate(node) : { line: 1, column: 1 };

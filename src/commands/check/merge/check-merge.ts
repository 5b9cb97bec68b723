/** What merging would send, with everything that was wrong before it told apart. */
import type { MergePreview } from '../check-report.ts';
import type { CheckedFiles } from '../read-files.ts';
import type { Finding } from '../rules/finding.ts';
import { heldChanges, markKnown } from '../rules/known-findings.ts';
import { findingsBefore } from './findings-before.ts';
import { previewMerge, type MergeOptions } from './merge-preview.ts';
import type { MergedRevision } from './merged-revision.ts';

interface CheckedMerge {
  readonly preview: MergePreview;
  /** Those of the revision, marked if they were there before, and those of the merge itself. */
  readonly findings: readonly Finding[];
}

/** `ofRevision`: the findings of the revision and its files. @throws {HistoryError} as `previewMerge` does */
export async function checkMerge(
  merged: MergedRevision,
  ofRevision: readonly Finding[],
  files: CheckedFiles,
  options: MergeOptions,
  stop: AbortSignal,
): Promise<CheckedMerge> {
  const { findings: ofMerge, touched, ...preview } = await previewMerge(merged, files, options, stop);
  const { repository, source } = merged;
  const { from } = preview;
  if (ofRevision.length === 0 || from === null) return { preview, findings: [...ofRevision, ...ofMerge] };
  const marked = markKnown(ofRevision, await findingsBefore(repository, from, files, source));
  return { preview, findings: [...marked, ...heldChanges(marked, touched), ...ofMerge] };
}

/** Reads everything that `check` looks at, and collects all problems. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { sourceOf } from '../../adapters/git/source-uri.ts';
import { byCodeUnits } from '../../core/catalogue/reading/json-value.ts';
import type { CheckReport } from './check-report.ts';
import { checkMerge } from './merge/check-merge.ts';
import type { MergeOptions } from './merge/merge-preview.ts';
import { readCatalogueAt, type CatalogueAt } from './read-catalogue.ts';
import { readCheckedFiles, understoodClients, type FileOptions } from './read-files.ts';
import { exitCodeOfFindings, type Finding } from './rules/finding.ts';

export interface ExamineOptions extends FileOptions, Omit<MergeOptions, 'base'> {
  readonly to: string | undefined;
  readonly base: string | undefined;
}

export interface Examined {
  readonly report: CheckReport;
  /** undefined if `--config` cannot be used. */
  readonly catalogue: CatalogueAt | undefined;
}

/** @throws {UsageError | HistoryError} if a file that was named or a revision cannot be read */
export async function examine(
  repository: Repository,
  options: ExamineOptions,
  stop: AbortSignal,
): Promise<Examined> {
  const revision = await resolveCommit(repository, options.to ?? 'HEAD');
  const files = readCheckedFiles(repository, options);
  const source = await sourceOf(repository, revision);
  const catalogue =
    files.override.kind === 'broken'
      ? undefined
      : await readCatalogueAt(repository, revision, files.override, source);
  stop.throwIfAborted();
  const { base } = options;
  const ofRevision = [...files.findings, ...(catalogue?.findings ?? [])];
  const merge =
    base === undefined || catalogue === undefined
      ? undefined
      : await checkMerge(
          { repository, revision, source, ...catalogue },
          ofRevision,
          files,
          { ...options, base },
          stop,
        );
  const findings = (merge?.findings ?? ofRevision).toSorted(inOrder);
  const report = {
    revision,
    understood: catalogue?.understood,
    clients: files.clients && understoodClients(files.clients),
    merge: merge?.preview,
    checked: [...(catalogue?.checked ?? []), ...files.checked],
    findings,
    exitCode: exitCodeOfFindings(findings),
  };
  return { report, catalogue };
}

const inOrder = (a: Finding, b: Finding): number =>
  byCodeUnits(a.path, b.path) || a.line - b.line || a.column - b.column || byCodeUnits(a.check, b.check);

/** `team-events check`: for merge requests. Checks everything, shows how it was read, and what merging would send. */
import { openRepository } from '../../adapters/git/clone/repository.ts';
import { resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { defaultSource } from '../../adapters/git/source-uri.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { byCodeUnits } from '../../core/catalogue/reading/json-value.ts';
import { requiredVariables } from '../../core/clients/binding/bind-client.ts';
import { printable } from '../../core/text/log-safe.ts';
import type { ExitCode } from '../../errors.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import type { CheckReport, UnderstoodClients } from './check-report.ts';
import { CHECK_REPORTERS, type CheckFormat } from './formats/formats.ts';
import { previewMerge, type MergeOptions } from './merge/merge-preview.ts';
import { readCatalogueAt, uncommittedFiles } from './read-catalogue.ts';
import { readCheckedFiles } from './read-files.ts';
import type { CheckedClients } from './rules/client-checks.ts';
import { exitCodeOfFindings, type Finding } from './rules/finding.ts';

/** As the command line declares them. */
export interface CheckOptions extends Omit<MergeOptions, 'base'> {
  readonly repo: string;
  readonly to: string | undefined;
  readonly base: string | undefined;
  readonly clients: string | undefined;
  readonly config: string | undefined;
  readonly policy: string | undefined;
  readonly format: CheckFormat;
}

/** Checks the files, without network, credentials or variables; reports all problems at once. */
export async function check(options: CheckOptions, context: RunContext): Promise<ExitCode> {
  const { console, stop } = context;
  const repository = await openRepository(options.repo, callerOf(context));
  const revision = await resolveCommit(repository, options.to ?? 'HEAD');
  const files = readCheckedFiles(repository, options);
  const source = await defaultSource(repository, revision);
  const catalogue =
    files.override.kind === 'broken'
      ? undefined
      : await readCatalogueAt(repository, revision, files.override, source);
  stop.stopping.throwIfAborted();
  if (catalogue !== undefined && options.to === undefined) {
    noteUncommitted(await uncommittedFiles(repository, catalogue.matches), console);
  }
  const { base } = options;
  const merge =
    base === undefined || catalogue === undefined
      ? undefined
      : await previewMerge(
          { repository, revision, source, ...catalogue },
          files,
          { ...options, base },
          stop.stopping,
        );
  const findings = [...files.findings, ...(catalogue?.findings ?? []), ...(merge?.findings ?? [])];
  const report: CheckReport = {
    revision,
    understood: catalogue?.understood,
    clients: files.clients && understoodClients(files.clients),
    merge,
    checked: [...(catalogue?.checked ?? []), ...files.checked],
    findings: findings.sort(inOrder),
    exitCode: exitCodeOfFindings(findings),
  };
  const show = await CHECK_REPORTERS[options.format]();
  const text = show(report, console.style);
  await (options.format === 'github' ? console.command(text) : console.print(text));
  return report.exitCode;
}

/** Warns people who check their own clone and may expect uncommitted changes to be included. */
function noteUncommitted(paths: readonly string[], console: RunContext['console']): void {
  if (paths.length === 0) return;
  const named = paths.slice(0, 5).map(printable).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  console.note(`not committed, and so not checked: ${named}${more}`);
}

const understoodClients = ({ path, clients }: CheckedClients): UnderstoodClients => ({
  path,
  clients: clients.map((client) => ({
    name: client.name,
    events: [...client.subscriptions.keys()],
    start: client.start,
    paused: client.paused,
    variables: requiredVariables(client),
  })),
});

const inOrder = (a: Finding, b: Finding): number =>
  byCodeUnits(a.path, b.path) || a.line - b.line || a.column - b.column || byCodeUnits(a.check, b.check);

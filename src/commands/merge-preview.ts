/**
 * What merging a revision would send.
 *
 *     A ── B ── C          base
 *      \         \
 *       x ── y ── M        the merge: on the first-parent line one step, which brings what x and y changed together
 *
 * So it is one step from the last common commit (A) to the revision (y), read as if y were the child of A. What the
 * base changed since (B, C) was sent already, or will be by itself.
 */
import type { Configuration } from '../catalogue/configuration.ts';
import { decode } from '../catalogue/team-file.ts';
import type { TeamEntry } from '../catalogue/team.ts';
import type { MergePreview } from '../check/check-report.ts';
import type { Finding } from '../check/finding.ts';
import type { Client } from '../clients/clients-file.ts';
import { selectForLane } from '../clients/lane-selection.ts';
import { guardRemovals, type GuardLimits } from '../delivery/removal-guard.ts';
import { HistoryError } from '../errors.ts';
import type { LogStep } from '../events/log-step.ts';
import { renameHints } from '../events/rename-hints.ts';
import { createHistorySource } from '../git/history.ts';
import { countReachable } from '../git/plan-range.ts';
import { GitCommandError, resolveCommit, type Repository } from '../git/repository.ts';
import { readBlob } from '../catalogue/history.ts';
import { EVERY } from '../option-values.ts';
import { renameText } from '../report/rename-text.ts';
import { printable } from '../report/style.ts';
import { parseYaml, type Position } from '../yaml/yaml-text.ts';
import { allowedReachableOf } from './allowed-removals.ts';
import { receiversOf } from './print-events.ts';
import { walkStep, type WalkedStep } from './walk-step.ts';

export interface MergeOptions {
  readonly base: string;
  /** New teams that are no renamed ones. */
  readonly notRenamed: readonly string[];
  readonly allowRemovals: string | undefined;
}

export type PreviewedMerge = Omit<MergePreview, 'beginnings'> & { readonly findings: readonly Finding[] };

/** `clientsPath` is for findings. @throws {HistoryError} where the base is not there, or has no commit in common */
export async function previewMerge(
  repository: Repository,
  revision: string,
  { clients, clientsPath }: { readonly clients: readonly Client[]; readonly clientsPath: string },
  guard: GuardLimits,
  fixed: Configuration | undefined,
  source: string,
  { base, notRenamed, allowRemovals }: MergeOptions,
): Promise<PreviewedMerge> {
  const tip = await resolveCommit(repository, base);
  const from = await mergeBase(repository, tip, revision, base);
  const behind = Number(await repository.git('rev-list', '--count', tip, `^${revision}`));
  const shared = { into: base, from, to: revision, behind };
  if (from === revision) return { ...shared, step: undefined, receivers: new Map(), findings: [] };
  const reachable = await countReachable(repository, revision);
  const walked = await walkStep(
    repository,
    { from, to: revision, reachable, consecutive: true },
    fixed,
    source,
  );
  const step = walked.log;
  if (step === undefined) return { ...shared, step, receivers: new Map(), findings: [] };
  const gets = receiversOf(clients, step.events, () => true);
  const allowed = await allowedReachableOf(repository, revision, allowRemovals);
  return {
    ...shared,
    step,
    receivers: new Map(step.events.map((event) => [event.id, gets(event)])),
    findings: [
      ...(await untoldRenames(repository, walked, notRenamed)),
      ...clients.flatMap((client) => guardFinding(client, clientsPath, step, guard, allowed)),
    ],
  };
}

async function mergeBase(repository: Repository, a: string, b: string, base: string): Promise<string> {
  try {
    return (await repository.git('merge-base', a, b)).trim();
  } catch (error) {
    if (!(error instanceof GitCommandError) || error.code !== 1) throw error;
    throw new HistoryError(
      `${JSON.stringify(base)} and ${b} have no commit in common`,
      'Name the branch that the merge request is for with --base.',
    );
  }
}

async function untoldRenames(
  repository: Repository,
  { step }: WalkedStep,
  notRenamed: readonly string[],
): Promise<Finding[]> {
  if (notRenamed.includes(EVERY)) return [];
  const key = step.configuration.previously[0] ?? 'previously';
  const hints = renameHints(step.before, step.after).filter(({ to }) => !notRenamed.includes(to.id));
  return Promise.all(
    hints.map(async (hint): Promise<Finding> => {
      const message = `${renameText(hint, key)}; if they are two teams: --not-renamed ${hint.to.id}`;
      const place = await placeOf(repository, step.step.changes, hint.to);
      return { check: 'untold-rename', path: hint.to.file, ...place, message };
    }),
  );
}

/** Where a team stands in its file. */
async function placeOf(
  repository: Repository,
  changes: WalkedStep['step']['step']['changes'],
  { file, node }: TeamEntry,
): Promise<Position> {
  const blob = changes.find(({ path }) => path === file)?.after?.blob;
  const decoded =
    blob === undefined ? undefined : decode(await readBlob(createHistorySource(repository), blob));
  const yaml = decoded?.ok ? parseYaml(decoded.text) : undefined;
  return yaml?.ok ? yaml.locate(node) : { line: 1, column: 1 };
}

const NAMED = 10;

/** What the guard would say if nothing but this were pending. */
function guardFinding(
  client: Client,
  path: string,
  step: LogStep,
  limits: GuardLimits,
  allowedReachable: number,
): Finding[] {
  const dispositions = selectForLane(client, step.events);
  const due = step.events.filter((_, index) => dispositions[index] === 'send');
  const stop = guardRemovals([step], [due], limits, allowedReachable);
  if (stop === undefined) return [];
  const { deletedTeams, removedMemberships, population } = stop;
  const named = deletedTeams.slice(0, NAMED).map(printable).join(', ');
  const more = deletedTeams.length > NAMED ? ` and ${deletedTeams.length - NAMED} more` : '';
  const teams =
    deletedTeams.length > 0
      ? `delete ${deletedTeams.length} of ${population.teams} teams (${named}${more}), `
      : '';
  const message =
    `the removal guard would stop this client: merging would ${teams}` +
    `take away ${removedMemberships} of ${population.memberships} memberships; ` +
    'if that is meant: --allow-removals HEAD here, and --allow-removals with the merged commit in the run that sends it';
  return [{ check: 'removal-guard', path, client: client.name, line: client.line, column: 1, message }];
}

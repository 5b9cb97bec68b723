/** After the merge: says in the note of each merge request that brought a commit what a run has delivered of it. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { ForgeError, type Forge } from '../../adapters/forge/forge.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { RunResult } from '../../reporters/run/run-reporter.ts';
import { commitsTold, deliveriesOf } from './deliveries.ts';
import { deliveredText } from './delivered-text.ts';
import { keepNote, type NoteSettings } from './keep-note.ts';
import { withForge, type CommentOptions } from './with-forge.ts';

/** Bounds the questions for a run that has long been behind: the newest commits count. */
const MAX_LOOKUPS = 20;

/** A function for the end of a run; without `--comment` it does nothing. */
export const commentOnDelivered =
  (repository: Repository, options: CommentOptions, context: RunContext) =>
  async (result: RunResult): Promise<void> => {
    if (options.comment === undefined) return;
    const commits = [...commitsTold(result)];
    if (commits.length === 0) return;
    await withForge(repository, options, context, async (forge, settings) => {
      const asked = commits.slice(0, MAX_LOOKUPS);
      if (asked.length < commits.length)
        context.console.note(
          `of ${commits.length} commits only the newest ${asked.length} are told in their merge requests`,
        );
      const requests = await requestsOf(forge, asked);
      const failures: ForgeError[] = [];
      for (const [request, own] of requests) {
        await writeNote(forge, request, own, result, context, settings).catch((error: unknown) => {
          // One that is locked, say, does not keep the others from being told.
          if (!(error instanceof ForgeError) || error.status === undefined || error.status >= 500)
            throw error;
          failures.push(error);
        });
      }
      if (failures[0] !== undefined) throw failures[0];
    });
  };

/** Of one merge request: its commits, newest first, and their events. */
interface Brought {
  readonly commits: readonly string[];
  readonly events: ReadonlySet<LoggedEvent>;
}

async function requestsOf(
  forge: Forge,
  commits: readonly (readonly [string, readonly LoggedEvent[]])[],
): Promise<ReadonlyMap<string, Brought>> {
  const requests = new Map<string, Brought>();
  for (const [commit, events] of commits) {
    for (const request of await forge.mergedWith(commit)) {
      const known = requests.get(request);
      requests.set(request, {
        commits: [...(known?.commits ?? []), commit],
        events: new Set([...(known?.events ?? []), ...events]),
      });
    }
  }
  return requests;
}

async function writeNote(
  forge: Forge,
  request: string,
  { commits, events }: Brought,
  result: RunResult,
  { redactor }: RunContext,
  settings: NoteSettings,
): Promise<void> {
  const { pipeline, link: run } = forge;
  const { to: commit } = result.report;
  await keepNote(
    forge,
    request,
    (known) => {
      const before = known?.kind === 'run' ? known.clients : undefined;
      const deliveries = deliveriesOf(result, events, before);
      const after = Object.fromEntries(deliveries);
      // A retry that changed nothing rewrites nothing.
      if (JSON.stringify(after) === JSON.stringify(before)) return undefined;
      const text = redactor.redact(deliveredText(deliveries, result, commits, run));
      return { marker: { kind: 'run', commit, ...(pipeline && { pipeline }), clients: after }, text };
    },
    settings,
  );
}

/** What helps a client that was not sent everything, and who can do it. */
import type { Client } from '../../../core/clients/file/client.ts';
import type { MisconfiguredClient } from '../../../core/clients/file/clients-file.ts';
import type { Helper, LaneProblem, LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import type { LaneStatus } from '../../../core/delivery/lane/lane-status.ts';
import { hostInRule } from '../../../adapters/network/network-policy.ts';
import { parseUrl } from '../../../core/text/parse-url.ts';
import type { RunCommands } from '../../run-commands.ts';

export interface AdviceSource {
  readonly commands: RunCommands | undefined;
  /** Where the client's entry is (`clients.yml:12`); undefined if it is in no file. */
  readonly placeOf: (client: string) => string | undefined;
  /** The events that its entry skips already. */
  readonly skippedBy: (client: string) => readonly string[];
  /** Whether the next run goes on where this one ended, as it does with cursors. */
  readonly resumes: boolean;
}

/** `entries` are those of the clients file at `path`; undefined if they are in no file. */
export function adviceSource(
  entries: readonly (Client | MisconfiguredClient)[],
  path: string | undefined,
  commands: RunCommands | undefined,
  resumes: boolean,
): AdviceSource {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    commands,
    resumes,
    placeOf: (client) => (path === undefined ? undefined : `${path}:${byName.get(client)?.line}`),
    skippedBy(client) {
      const entry = byName.get(client);
      return entry !== undefined && 'skip' in entry ? [...entry.skip] : [];
    },
  };
}

/** undefined: nobody has to do anything, or only wait. */
const HELPER: Readonly<Record<LaneStatus, Helper | undefined>> = {
  done: undefined,
  blocked: 'owner',
  held: 'owner',
  gone: 'owner',
  guarded: 'operator',
  paused: undefined,
  misconfigured: 'owner',
  removed: undefined,
  stopped: undefined,
  claimed: 'operator',
  lost: undefined,
  history: 'operator',
  cursor: 'operator',
};

/** How many events of held teams are named. */
const NAMED = 10;

/** The result with what helps. A command stands on a line of its own, indented; it is the whole command. */
export function advised(result: LaneResult, source: AdviceSource): LaneResult {
  const help = helpFor(result, source);
  const helper = result.problem?.helper ?? HELPER[result.status];
  return { ...result, ...(helper && { helper }), ...(help.length > 0 && { help }) };
}

function helpFor(
  { client, status, pending, problem, held = [] }: LaneResult,
  { commands, placeOf, skippedBy, resumes }: AdviceSource,
): readonly string[] {
  const again = (how: string): readonly string[] =>
    commands === undefined ? [] : [how, `  ${commands.again(client)}`];
  const entry = placeOf(client);
  const passOver = (what: string, events: readonly string[]): readonly string[] => {
    const skipped = skippedBy(client);
    const where = skipped.length === 0 ? '' : ', in place of its skip';
    return entry === undefined || events.length === 0
      ? []
      : [
          `To go on without ${what}, write into its entry, ${entry}${where}:`,
          `  skip: [${[...skipped, ...events].join(', ')}]`,
        ];
  };
  const REPEATS = 'To try again (what it has accepted comes again, with the same ids):';
  const allowed = (found: LaneProblem | undefined): readonly string[] => {
    const host = found?.message.includes('--allow-host')
      ? (hostOf(found.endpoint) ?? hostInRule(found.message))
      : undefined;
    if (host === undefined || commands === undefined) return again('When that is allowed:');
    const command = commands.again(client, { '--allow-host': host });
    return ['If that host may be reached (better: network.allow in the policy):', `  ${command}`];
  };
  switch (status) {
    case 'blocked': {
      const { event, helper } = problem ?? {};
      return [
        ...(helper === 'operator'
          ? allowed(problem)
          : again(resumes ? 'The next run tries it again. To try now:' : REPEATS)),
        ...passOver('this event', event ? [event.id] : []),
      ];
    }
    case 'held': {
      const ids = held.flatMap(({ problem: { event } }) => event?.id ?? []).slice(0, NAMED);
      return [
        ...again(resumes ? 'The next run tries these teams again. To try now:' : REPEATS),
        ...passOver('the events that they wait for', ids),
      ];
    }
    case 'gone':
      return entry === undefined
        ? []
        : [`It wants no more events: remove its entry, ${entry}. If its url is wrong, correct that.`];
    case 'paused':
      return entry === undefined || pending === 0
        ? []
        : [`It goes on when "paused: true" is taken out of its entry, ${entry}.`];
    case 'misconfigured':
      return again(
        problem?.helper === 'operator'
          ? 'Set that, then run it again:'
          : `Correct ${entry === undefined ? 'that' : `it (its entry begins at ${entry})`}, then run it again:`,
      );
    case 'stopped':
      return again(resumes ? 'The next run goes on there. To go on now:' : REPEATS);
    case 'lost':
      return again('The next run goes on where its cursor is now:');
    case 'claimed':
      return commands?.unlock === undefined
        ? []
        : [
            'A run after that takes it over. If that other run is dead, free it now:',
            `  ${commands.unlock(client)}`,
          ];
    case 'cursor':
      return problem?.details?.some((line) => line.includes('team-events '))
        ? []
        : again('When that is corrected:');
    case 'guarded': // says so itself, because it knows the commits
    case 'history':
    case 'done':
    case 'removed':
      return [];
  }
}

/** The host of a problem's endpoint, `POST https://example.com/path`. */
function hostOf(endpoint: string | undefined): string | undefined {
  const url = endpoint === undefined ? undefined : parseUrl(endpoint.replace(/^\S+ /, ''));
  return url?.hostname || undefined;
}

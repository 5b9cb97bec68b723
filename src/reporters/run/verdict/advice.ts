/** What helps a client that was not sent everything, and who can do it. */
import type { Client } from '../../../core/clients/file/client.ts';
import type { MisconfiguredClient } from '../../../core/clients/file/clients-file.ts';
import type { Helper, LaneProblem, LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import type { LaneStatus } from '../../../core/delivery/lane/lane-status.ts';
import { hostInRule } from '../../../adapters/network/network-policy.ts';
import { parseUrl } from '../../../core/text/parse-url.ts';
import type { MoreOptions } from '../../../errors.ts';
import { variableCommands } from '../../variable-commands.ts';
import type { RunCommands } from '../../run-commands.ts';
import { correction, refusedThing, type RefusingClient } from './refused-thing.ts';

export interface AdviceSource {
  readonly commands: RunCommands | undefined;
  /** Where the client's entry is (`clients.yml:12`); undefined if it is in no file. */
  readonly placeOf: (client: string) => string | undefined;
  /** Its entry; undefined if it cannot be read. */
  readonly entryOf: (client: string) => (RefusingClient & Pick<Client, 'indent' | 'skip'>) | undefined;
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
    entryOf(client) {
      const entry = byName.get(client);
      return entry !== undefined && 'skip' in entry ? entry : undefined;
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
  const help = [...(result.help ?? []), ...helpFor(result, source)];
  const helper = isNeverAllowed(result.problem) ? 'owner' : (result.problem?.helper ?? HELPER[result.status]);
  return { ...result, ...(helper && { helper }), ...(help.length > 0 && { help }) };
}

function helpFor(
  result: LaneResult,
  { commands, placeOf, entryOf, resumes }: AdviceSource,
): readonly string[] {
  const { client, status, pending, problem, held = [] } = result;
  const again = (how: string, more?: MoreOptions): readonly string[] =>
    commands === undefined ? [] : [how, `  ${commands.again(client, more)}`];
  const entry = placeOf(client);
  const passOver = (what: string, problems: readonly LaneProblem[]): readonly string[] => {
    const known = entryOf(client);
    if (entry === undefined || known === undefined) return [];
    const things = problems.map((one) => refusedThing(one, known));
    const corrections = [...new Set(things)].flatMap((thing) =>
      thing === undefined || thing === 'event' ? [] : [correction(thing, known, entry)],
    );
    const events = problems.flatMap(({ event }, index) =>
      event && things[index] === 'event' ? [event.id] : [],
    );
    if (events.length === 0) return corrections;
    const { skip, indent } = known;
    const skipped = [...skip];
    const place = indent === undefined ? 'on that line, after the {' : 'as it is indented here';
    const where = skipped.length === 0 ? place : `${place}, in place of its skip`;
    return [
      ...corrections,
      `To go on without ${what}, which this client then never gets, write this line into its entry, ${entry}, ${where}:`,
      skipLine([...skipped, ...events], indent),
    ];
  };
  const REPEATS = 'To try again (what it has accepted may come again, with the same ids):';
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
      if (isNeverAllowed(problem))
        return entry === undefined
          ? []
          : [`It is never reached, whatever is allowed: correct the url in its entry, ${entry}.`];
      return [
        ...(problem?.helper === 'operator'
          ? allowed(problem)
          : again(resumes ? 'The next run tries it again. To try now:' : REPEATS)),
        ...passOver('this event', problem ? [problem] : []),
      ];
    }
    case 'held': {
      const problems = held.map((team) => team.problem).slice(0, NAMED);
      return [
        ...again(resumes ? 'The next run tries these teams again. To try now:' : REPEATS),
        ...passOver('the events that they wait for', problems),
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
    case 'misconfigured': {
      const { variables = [] } = problem ?? {};
      const known = entryOf(client);
      if (variables.length === 0)
        return again(
          `Correct ${entry === undefined ? 'that' : `it (its entry begins at ${entry})`}, then run it again:`,
          commands?.beginning,
        );
      return [
        ...(known ? variableCommands(known, variables) : []).flatMap(({ how, command }) => [
          how,
          `  ${command}`,
        ]),
        ...again('Then run it again:', commands?.beginning),
      ];
    }
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
    case 'cursor': // where the cursor itself is unusable, what helps is known already
      return result.help === undefined ? again(REPEATS) : [];
    case 'guarded': // says so itself, because it knows the commits
    case 'history':
    case 'done':
    case 'removed':
      return [];
  }
}

/** Whether no setting of the operator lets the address be reached. */
const isNeverAllowed = (problem: LaneProblem | undefined): boolean =>
  problem?.helper === 'operator' && problem.message.includes(': always refused');

/** A line of the clients file, as it stands there. */
const skipLine = (events: readonly string[], indent: number | undefined): string =>
  indent === undefined
    ? `"skip": [${events.map((id) => `"${id}"`).join(', ')}],`
    : `${' '.repeat(indent)}skip: [${events.join(', ')}]`;

/** Whether a line of help is one of the clients file, which is shown as it stands there. */
export const isFileLine = (line: string): boolean => /^ *"?skip"?: \[/.test(line);

/** The host of a problem's endpoint, `POST https://example.com/path`. */
function hostOf(endpoint: string | undefined): string | undefined {
  const url = endpoint === undefined ? undefined : parseUrl(endpoint.replace(/^\S+ /, ''));
  return url?.hostname || undefined;
}

/** What to do about events that an endpoint has not accepted. */
import type { BoundClient } from '../../core/clients/binding/bind-client.ts';
import type { LaneProblem, LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { parseUrl } from '../../core/text/parse-url.ts';
import { commandLine } from '../../reporters/commands/command-line.ts';
import { askForVariable } from '../../reporters/variable-commands.ts';

/** `args`: the command line as it was given. A command stands on a line of its own, indented. */
export function withHelp(result: LaneResult, bound: BoundClient, args: readonly string[]): LaneResult {
  const { problem } = result;
  return problem?.event === undefined ? result : { ...result, help: helpFor(problem, bound, args) };
}

function helpFor(problem: LaneProblem, bound: BoundClient, args: readonly string[]): readonly string[] {
  const again = (more: Parameters<typeof commandLine>[1] = {}): string =>
    `  ${commandLine(args.map(withoutSecret), more)}`;
  const host = problem.message.includes('--allow-host') ? hostOf(problem.endpoint) : undefined;
  if (host !== undefined) return ['If that host may be reached:', again({ '--allow-host': host })];
  const { destination } = bound;
  const isUnsigned = destination.kind === 'webhook' && destination.keys.length === 0;
  if (problem.status !== 401 || !isUnsigned) return ['To try again:', again()];
  if (args.some((arg) => arg.startsWith('--client')))
    return ['It was sent unsigned: the entry of this client has no secrets. To try again:', again()];
  const { how, command } = askForVariable('TEAM_EVENTS_SEND_SECRET');
  return [
    `It was sent unsigned: set TEAM_EVENTS_SEND_SECRET to the key of the receiver. ${how}`,
    `  ${command}`,
    'Then try again:',
    again(),
  ];
}

/** Of a problem's endpoint, `POST https://example.com/path`. */
function hostOf(endpoint: string | undefined): string | undefined {
  const url = endpoint === undefined ? undefined : parseUrl(endpoint.replace(/^\S+ /, ''));
  return url?.hostname.replace(/^\[(.*)\]$/, '$1') || undefined;
}

/** Without a key and without a query, which may hold a secret: these are to be put in again. */
const withoutSecret = (arg: string): string =>
  arg.replace(/(:\/\/[^?#]*)\?[^#]*/, '$1?…').replace(/whsec_.*/s, 'whsec_…');

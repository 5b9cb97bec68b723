/** The last line of a run: its exit code, and what that means here. */
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import { exitCodeOfClient, isBehind } from '../../../core/delivery/run-report.ts';
import { counted } from '../../../core/text/counted.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { EXIT, type ExitCode } from '../../../errors.ts';
import type { RunKind, RunOutcome } from '../run-reporter.ts';

type Failure = Exclude<ExitCode, typeof EXIT.done>;

const MEANING: Readonly<Record<Failure, string>> = {
  [EXIT.bug]: 'a bug; please report it',
  [EXIT.usage]: 'a client, a file or an option is wrong',
  [EXIT.behind]: 'a client is behind; the next run goes on there',
  [EXIT.brokenFile]:
    'a team file is broken; all other changes were taken, and its own comes out when it is corrected',
  [EXIT.conflict]: 'another run serves a client, or has moved its cursor',
  [EXIT.history]: 'history does not lead from the cursor of a client to the target',
  [EXIT.guard]: 'the removal guard stopped a client before an unusually large removal',
  [EXIT.cursor]: 'a cursor cannot be read, used or written',
  [EXIT.interrupted]: 'interrupted; cursors are saved, and the next run goes on there',
  [EXIT.terminated]: 'terminated; cursors are saved, and the next run goes on there',
};

/** Where no cursor is kept. */
const STATELESS: Readonly<Partial<Record<Failure, string>>> = {
  [EXIT.behind]: 'a client was not sent everything',
  [EXIT.interrupted]: 'interrupted',
  [EXIT.terminated]: 'terminated',
};

/** What a dry run finds where there is no cursor at all. */
const NOT_BEGUN = 'no client has begun; the first run needs --init';

/** How many clients are named. */
const NAMED = 5;

/** `exit code 3: a client is behind; the next run goes on there (lists, news)` */
export function exitLine({ report, kind, resumes }: Omit<RunOutcome, 'totals'>): string {
  const { exitCode, clients } = report;
  const unsent = kind === 'run' ? '' : 'nothing was sent; ';
  const concerned = exitCode === EXIT.done ? [] : clients.filter((one) => exitCodeOfClient(one) === exitCode);
  const meaning = ((): string => {
    if (exitCode === EXIT.done) return success(clients, kind);
    if (exitCode === EXIT.cursor && concerned.length === 0) return NOT_BEGUN;
    return (resumes ? undefined : STATELESS[exitCode]) ?? MEANING[exitCode];
  })();
  return `exit code ${exitCode}: ${unsent}${meaning}${concerned.length > 0 ? ` (${named(concerned)})` : ''}`;
}

function success(clients: readonly LaneResult[], kind: RunKind): string {
  const count = clients.reduce((sum, { delivered }) => sum + delivered, 0);
  const behind = clients.filter(isBehind);
  const paused = behind.filter(({ status }) => status === 'paused');
  const late = behind.filter(({ status }) => status !== 'paused');
  const rest = [
    ...(paused.length > 0 ? [`; paused: ${named(paused)}`] : []),
    ...(late.length > 0 ? [`; behind, which is no failure: ${named(late)}`] : []),
  ].join('');
  if (kind !== 'run') {
    return `${count === 0 ? 'there is nothing to send' : `${counted(count, 'delivery', 'deliveries')} would be made`}${rest}`;
  }
  if (count === 0) return `${rest === '' ? 'there was nothing to send' : 'nothing was delivered'}${rest}`;
  return `everything${rest === '' ? '' : ' else'} was delivered${rest}`;
}

const named = (clients: readonly LaneResult[]): string => {
  const names = clients.slice(0, NAMED).map(({ client }) => printable(client));
  const more = clients.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${counted(more, 'other client')}` : names.join(', ');
};

/** What each format of runs gives: the events of a dry run, and the result of a run. */
import type { Style } from '../../adapters/process/terminal/style.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { LaneShare, Recipient, Recipients } from '../../core/delivery/recipients.ts';
import type { RunReport } from '../../core/delivery/run-report.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { ReplayedLane } from './replay-lines.ts';

export interface RunReporter {
  /** Of a dry run, or of a replay that only shows. */
  readonly events: (style: Style) => EventPrinter;
  /** Of a run that has sent, in pieces: all of it may be more than one text can hold. */
  readonly result: (result: RunResult, style: Style) => Iterable<string>;
}

/** Prints a log as its steps come: `begin`, each step that has events, `end`. */
export interface EventPrinter {
  begin(range: { readonly from: string | null; readonly to: string }): string;
  /** In as many pieces as it takes: a step may have tens of thousands of events. `before` is how many came before it. */
  step(events: readonly LoggedEvent[], before: number, recipientsOf?: RecipientsOf): Iterable<string>;
  /** `replayed` is what each client of a replay would get. */
  end(problems: readonly unknown[], replayed?: readonly ReplayedLane[]): string;
}

/** Who gets an event. */
export type RecipientsOf = (event: LoggedEvent) => readonly Recipient[];

/** What a run has to say, in the one form from which each format is made. */
export interface RunResult {
  readonly report: RunReport;
  /** Every step that the run has read. */
  readonly log: readonly LogStep[];
  /** Which events are listed; where nothing is said, those that anybody got, or was to get. */
  readonly asked: Selects | undefined;
  /** What each client got, and what is left. */
  readonly shares: readonly LaneShare[];
  /** The same by event. */
  readonly recipients: Recipients;
  /** How many events the text lists at most. */
  readonly atMost: number;
}

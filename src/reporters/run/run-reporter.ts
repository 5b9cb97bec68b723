/** The parts of a format for runs: the events of a dry run, and the result of a run. */
import type { Style } from '../../adapters/process/terminal/style.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { LaneShare, Recipient, Recipients } from '../../core/delivery/recipients.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import type { RunReport } from '../../core/delivery/run-report.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import type { EventType } from '../../core/events/event-type.ts';

export interface RunReporter {
  /** For a dry run, or a replay that is only shown. `atMost`: limit for the events listed in the text. */
  readonly events: (style: Style, atMost: number) => EventPrinter;
  /** For a run that has sent, in pieces, because the whole may exceed the size of a string. */
  readonly result: (result: RunResult, style: Style) => Iterable<string>;
}

/** Prints a log step by step: `begin`, each step that has events, `end`. */
export interface EventPrinter {
  begin(range: { readonly from: string | null; readonly to: string }): string;
  /** In pieces, because a step may have tens of thousands of events. `before`: number of events printed before it. */
  step(events: readonly LoggedEvent[], before: number, recipientsOf?: RecipientsOf): Iterable<string>;
  /** `outcome`: what a run would come to; undefined if no client is known. */
  end(problems: readonly Problem[], outcome?: RunOutcome): string;
}

/** What has sent, or would: a dry run, or a replay that is only shown. */
export type RunKind = 'run' | 'dry run' | 'replay';

/** How many commits and events the result lists. */
export interface Totals {
  readonly commits: number;
  readonly byType: ReadonlyMap<EventType, number>;
}

/** How a run has ended, or would end. */
export interface RunOutcome {
  /** Where nothing was sent: `delivered` of a client is what it would get if its receiver accepts. */
  readonly report: RunReport;
  readonly kind: RunKind;
  /** Whether the next run goes on where this one ended, as it does with cursors. */
  readonly resumes: boolean;
  readonly totals: Totals;
}

/** Says who gets an event. */
export type RecipientsOf = (event: LoggedEvent) => readonly Recipient[];

/** The result of a run, in the one form from which each format is made. */
export interface RunResult extends RunOutcome {
  /** Every step that the run read. */
  readonly log: readonly LogStep[];
  /** Events to list; undefined means those with at least one recipient, sent or pending. */
  readonly asked: Selects | undefined;
  /** What each client was sent, and what is left. */
  readonly shares: readonly LaneShare[];
  /** The same by event. */
  readonly recipients: Recipients;
  /** Limit for the events listed in the text. */
  readonly atMost: number;
}

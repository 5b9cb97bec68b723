/** The options of a run, as the command line declares them. */
import type { PolicyFlags } from '../adapters/files/policy-file.ts';
import type { ForgeName } from '../adapters/forge/forge-names.ts';
import type { EventType } from '../core/events/event-type.ts';
import type { OnRewrite } from '../core/events/on-rewrite.ts';
import type { CommandOptions } from '../reporters/commands/command-line.ts';
import type { RunFormat } from '../reporters/run/formats.ts';
import type { RangeWords } from './requested-range.ts';

export interface NotifyOptions extends RangeWords, PolicyFlags {
  readonly repo: string;
  readonly clients: string | undefined;
  readonly client: readonly string[];
  readonly type: readonly EventType[];
  readonly team: readonly string[];
  readonly printEvents: boolean;
  readonly format: RunFormat;
  /** Lists all events in the text. */
  readonly all: boolean;
  readonly squash: boolean;
  readonly onRewrite: OnRewrite;
  readonly config: string | undefined;
  readonly policy: string | undefined;
  readonly allowRemovals: string | undefined;
  readonly report: string | undefined;
  readonly journal: string | undefined;
  readonly comment?: ForgeName | undefined;
  readonly remote: string | undefined;
  readonly branch: string | undefined;
  readonly init: boolean;
  /** Milliseconds. */
  readonly claimFor: number;
  /** Milliseconds. */
  readonly maxDuration: number;
  /** Milliseconds: clients behind for less only warn. */
  readonly lateAfter: number | undefined;
  /** What stands on the command line, for commands that repeat it. */
  readonly given?: CommandOptions;
}

/** The options, declared once for all commands; most also have a `TEAM_EVENTS_…` variable. */
import { Option } from '@commander-js/extra-typings';
import { FORGE_NAMES } from '../adapters/forge/forge-names.ts';
import { MAX_DURATION_MS } from '../adapters/process/stop-signal.ts';
import { CHECK_REPORTERS } from '../commands/check/formats/formats.ts';
import { EVERY } from '../commands/check/merge/not-renamed.ts';
import { CURSOR_REPORTERS } from '../commands/cursor/formats/formats.ts';
import { EXPLAIN_REPORTERS } from '../commands/explain/formats/formats.ts';
import { STATUS_REPORTERS } from '../commands/status/formats/formats.ts';
import { DEFAULT_CLAIM_MS } from '../core/cursor/claim.ts';
import { type EventType, EVENT_TYPES } from '../core/events/event-type.ts';
import { REWRITE_CHOICES } from '../core/events/on-rewrite.ts';
import { formatNames } from '../reporters/formats/format-names.ts';
import { RUN_REPORTERS } from '../reporters/run/formats.ts';
import {
  claimTime,
  duration,
  isEventType,
  isName,
  listOf,
  someTime,
  time,
  wholeNumber,
} from './option-values.ts';

/** Declares an option together with its `TEAM_EVENTS_…` environment variable. */
export const option = <Flags extends string>(flags: Flags, description: string) => {
  const made = new Option(flags, description);
  return made.env(`TEAM_EVENTS_${made.name().replaceAll('-', '_').toUpperCase()}`);
};
/** The same, for a group of options in the help. */
const optionOf =
  (group: string) =>
  <Flags extends string>(flags: Flags, description: string) =>
    option(flags, description).helpGroup(group);
const range = optionOf('Range:');
const cursors = optionOf('Cursors:');
const files = optionOf('Files:');
export const selection = optionOf('Selection:');
const delivery = optionOf('Delivery:');
const output = optionOf('Output:');

/** The choices are the names in the command's record of reporters. */
export const formatOption = <Name extends string>(
  reporters: Readonly<Record<Name | 'text', () => Promise<unknown>>>,
  description = 'output format',
) =>
  output('--format <format>', description)
    .choices(formatNames(reporters))
    .default('text' as const);
export const NONE: readonly string[] = [];

export const REPO = option('-C, --repo <dir>', 'the teams repo, a clone or a bare repository').default('.');
export const COLOR = option('--color <when>', 'when to colour output; overrides NO_COLOR and FORCE_COLOR')
  .choices(['auto', 'always', 'never'] as const)
  .default('auto');

export const FROM = range('--from <ref>', 'start of the range, excluded; "root" is before the first commit');
export const TO = range('--to <ref>', 'end of the range, included (default: HEAD)');
export const SINCE = range(
  '--since <time>',
  'only what was committed after this time: RFC 3339, or a date (00:00 UTC of that day)',
).argParser(time);
export const UNTIL = range(
  '--until <time>',
  'only what was committed up to this time (default: everything up to --to)',
).argParser(time);
export const CLIENTS = files(
  '--clients <file>',
  'the clients file (default: clients.yml at the root of the teams repo)',
);
export const CLIENTS_TO_COMPARE = files(
  '--clients <file>',
  'also shows clients of this file that have not begun, and marks clients that are not in it',
);
export const CONFIG = files('--config <file>', 'use this file instead of team-events.yml, at every revision');
export const POLICY = files('--policy <file>', "the operator's policy: network, guard, delivery, cursor");
export const REPORT = output('--report <file>', "write the run's result to this file, as JSON");

export const JOURNAL = output(
  '--journal <file>',
  'add a line of JSON to this file for each attempt, as it ends',
);

export const CURSOR = cursors('--cursor <store>', 'where cursors are kept: tag:PREFIX or file:PATH');
export const REMOTE = cursors(
  '--remote <name>',
  'remote to take tags and branch from (default: origin; without one, this repository)',
);
export const BRANCH = cursors(
  '--branch <name>',
  'only commits on this branch of the remote may be sent (default: its HEAD)',
);
export const INIT = cursors('--init', 'let all clients begin, if the store is empty').default(false);
export const CLAIM_FOR = cursors(
  '--claim-for <duration>',
  'take over a client whose run has not renewed its claim for this long; the same for all runs',
)
  .argParser(claimTime)
  .default(DEFAULT_CLAIM_MS, '2m');
export const MAX_DURATION = delivery(
  '--max-duration <duration>',
  'end the run cleanly after this time; the next run goes on from there',
)
  .argParser(someTime)
  .default(MAX_DURATION_MS, '50m');
export const LATE_AFTER = output(
  '--late-after <duration>',
  'clients behind for less only warn, without exit code 3',
).argParser(duration);

export const PRINT_EVENTS = output(
  '--print-events',
  'dry run: print the events (with --clients, also who would get each)',
).default(false);
export const FORMAT = formatOption(RUN_REPORTERS);
export const ALL = output(
  '--all',
  'list all events; without it, more than 200 are summed up in the text',
).default(false);
export const STATUS_FORMAT = formatOption(STATUS_REPORTERS);
export const EXPLAIN_FORMAT = formatOption(EXPLAIN_REPORTERS);
export const CURSOR_FORMAT = formatOption(CURSOR_REPORTERS);
export const CLIENT = selection('--client <name>', 'only this client (repeatable)')
  .argParser(listOf(isName, 'expected a name'))
  .default(NONE);
export const TYPE = selection(
  '--type <type>',
  `only events of this type (repeatable): ${EVENT_TYPES.join(', ')}`,
)
  .argParser(listOf(isEventType, `expected one of ${EVENT_TYPES.join(', ')}`))
  .default([] as readonly EventType[]);
export const TEAM = selection('--team <id>', 'only events of this team (repeatable)')
  .argParser(listOf(isName, 'expected an id'))
  .default(NONE);
export const SQUASH = range('--squash', 'take the range as one step: its net change').default(false);
export const ON_REWRITE = range(
  '--on-rewrite <what>',
  'what to do if the start of the range is not an ancestor of its end',
)
  .choices(REWRITE_CHOICES)
  .default('fail' as const);

export const ALLOW_HOST = delivery(
  '--allow-host <host>',
  'host or CIDR that may be reached even on loopback or by plain http (repeatable)',
)
  .argParser(listOf(isName, 'expected a host name, an address or a CIDR'))
  .default(NONE);
export const ALLOW_REMOVALS = delivery(
  '--allow-removals <commit>',
  'let removals up to this commit pass the removal guard',
);
export const CONCURRENCY = delivery(
  '--concurrency <n>',
  'attempts in flight at once (default: as many as file descriptors allow)',
).argParser(wholeNumber(1));
export const TIMEOUT = delivery(
  '--timeout <duration>',
  'deadline of one attempt; a client may only shorten it (default: 15s)',
).argParser(someTime);
export const ATTEMPTS = delivery(
  '--attempts <n>',
  'give up on an event after this many failed attempts in one run; 429 does not count (default: 5)',
).argParser(wholeNumber(1));
export const RETRY_DELAY = delivery(
  '--retry-delay <duration>',
  'longest wait before the first retry; doubles up to 30s (default: 1s)',
).argParser(duration);
export const GIVE_UP_AFTER = delivery(
  '--give-up-after <duration>',
  'longest time of retries since the last accepted event, per client and run (default: 2m)',
).argParser(duration);

export const EXECUTE = new Option('--execute', 'do it; without this option it is only shown').default(false);
export const EVENTS = output('--events', 'also list the pending events').default(false);
export const CHECK = output(
  '--check',
  'exit with 3 if any client is behind; with 2, 6 or 8 if a run could not go on; with 4 if a file is broken',
).default(false);

export const CHECKED = range('--to <ref>', 'the revision to check (default: HEAD)');
export const BASE = range(
  '--base <ref>',
  'also show what merging into this revision would send (origin/main, say); "root" is before the first commit',
);
export const NOT_RENAMED = range(
  '--not-renamed [ids]',
  'these teams are new, not renamed (repeatable; without ids: all new teams)',
)
  .argParser(listOf(isName, 'expected an id'))
  .preset(EVERY)
  .default(NONE);
export const COMMENT = output(
  '--comment <forge>',
  'keep one note in the merge request current (token: TEAM_EVENTS_COMMENT_TOKEN)',
).choices(FORGE_NAMES);
export const COMMENT_ON_DELIVERED = output(
  '--comment <forge>',
  'say in the note of the merge requests that brought the commits what was delivered (token: TEAM_EVENTS_COMMENT_TOKEN)',
).choices(FORGE_NAMES);
export const CHECK_FORMAT = formatOption(
  CHECK_REPORTERS,
  'output format; gitlab: Code Quality, github: annotations',
);

export const JOURNAL_TO_SHOW = new Option(
  '--journal <file>',
  'attempts, as --journal of runs has written them',
);
export const STATUS_TO_SHOW = new Option('--status <file>', 'what status --format json has printed');
export const EVENTS_TO_SHOW = new Option(
  '--events <file>',
  'what --print-events --format ndjson has printed',
);

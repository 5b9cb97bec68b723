/** The options, declared once for all commands; most also have a `TEAM_EVENTS_…` variable. */
import { Option } from '@commander-js/extra-typings';
import { MAX_DURATION_MS } from '../adapters/process/stop-signal.ts';
import { CHECK_REPORTERS } from '../commands/check/formats/formats.ts';
import { EVERY } from '../commands/check/merge/not-renamed.ts';
import { CURSOR_REPORTERS } from '../commands/cursor/formats/formats.ts';
import { EXPLAIN_REPORTERS } from '../commands/explain/formats/formats.ts';
import { LISTEN_REPORTERS } from '../commands/listen/formats/formats.ts';
import { STATUS_REPORTERS } from '../commands/status/formats/formats.ts';
import { WIRE_FORMATS } from '../core/clients/file/wire-format.ts';
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
  localTarget,
  someTime,
  statuses,
  time,
  wholeNumber,
} from './option-values.ts';

/** Declares an option together with its `TEAM_EVENTS_…` environment variable. */
const option = <Flags extends string>(flags: Flags, description: string) => {
  const made = new Option(flags, description);
  return made.env(`TEAM_EVENTS_${made.name().replaceAll('-', '_').toUpperCase()}`);
};
/** The choices are the names in the command's record of reporters. */
const formatOption = <Name extends string>(
  reporters: Readonly<Record<Name | 'text', () => Promise<unknown>>>,
  description = 'of what is printed',
) =>
  option('--format <format>', description)
    .choices(formatNames(reporters))
    .default('text' as const);
const NONE: readonly string[] = [];

export const REPO = option('-C, --repo <dir>', 'the teams repo, a clone or a bare repository').default('.');
export const COLOR = option('--color <when>', 'colours; wins over NO_COLOR and FORCE_COLOR')
  .choices(['auto', 'always', 'never'] as const)
  .default('auto');

export const FROM = option(
  '--from <ref>',
  'where the range begins, excluded; "root" is before the first commit',
);
export const TO = option('--to <ref>', 'where the range ends, included (default: HEAD)');
export const SINCE = option(
  '--since <time>',
  'what was committed after it: RFC 3339, or a date, which is its first moment in UTC',
).argParser(time);
export const UNTIL = option('--until <time>', 'and not after it (default: all up to --to)').argParser(time);
export const CLIENTS = option(
  '--clients <file>',
  'the clients file (default: clients.yml at the root of the teams repo)',
);
export const CLIENTS_TO_COMPARE = option(
  '--clients <file>',
  'shows its clients that have not begun too, and marks those that are not in it',
);
export const CONFIG = option('--config <file>', 'replaces team-events.yml at all revisions');
export const POLICY = option('--policy <file>', "the operator's policy: network, guard, delivery, cursor");
export const REPORT = option('--report <file>', "writes the run's result as JSON");

export const CURSOR = option('--cursor <store>', 'where cursors are kept: tag:PREFIX or file:PATH');
export const REMOTE = option(
  '--remote <name>',
  'whose tags and branch count (default: origin; without one, this repository)',
);
export const BRANCH = option(
  '--branch <name>',
  'what may be published is on this branch of the remote (default: its HEAD)',
);
export const INIT = option('--init', 'lets all clients begin in a store that is empty').default(false);
export const CLAIM_FOR = option(
  '--claim-for <duration>',
  'take over a client whose run has not renewed its claim for this long; the same for all runs',
)
  .argParser(claimTime)
  .default(DEFAULT_CLAIM_MS, '2m');
export const MAX_DURATION = option(
  '--max-duration <duration>',
  'ends the run in order after this time; the next goes on',
)
  .argParser(someTime)
  .default(MAX_DURATION_MS, '50m');
export const LATE_AFTER = option(
  '--late-after <duration>',
  'a client that is behind for less is a warning, and no failure',
).argParser(duration);

export const PRINT_EVENTS = option(
  '--print-events',
  'dry run: prints the events (with --clients, also who would get each)',
).default(false);
export const FORMAT = formatOption(RUN_REPORTERS);
export const STATUS_FORMAT = formatOption(STATUS_REPORTERS);
export const EXPLAIN_FORMAT = formatOption(EXPLAIN_REPORTERS);
export const CURSOR_FORMAT = formatOption(CURSOR_REPORTERS);
export const LISTEN_FORMAT = formatOption(LISTEN_REPORTERS);
export const CLIENT = option('--client <name>', 'only this client (repeatable)')
  .argParser(listOf(isName, 'expected a name'))
  .default(NONE);
export const TYPE = option(
  '--type <type>',
  `only events of this type (repeatable): ${EVENT_TYPES.join(', ')}`,
)
  .argParser(listOf(isEventType, `expected one of ${EVENT_TYPES.join(', ')}`))
  .default([] as readonly EventType[]);
export const TEAM = option('--team <id>', 'only events of this team (repeatable)')
  .argParser(listOf(isName, 'expected an id'))
  .default(NONE);
export const SQUASH = option('--squash', 'take the range as one step: its net change').default(false);
export const ON_REWRITE = option('--on-rewrite <what>', 'where a range begins at no ancestor of its end')
  .choices(REWRITE_CHOICES)
  .default('fail' as const);

export const ALLOW_HOST = option(
  '--allow-host <host>',
  'host or CIDR that may be reached although it is loopback or plain http (repeatable)',
)
  .argParser(listOf(isName, 'expected a host name, an address or a CIDR'))
  .default(NONE);
export const ALLOW_REMOVALS = option(
  '--allow-removals <commit>',
  'lets removals up to this commit pass the guard',
);
export const CONCURRENCY = option(
  '--concurrency <n>',
  'attempts in flight at once (default: as many as file descriptors allow)',
).argParser(wholeNumber(1));
export const TIMEOUT = option(
  '--timeout <duration>',
  'deadline of one attempt; a client may only shorten it (default: 15s)',
).argParser(someTime);
export const ATTEMPTS = option(
  '--attempts <n>',
  'failed attempts for one event in one run; 429 is none (default: 5)',
).argParser(wholeNumber(1));
export const RETRY_DELAY = option(
  '--retry-delay <duration>',
  'bound of the first wait; it doubles up to 30s (default: 1s)',
).argParser(duration);
export const GIVE_UP_AFTER = option(
  '--give-up-after <duration>',
  'time for retries since the last accepted event, for each client and run (default: 2m)',
).argParser(duration);

export const EXECUTE = new Option('--execute', 'does it; without, it is only shown').default(false);
export const CHECK = option(
  '--check',
  'exit code 3 where any client is behind; 2, 6 or 8 where a run could not go on',
).default(false);

export const CHECKED = option('--to <ref>', 'the revision that is checked (default: HEAD)');
export const BASE = option(
  '--base <ref>',
  'also shows what merging into it would send, such as origin/main; "root" is before the first commit',
);
export const NOT_RENAMED = option(
  '--not-renamed [ids]',
  'these new teams are no renamed ones, though they look so (repeatable; without ids: all)',
)
  .argParser(listOf(isName, 'expected an id'))
  .preset(EVERY)
  .default(NONE);
export const CHECK_FORMAT = formatOption(
  CHECK_REPORTERS,
  'of what is printed; gitlab: Code Quality, github: annotations',
);

export const PORT = option('--port <n>', '0 takes any free one')
  .argParser(wholeNumber(0, 65_535))
  .default(8787);
export const HOST = option('--host <address>', 'where to listen').default('127.0.0.1');
const secretOption = (description: string, variable: string) =>
  new Option('--secret <whsec>', `${description} (repeatable; better in the environment)`)
    .env(variable)
    .argParser(listOf(isName, 'expected a secret'))
    .default(NONE);
export const LISTEN_SECRET = secretOption(
  'verifies signatures with this secret',
  'TEAM_EVENTS_LISTEN_SECRET',
);
export const RESPOND = option('--respond <statuses>', 'answers, one after the other; the last stays')
  .argParser(statuses)
  .default([200] as readonly number[], '200');
export const FORWARD = option(
  '--forward <port|url>',
  'passes each request on, as it came, to a program on this machine, which answers it; a URL with a path gets all',
)
  .argParser(localTarget)
  .conflicts('respond');
export const COUNT = option('--count <n>', 'ends after so many requests').argParser(wholeNumber(1));

export const SEND_TO = new Option('--to <url>', 'where to; with --client in place of its urls');
export const CLIENT_OF_SEND = option(
  '--client <name>',
  'sends as this client of the clients file is sent to: its urls, headers, secrets, format',
)
  .argParser(listOf(isName, 'expected a name'))
  .default(NONE);
export const WIRE_FORMAT = new Option('--format <format>', 'of the request (default: json)').choices(
  WIRE_FORMATS,
);
export const SEND_SECRET = secretOption('signs with this secret', 'TEAM_EVENTS_SEND_SECRET');

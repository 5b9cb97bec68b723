/** Commands for people who write receivers, with the options that only these take: `listen`, `send`. */
import { Option } from '@commander-js/extra-typings';
import { LISTEN_REPORTERS } from '../commands/listen/formats/formats.ts';
import { LANE_ORDERS } from '../core/clients/file/lane-keys.ts';
import { WIRE_FORMATS } from '../core/clients/file/wire-format.ts';
import { withDelivery } from './option-groups.ts';
import { isName, listOf, localTarget, statuses, wholeNumber } from './option-values.ts';
import { CLIENTS, formatOption, NONE, option, POLICY, selection, TYPE } from './options.ts';
import { run, type Program } from './program.ts';

const LISTEN_PORT = 8787;
const PORT = option('--port <n>', 'port to listen on; 0: any free port')
  .argParser(wholeNumber(0, 65_535))
  .default(LISTEN_PORT);
const PORT_OF_LISTEN = option('--port <n>', 'without --to and --client: the port of listen on this machine')
  .argParser(wholeNumber(1, 65_535))
  .default(LISTEN_PORT);
const HOST = option('--host <address>', 'address to listen on').default('127.0.0.1');
const secretOption = (description: string, variable: string) =>
  new Option('--secret <whsec>', `${description} (repeatable; better in the environment)`)
    .env(variable)
    .argParser(listOf(isName, 'expected a secret'))
    .default(NONE);
const LISTEN_SECRET = secretOption('verify signatures with this secret', 'TEAM_EVENTS_LISTEN_SECRET');
const RESPOND = option(
  '--respond <statuses>',
  'statuses to answer with, one after the other; the last one is repeated',
)
  .argParser(statuses)
  .default([200] as readonly number[], '200');
const FORWARD = option(
  '--forward <port|url>',
  'pass each request on unchanged to a program on this machine, which answers it; a URL with a path receives all requests there',
)
  .argParser(localTarget)
  .conflicts('respond');
const LISTEN_ORDER = option(
  '--order <order>',
  'as the client says: all events in one row, or those of each team',
)
  .choices(LANE_ORDERS)
  .default('all' as const);
const COUNT = option('--count <n>', 'end after this many requests').argParser(wholeNumber(1));

const SEND_TO = new Option(
  '--to <url>',
  'URL to send to; with --client, instead of its urls (default: listen on this machine)',
);
const CLIENT_OF_SEND = selection(
  '--client <name>',
  'send with the urls, headers, secrets and format of this client of the clients file',
)
  .argParser(listOf(isName, 'expected a name'))
  .default(NONE);
const WIRE_FORMAT = new Option('--format <format>', 'format of the request (default: json)').choices(
  WIRE_FORMATS,
);
const SEND_SECRET = secretOption('sign with this secret', 'TEAM_EVENTS_SEND_SECRET');
const LISTEN_FORMAT = formatOption(LISTEN_REPORTERS);

export function declareReceiverCommands(program: Program): void {
  program
    .command('listen')
    .summary('A local receiver for trying things out: prints, checks and forwards what arrives.')
    .description(
      'A local receiver for trying things out: prints what arrives, verifies signatures, reports gaps, duplicates and ' +
        'events out of order, and forwards requests to a program on this machine. Clients that share it need ' +
        'different paths.',
    )
    .addOption(PORT)
    .addOption(HOST)
    .addOption(LISTEN_SECRET)
    .addOption(RESPOND)
    .addOption(FORWARD)
    .addOption(LISTEN_ORDER)
    .addOption(COUNT)
    .addOption(LISTEN_FORMAT)
    .action(async (_, command) => {
      const options = command.optsWithGlobals();
      const { listen } = await import('../commands/listen/index.ts');
      await run(options, (context) => listen({ count: undefined, forward: undefined, ...options }, context));
    });

  withDelivery(
    program
      .command('send')
      .summary('Sends sample events, or the events of a file, to one endpoint, as a run would.')
      .description(
        'Sends a sample event of each type to one endpoint, exactly as a run would: signed, retried, in order, under the ' +
          'same policy. Without --to and --client, to team-events listen on this machine. Sample ids begin with evt_sample_. ' +
          'With a file, sends its events again unchanged, with the header webhook-replay: true. Moves no cursor.',
      )
      .argument('[file]', 'events, as --print-events --format ndjson or listen --format ndjson printed them')
      .addOption(SEND_TO)
      .addOption(PORT_OF_LISTEN)
      .addOption(CLIENT_OF_SEND)
      .addOption(CLIENTS)
      .addOption(TYPE)
      .addOption(WIRE_FORMAT)
      .addOption(SEND_SECRET)
      .addOption(POLICY),
  ).action(async (file, _, command) => {
    const options = command.optsWithGlobals();
    const { send } = await import('../commands/send/index.ts');
    const given = { to: undefined, clients: undefined, policy: undefined, format: undefined, ...options };
    // It needs no repository, so `check` may have none.
    await run({ color: options.color }, (context) => send({ ...given, file }, context));
  });
}

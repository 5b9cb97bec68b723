/** Commands for people who write receivers: `listen`, `send`. */
import { withDelivery } from './option-groups.ts';
import * as option from './options.ts';
import { run, type Program } from './program.ts';

export function declareReceiverCommands(program: Program): void {
  program
    .command('listen')
    .summary('A local receiver for trying things out: prints, checks and forwards what arrives.')
    .description(
      'A local receiver for trying things out: prints what arrives, verifies signatures, reports gaps, duplicates and ' +
        'events out of order, and forwards requests to a program on this machine. Clients that share it need ' +
        'different paths.',
    )
    .addOption(option.PORT)
    .addOption(option.HOST)
    .addOption(option.LISTEN_SECRET)
    .addOption(option.RESPOND)
    .addOption(option.FORWARD)
    .addOption(option.COUNT)
    .addOption(option.LISTEN_FORMAT)
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
          'same policy. Sample ids begin with evt_sample_. With a file, sends its events again unchanged, with the header ' +
          'webhook-replay: true. Moves no cursor.',
      )
      .argument('[file]', 'events, as --print-events --format ndjson or listen --format ndjson printed them')
      .addOption(option.SEND_TO)
      .addOption(option.CLIENT_OF_SEND)
      .addOption(option.CLIENTS)
      .addOption(option.TYPE)
      .addOption(option.WIRE_FORMAT)
      .addOption(option.SEND_SECRET)
      .addOption(option.POLICY),
  ).action(async (file, _, command) => {
    const options = command.optsWithGlobals();
    const { send } = await import('../commands/send/index.ts');
    const given = { to: undefined, clients: undefined, policy: undefined, format: undefined, ...options };
    await run(options, (context) => send({ ...given, file }, context));
  });
}

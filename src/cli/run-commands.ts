/** Commands that send what happened, or show it: `notify`, `replay`, `status`, `explain`. */
import { withHistory, withRun } from './option-groups.ts';
import * as option from './options.ts';
import { givenOptions, NOT_GIVEN, run, type Program } from './program.ts';

export function declareRunCommands(program: Program): void {
  const notifying = withRun(
    program
      .command('notify', { isDefault: true })
      .description(
        'Sends what is pending for each client, or the events of an explicit range (the default command).',
      )
      .argument('[range]', 'FROM..TO, same as --from and --to')
      .addOption(option.FROM),
  )
    .addOption(option.INIT)
    .addOption(option.PRINT_EVENTS)
    .addOption(option.SQUASH)
    .addOption(option.ON_REWRITE)
    .addOption(option.LATE_AFTER)
    .addOption(option.COMMENT_ON_DELIVERED);
  const givenToNotify = givenOptions(notifying);
  notifying.action(async (range, _, command) => {
    const options = { ...NOT_GIVEN, ...command.optsWithGlobals(), range, given: givenToNotify };
    const isFlag = (name: 'from' | 'to' | 'cursor'): boolean => command.getOptionValueSource(name) === 'cli';
    const { notify } = await import('../commands/notify/index.ts');
    await run(options, (context) => notify({ ...options, isFlag }, context));
  });

  const replaying = withRun(
    program
      .command('replay')
      .description(
        'Sends events again, with the same ids, and moves no cursor. Without --execute, only shows which client would get what.',
      )
      .argument('[range]', 'FROM..TO')
      .addOption(option.SINCE)
      .addOption(option.UNTIL),
  ).addOption(option.EXECUTE);
  const givenToReplay = givenOptions(replaying);
  replaying.action(async (range, _, command) => {
    const options = { ...NOT_GIVEN, ...command.optsWithGlobals(), range, given: givenToReplay };
    const toIsFlag = command.getOptionValueSource('to') === 'cli';
    const { replay } = await import('../commands/replay/index.ts');
    await run(options, (context) => replay({ ...options, toIsFlag }, context));
  });
}

export function declareHistoryCommands(program: Program): void {
  const status = withHistory(
    program
      .command('status')
      .description('Shows who is behind, by how much, since when and why. Sends nothing, writes nothing.'),
  )
    .addOption(option.CLIENT)
    .addOption(option.STATUS_FORMAT)
    .addOption(option.EVENTS)
    .addOption(option.CHECK)
    .addOption(option.LATE_AFTER);
  const given = givenOptions(status);
  status.action(async (_, command) => {
    const options = { ...NOT_GIVEN, ...command.optsWithGlobals(), given };
    const { status: showStatus } = await import('../commands/status/index.ts');
    await run(options, (context) => showStatus(options, context));
  });

  withHistory(
    program
      .command('explain')
      .summary(
        'Shows what happened to a team or a member, by which commit and author, and which clients were sent it.',
      )
      .description(
        'Shows what happened to a team or a member, or what an event was: by which commit and author, and with --cursor ' +
          'to which clients it was sent. Reads all of history. Sends nothing, writes nothing.',
      )
      .argument('<name>', 'the id of an event (evt_…), of a team or of a member'),
  )
    .addOption(option.CLIENT)
    .addOption(option.EXPLAIN_FORMAT)
    .action(async (name, _, command) => {
      const options = command.optsWithGlobals();
      const { explain } = await import('../commands/explain/index.ts');
      await run(options, (context) => explain(name, { ...NOT_GIVEN, ...options }, context));
    });
}

/** Commands that send what happened, or show it: `notify`, `replay`, `status`, `explain`. */
import { withHistory, withRun } from './option-groups.ts';
import * as option from './options.ts';
import { NOT_GIVEN, run, type Program } from './program.ts';

export function declareRunCommands(program: Program): void {
  withRun(
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
    .addOption(option.COMMENT_ON_DELIVERED)
    .action(async (range, _, command) => {
      const options = command.optsWithGlobals();
      const isFlag = (name: 'from' | 'to' | 'cursor'): boolean =>
        command.getOptionValueSource(name) === 'cli';
      const { notify } = await import('../commands/notify/index.ts');
      await run(options, (context) => notify({ ...NOT_GIVEN, ...options, range, isFlag }, context));
    });

  withRun(
    program
      .command('replay')
      .description(
        'Sends events again, with the same ids, and moves no cursor. Without --execute, only shows which client would get what.',
      )
      .argument('[range]', 'FROM..TO')
      .addOption(option.SINCE)
      .addOption(option.UNTIL),
  )
    .addOption(option.EXECUTE)
    .action(async (range, _, command) => {
      const options = command.optsWithGlobals();
      const toIsFlag = command.getOptionValueSource('to') === 'cli';
      const { replay } = await import('../commands/replay/index.ts');
      await run(options, (context) => replay({ ...NOT_GIVEN, ...options, range, toIsFlag }, context));
    });
}

export function declareHistoryCommands(program: Program): void {
  withHistory(
    program
      .command('status')
      .description('Shows who is behind, by how much, since when and why. Sends nothing, writes nothing.'),
  )
    .addOption(option.CLIENT)
    .addOption(option.STATUS_FORMAT)
    .addOption(option.EVENTS)
    .addOption(option.CHECK)
    .addOption(option.LATE_AFTER)
    .action(async (_, command) => {
      const options = command.optsWithGlobals();
      const { status } = await import('../commands/status/index.ts');
      await run(options, (context) => status({ ...NOT_GIVEN, ...options }, context));
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

/** `team-events cursor …` */
import { withHistory } from './option-groups.ts';
import * as option from './options.ts';
import { givenOptions, NOT_GIVEN, run, type Program } from './program.ts';

export function declareCursorCommands(program: Program): void {
  const cursor = program.command('cursor').description('Shows cursors, and sets or unlocks one by hand.');

  cursor
    .command('show')
    .description('Shows what the cursor store holds.')
    .argument('[client]', 'only this client')
    .addOption(option.CURSOR)
    .addOption(option.REMOTE)
    .addOption(option.CLIENTS_TO_COMPARE)
    .addOption(option.CURSOR_FORMAT)
    .action(async (client, _, command) => {
      const options = command.optsWithGlobals();
      const { showCursors } = await import('../commands/cursor/show.ts');
      await run(options, (context) => showCursors(client, { ...NOT_GIVEN, ...options }, context));
    });

  const setting = withHistory(
    cursor
      .command('set')
      .description(
        'Moves the cursor of a client by hand. First shows which events would be sent again, and which never.',
      )
      .argument('<client>', 'a client of the clients file or of the store')
      .argument(
        '<place>',
        'now, snapshot (the whole catalogue first), root (before the first commit), after:evt_… (right after that event) or a revision',
      ),
  ).addOption(option.EXECUTE);
  const given = givenOptions(setting);
  setting.action(async (client, place, _, command) => {
    const options = { ...NOT_GIVEN, ...command.optsWithGlobals(), given };
    const { setCursor } = await import('../commands/cursor/set.ts');
    await run(options, (context) => setCursor(client, place, options, context));
  });

  cursor
    .command('unlock')
    .description('Removes the claim of a dead run. First shows which run that is.')
    .argument('<client>', 'a client of the store or of the clients file')
    .addOption(option.CURSOR)
    .addOption(option.REMOTE)
    .addOption(option.CLIENTS)
    .addOption(option.POLICY)
    .addOption(option.EXECUTE)
    .action(async (client, _, command) => {
      const options = command.optsWithGlobals();
      const { unlockCursor } = await import('../commands/cursor/unlock.ts');
      await run(options, (context) => unlockCursor(client, { ...NOT_GIVEN, ...options }, context));
    });
}

/** Commands for people who edit teams and clients: `check`, `report`, `schema`. */
import { Argument } from '@commander-js/extra-typings';
import { SCHEMA_NAMES } from '../commands/schema/schemas.ts';
import * as option from './options.ts';
import { NOT_GIVEN, run, type Program } from './program.ts';

export function declareCheckCommands(program: Program): void {
  program
    .command('check')
    .summary('For merge requests: checks catalogue, clients and policy, and shows what merging would send.')
    .description(
      'For merge requests: checks the catalogue at a revision, the clients file and the policy, and shows how it reads them; ' +
        'with --base also what merging would send. Needs no network, no credentials and no variables, but for --comment.',
    )
    .addOption(option.CHECKED)
    .addOption(option.BASE)
    .addOption(option.CLIENTS)
    .addOption(option.CONFIG)
    .addOption(option.POLICY)
    .addOption(option.NOT_RENAMED)
    .addOption(option.ALLOW_REMOVALS)
    .addOption(option.CHECK_FORMAT)
    .addOption(option.COMMENT)
    .addOption(option.ALLOW_HOST)
    .action(async (_, command) => {
      const options = command.optsWithGlobals();
      const { check } = await import('../commands/check/index.ts');
      await run(options, (context) => check({ ...NOT_GIVEN, ...options }, context));
    });

  program
    .command('report')
    .summary('One HTML page of a journal, a status and events, on stdout.')
    .description(
      'Makes one HTML page of what runs and other commands have left: the journal of runs, the JSON of status, and events. ' +
        'The page needs nothing else and asks for nothing. Needs no repository and no network.',
    )
    .addOption(option.JOURNAL_TO_SHOW)
    .addOption(option.STATUS_TO_SHOW)
    .addOption(option.EVENTS_TO_SHOW)
    .action(async (_, command) => {
      const options = command.optsWithGlobals();
      const { report } = await import('../commands/report/index.ts');
      await run(options, (context) =>
        report({ journal: undefined, status: undefined, events: undefined, ...options }, context),
      );
    });

  program
    .command('schema')
    .description(
      'Prints a JSON Schema: of a file that people write, for editors, or of the events, for receivers. That of a team ' +
        'file is made from the team-events.yml of the repository. Or prints the OpenAPI document of the requests.',
    )
    .addArgument(new Argument('<what>', 'which schema').choices(SCHEMA_NAMES))
    .addOption(option.CONFIG)
    .action(async (name, _, command) => {
      const { printSchema } = await import('../commands/schema/index.ts');
      const options = command.optsWithGlobals();
      await run(options, (context) => printSchema(name, { config: undefined, ...options }, context));
    });
}

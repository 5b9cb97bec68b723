/** Commands for people who edit teams and clients: `check`, `schema`. */
import { Argument } from '@commander-js/extra-typings';
import { SCHEMA_NAMES } from '../commands/schema/index.ts';
import * as option from './options.ts';
import { NOT_GIVEN, run, type Program } from './program.ts';

export function declareCheckCommands(program: Program): void {
  program
    .command('check')
    .summary('For merge requests: checks catalogue, clients and policy, and shows what merging would send.')
    .description(
      'For merge requests: checks the catalogue at a revision, the clients file and the policy, and shows how it reads them; ' +
        'with --base also what merging would send. Needs no network, no credentials and no variables.',
    )
    .addOption(option.CHECKED)
    .addOption(option.BASE)
    .addOption(option.CLIENTS)
    .addOption(option.CONFIG)
    .addOption(option.POLICY)
    .addOption(option.NOT_RENAMED)
    .addOption(option.ALLOW_REMOVALS)
    .addOption(option.CHECK_FORMAT)
    .action(async (_, command) => {
      const options = command.optsWithGlobals();
      const { check } = await import('../commands/check/index.ts');
      await run(options, (context) => check({ ...NOT_GIVEN, ...options }, context));
    });

  program
    .command('schema')
    .description(
      'Prints a JSON Schema: of a file that people write, for editors, or of the events, for receivers. ' +
        'Or prints the OpenAPI document of the requests.',
    )
    .addArgument(new Argument('<what>', 'which schema').choices(SCHEMA_NAMES))
    .action(async (name, _, command) => {
      const { printSchema } = await import('../commands/schema/index.ts');
      await run(command.optsWithGlobals(), (context) => printSchema(name, context));
    });
}

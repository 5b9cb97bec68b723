/** Commands to begin with: `init`. */
import { Option } from '@commander-js/extra-typings';
import { INIT_REPORTERS } from '../commands/init/formats/formats.ts';
import { CI_KINDS } from '../commands/init/written/ci-choice.ts';
import * as option from './options.ts';
import { run, type Program } from './program.ts';

const CI = new Option(
  '--ci <kind>',
  'the CI to write a file for (default: found out by files and origin)',
).choices([...CI_KINDS, 'none'] as const);
const FILES = new Option('--files <glob>', 'only look at these files for teams (repeatable)')
  .argParser((text: string, before: readonly string[]) => [...before, text])
  .default([] as readonly string[], 'all');
const URL_OF_FIRST = new Option(
  '--url <url>',
  'where the first client of clients.yml is sent events (default: an example, and the client is paused)',
);
const YES = new Option('--yes', 'write the files without asking').default(false);
export function declareSetupCommands(program: Program): void {
  program
    .command('init')
    .summary(
      'Looks at the repository, and writes the smallest team-events.yml, a clients.yml and the CI file.',
    )
    .description(
      'Looks at the repository and writes the smallest team-events.yml (none if the defaults suffice), a clients.yml ' +
        'and the CI file. Asks at a terminal; elsewhere it only shows what it would write, unless --yes is given. Never ' +
        'replaces a file.',
    )
    .addOption(CI)
    .addOption(FILES)
    .addOption(URL_OF_FIRST)
    .addOption(YES)
    .addOption(option.formatOption(INIT_REPORTERS))
    .action(async (_, command) => {
      const options = command.optsWithGlobals();
      const { init } = await import('../commands/init/index.ts');
      await run(options, (context) => init({ ci: undefined, url: undefined, ...options }, context));
    });
}

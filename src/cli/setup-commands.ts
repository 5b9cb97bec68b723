/** Commands to begin with, and for when something is wrong: `init`, `doctor`. */
import { Option } from '@commander-js/extra-typings';
import { DOCTOR_REPORTERS } from '../commands/doctor/formats/formats.ts';
import { INIT_REPORTERS } from '../commands/init/formats/formats.ts';
import { CI_KINDS } from '../commands/init/written/ci-choice.ts';
import * as option from './options.ts';
import { givenOptions, NOT_GIVEN, run, type Program } from './program.ts';

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
const SEND_SAMPLE = new Option(
  '--send',
  'also send a sample event to each endpoint, a real request; without this option it only connects',
).default(false);

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

  const examining = program
    .command('doctor')
    .summary(
      'Tries what a run needs, and says what mends what is wrong: git, remote, cursors, clients, receivers.',
    )
    .description(
      'Tries what a run needs: git, the clone, the remote and the right to push, the cursors, the variables of each ' +
        'client, the policy, names, connections and certificates. Each failure comes with what mends it. Changes ' +
        'nothing, and without --send only connects to receivers.',
    )
    .addOption(option.CURSOR)
    .addOption(option.REMOTE)
    .addOption(option.BRANCH)
    .addOption(option.CLIENTS)
    .addOption(option.CLIENT)
    .addOption(option.POLICY)
    .addOption(option.ALLOW_HOST)
    .addOption(option.TIMEOUT)
    .addOption(option.CLAIM_FOR)
    .addOption(SEND_SAMPLE)
    .addOption(option.formatOption(DOCTOR_REPORTERS));
  const given = givenOptions(examining);
  examining.action(async (_, command) => {
    const options = { ...NOT_GIVEN, ...command.optsWithGlobals(), given };
    const { doctor } = await import('../commands/doctor/index.ts');
    await run(options, (context) => doctor(options, context));
  });
}

/** `team-events status`: who is behind, by how much, since when, and why. Writes nothing, contacts no receiver. */
import { readConfigurationFile } from '../../adapters/files/configuration-file.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { withCursors } from '../../run/lanes/open-cursors.ts';
import { STATUS_REPORTERS } from './formats/formats.ts';
import { readStatus, type StatusOptions } from './read-status.ts';

export async function status(options: StatusOptions, context: RunContext): Promise<ExitCode> {
  const { console } = context;
  const override = readConfigurationFile(options.config);
  return withCursors(options, true, context, async (cursors) => {
    const report = await readStatus(cursors, override, options, context);
    const show = await STATUS_REPORTERS[options.format]();
    await console.print(show(report, Date.now(), console.style));
    return options.check ? report.exitCode : EXIT.done;
  });
}

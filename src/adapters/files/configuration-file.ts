/** `--config FILE`: a catalogue configuration that replaces team-events.yml at all revisions. */
import { parseConfiguration, type Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { placed } from '../../core/yaml/file-problem.ts';
import { BrokenFileError } from '../../errors.ts';
import { readTextFile } from './read-file.ts';

/** undefined if no path is given. @throws {BrokenFileError} with all problems at once */
export function readConfigurationFile(path: string | undefined): Configuration | undefined {
  if (path === undefined) return undefined;
  const parsed = parseConfiguration(readTextFile(path, 'the configuration', 'Name it with --config FILE.'));
  if (parsed.ok) return parsed.value;
  const told = parsed.wrong.map((problem) => placed(path, problem));
  throw new BrokenFileError('the configuration cannot be used:', told);
}

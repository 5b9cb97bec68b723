/** The error for a range in which no file matches the configuration. */
import type { Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { UsageError } from '../../errors.ts';

export function noFileMatched({ files }: Configuration): UsageError {
  return new UsageError(
    `no file matched at any revision of the range: ${files.join(', ')}`,
    'Say in team-events.yml (or --config FILE) where the teams are: catalogue.files.',
  );
}

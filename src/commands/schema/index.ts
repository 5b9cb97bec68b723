/** `team-events schema NAME`: the schemas of files and events, for editors and receivers. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfigurationFile } from '../../adapters/files/configuration-file.ts';
import { ownFileProblem } from '../../adapters/files/read-file.ts';
import { openRepository } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import {
  CONFIGURATION_FILE,
  DEFAULT_CONFIGURATION,
  type Configuration,
} from '../../core/catalogue/configuration/configuration.ts';
import { EXIT, UsageError, type ExitCode } from '../../errors.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';
import { teamSchema } from './team-schema.ts';

export interface SchemaOptions {
  readonly repo: string;
  /** Used in place of the repository's `team-events.yml`. */
  readonly config: string | undefined;
}

export async function printSchema(
  name: SchemaName,
  options: SchemaOptions,
  { console }: Pick<RunContext, 'console'>,
): Promise<ExitCode> {
  const schema =
    name === 'team' ? teamSchema(await configurationOf(options)) : (await SCHEMAS[name]()).default;
  await console.print(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.done;
}

/** As `team-events.yml` is in the work tree, also before it is committed. @throws {UsageError} */
async function configurationOf({ repo, config }: SchemaOptions): Promise<Configuration> {
  const named = readConfigurationFile(config);
  if (named !== undefined) return named;
  const { root, bare, directory } = await openRepository(repo);
  if (bare)
    throw new UsageError(
      `${directory} is a bare repository: it has no ${CONFIGURATION_FILE} to read`,
      'Name one with --config FILE, or use a clone with a work tree.',
    );
  const path = join(root, CONFIGURATION_FILE);
  if (!existsSync(path)) return DEFAULT_CONFIGURATION;
  const problem = ownFileProblem(root, path);
  if (problem !== undefined) throw new UsageError(`${path} is not read: ${problem}`);
  return readConfigurationFile(path) ?? DEFAULT_CONFIGURATION;
}

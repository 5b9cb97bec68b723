/** The checks of a catalogue at one revision; all of them report. */
import {
  CONFIGURATION_FILE,
  type Configuration,
} from '../../../core/catalogue/configuration/configuration.ts';
import type { Problem } from '../../../core/catalogue/team.ts';
import { createLookAlike } from '../../../core/text/look-alike.ts';
import type { Finding } from './finding.ts';

export interface CheckedCatalogue {
  readonly configuration: Configuration;
  /** The path of team-events.yml, or of the file that replaces it. */
  readonly configurationPath: string;
  /** Paths of all files of the revision. */
  readonly paths: readonly string[];
  /** Whether any file matched. */
  readonly matched: boolean;
  /** Problems of the catalogue's files and of team-events.yml. */
  readonly problems: readonly Problem[];
  /** Paths that were ignored, with the reason. */
  readonly passedOver: ReadonlyMap<string, string>;
}

type CatalogueCheck = (catalogue: CheckedCatalogue) => readonly Finding[];

/** To add one: a name in CHECKS, and a function here. */
const CATALOGUE_CHECKS: readonly CatalogueCheck[] = [noFile, brokenFiles, passedOver, unreadConfiguration];

export const checkCatalogue = (catalogue: CheckedCatalogue): Finding[] =>
  CATALOGUE_CHECKS.flatMap((check) => check(catalogue));

function noFile({ matched, configuration, configurationPath: path }: CheckedCatalogue): Finding[] {
  if (matched) return [];
  const message =
    `no file matches ${configuration.files.join(', ')}; ` +
    'say in team-events.yml (or --config FILE) where the teams are: catalogue.files';
  return [{ check: 'no-file', path, line: 1, column: 1, message }];
}

function brokenFiles({ problems }: CheckedCatalogue): Finding[] {
  return problems.map(({ path, line, column, message }) => {
    const check = path === CONFIGURATION_FILE ? 'configuration' : 'team-file';
    return { check, path, line, column, message };
  });
}

function passedOver({ passedOver: paths }: CheckedCatalogue): Finding[] {
  return [...paths].map(([path, what]) => {
    return { check: 'passed-over', path, line: 1, column: 1, message: `${what}: passed over` };
  });
}

const asConfiguration = createLookAlike([CONFIGURATION_FILE]);

/** A file with almost the configuration's name is not read, so all settings have their defaults. */
function unreadConfiguration({ paths, configuration, configurationPath }: CheckedCatalogue): Finding[] {
  if (configurationPath !== CONFIGURATION_FILE) return [];
  return paths
    .filter(
      (path) => !path.includes('/') && asConfiguration(path) !== undefined && !configuration.matches(path),
    )
    .map((path): Finding => {
      const message = `this file is not read: the configuration file is called ${CONFIGURATION_FILE}`;
      return { check: 'unread-configuration', path, line: 1, column: 1, message };
    });
}

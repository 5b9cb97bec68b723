/** One step of history as a change of the catalogue. */
import type { TouchedTeams } from './catalogue.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { Step } from './history.ts';

/** The teams that one step touched, and the configuration after the step. */
export interface CatalogueStep extends TouchedTeams {
  readonly step: Step;
  readonly configuration: Configuration;
}

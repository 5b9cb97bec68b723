/** A step of history, as the change of a catalogue. */
import type { TouchedTeams } from './catalogue.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { Step } from './history.ts';

/** What one step did to the teams, and the configuration of its newer side. */
export interface CatalogueStep extends TouchedTeams {
  readonly step: Step;
  readonly configuration: Configuration;
}

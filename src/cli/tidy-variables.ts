/** Prepares the environment variables of options for commander. */
import { CommanderError, type Option } from '@commander-js/extra-typings';

/** The code of the error for a wrong variable. */
export const WRONG_VARIABLE = 'team-events.variable';

/**
 * Removes empty variables (CI sets every parameter) and switches set to false. @throws {CommanderError} for a bad
 * switch
 */
export function tidyVariables(options: readonly Option[], environment: NodeJS.ProcessEnv): void {
  for (const { envVar, flags, long } of options) {
    const value = envVar === undefined ? undefined : environment[envVar];
    if (envVar === undefined || value === undefined) continue;
    const isSwitch = flags === long;
    if (value === '' || (isSwitch && /^(?:false|0|no|off)$/i.test(value))) delete environment[envVar];
    else if (isSwitch && !/^(?:true|1|yes|on)$/i.test(value)) {
      throw new CommanderError(
        2,
        WRONG_VARIABLE,
        `${envVar} is ${JSON.stringify(value)}; expected true or false`,
      );
    }
  }
}

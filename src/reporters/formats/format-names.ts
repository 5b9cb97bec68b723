/**
 * Shared by the formats of all commands. Each command has one record of its formats: reporters by the name that
 * `--format` takes, loaded only when requested, so that unused formats cost nothing.
 */
export const formatNames = <Name extends string>(
  reporters: Readonly<Record<Name, () => Promise<unknown>>>,
): readonly Name[] => Object.keys(reporters) as Name[];

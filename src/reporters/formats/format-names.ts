/**
 * What the formats of every command share. A command has one record of them: each reporter by the name that `--format`
 * takes, loaded when it is asked for, so that what draws a page costs nothing where lines are printed.
 */
export const formatNames = <Name extends string>(
  reporters: Readonly<Record<Name, () => Promise<unknown>>>,
): readonly Name[] => Object.keys(reporters) as Name[];

/** Settings of git, as its commands print them and are given them. */

/** `remote.origin.url`: section and last word in lower case. */
export type Setting = readonly [key: string, value: string];

/** What `git config --list -z` prints: `key\nvalue\0`; without a value it means true. */
export function parseSettings(text: string): readonly Setting[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry): Setting => {
      const end = entry.indexOf('\n');
      return end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}

/** The value that counts where several are set. */
export const settingOf = (settings: readonly Setting[], wanted: string): string | undefined =>
  settings.findLast(([key]) => key === wanted)?.[1];

/** A configuration file with these settings. */
export function settingsText(settings: readonly Setting[]): string {
  return settings
    .map(([key, value]) => {
      const [, section = '', subsection, name = ''] = /^([^.]+)(?:\.(.*))?\.([^.]+)$/s.exec(key) ?? [];
      const head = subsection === undefined ? section : `${section} "${escaped(subsection)}"`;
      return `[${head}]\n\t${name} = "${escaped(value)}"\n`;
    })
    .join('');
}

/** For what stands in quotes, in a configuration and in a list of object folders alike. */
export const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Adds settings to the environment of a git command, after those that are there. */
export function withSettings<Variables extends NodeJS.ProcessEnv>(
  environment: Variables,
  settings: readonly Setting[],
): Variables {
  const count = Number(environment['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const added = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${count + index}`, key],
    [`GIT_CONFIG_VALUE_${count + index}`, value],
  ]);
  return {
    ...environment,
    ...Object.fromEntries(added),
    GIT_CONFIG_COUNT: String(count + settings.length),
  };
}

/** Git settings, as its commands print and receive them. */

/** Such as `remote.origin.url`; the section and the last part are in lower case. */
export type Setting = readonly [key: string, value: string];

/** Parses the output of `git config --list -z`: `key\nvalue\0`; a key without a value means true. */
export function parseSettings(text: string): readonly Setting[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry): Setting => {
      const end = entry.indexOf('\n');
      return end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}

/** The value in force if several are set: the last. */
export const settingOf = (settings: readonly Setting[], wanted: string): string | undefined =>
  settings.findLast(([key]) => key === wanted)?.[1];

/** The text of a configuration file with these settings. */
export function settingsText(settings: readonly Setting[]): string {
  return settings
    .map(([key, value]) => {
      const [, section = '', subsection, name = ''] = /^([^.]+)(?:\.(.*))?\.([^.]+)$/s.exec(key) ?? [];
      const head = subsection === undefined ? section : `${section} "${escaped(subsection)}"`;
      return `[${head}]\n\t${name} = "${escaped(value)}"\n`;
    })
    .join('');
}

/** Escapes text in quotes, for a configuration and for a list of object folders alike. */
export const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Adds settings to the environment of a git command, after existing ones. */
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

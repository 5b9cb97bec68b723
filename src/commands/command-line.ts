/** The command to run next, for people to copy. */

/** `options` without a value are left out; a switch is true. */
export function commandLine(
  words: readonly string[],
  options: Readonly<Record<`-${string}`, string | true | undefined>>,
): string {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : value === true ? [name] : [name, quoted(value)],
  );
  return ['team-events', ...words.map(quoted), ...given].join(' ');
}

/** As a shell takes it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./^~-]+$/.test(text) && !text.startsWith('~') ? text : `'${text.replaceAll("'", "'\\''")}'`;

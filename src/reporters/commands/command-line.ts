/** Commands to run next, for people to copy. */
import { redact } from '../../adapters/process/secrets/url-credentials.ts';
import { shellWord } from '../../core/text/shell-word.ts';

/** Leaves out `options` without a value, and credentials in URLs; a switch is `true`, and a list repeats its option. */
export function commandLine(
  words: readonly string[],
  options: Readonly<Record<`-${string}`, string | readonly string[] | true | undefined>>,
): string {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === true) return [name];
    return [value ?? []].flat().flatMap((one) => [name, shellWord(redact(one))]);
  });
  return ['team-events', ...words.map(shellWord), ...given].join(' ');
}

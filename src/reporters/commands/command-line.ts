/** Commands to run next, for people to copy. */
import { redact } from '../../adapters/process/secrets/url-credentials.ts';
import { shellWord } from '../../core/text/shell-word.ts';

/** Those without a value are left out; a switch is `true`, and a list repeats its option. */
export type CommandOptions = Readonly<Record<`-${string}`, string | readonly string[] | true | undefined>>;

/** `own`, and then what else was `given`, without those of these names. */
export const andGiven = (
  own: CommandOptions,
  given: CommandOptions = {},
  without: readonly string[] = [],
): CommandOptions => ({
  ...own,
  ...Object.fromEntries(
    Object.entries(given).filter(([name]) => !Object.hasOwn(own, name) && !without.includes(name)),
  ),
});

/** `words` and then the options, each quoted as a shell needs it. Leaves out credentials in URLs. */
export function commandLine(words: readonly string[], options: CommandOptions): string {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === true) return [name];
    return [value ?? []].flat().flatMap((one) => [name, shellWord(redact(one))]);
  });
  return ['team-events', ...words.map((word) => shellWord(redact(word))), ...given].join(' ');
}

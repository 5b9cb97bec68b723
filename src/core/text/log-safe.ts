/**
 * What may be written to a log: CI systems take some lines for commands, and terminals some characters. Each of them is
 * shown as JSON escapes it (`\u001b`), so that JSON stays JSON that says the same.
 */

/** All that moves a cursor, hides text, ends a line, or turns the direction of what follows. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
/** The colours of `createStyle`, which are kept, before the controls that are not. */
const STYLE_OR_CONTROL = /\u001b\[(?:1|2|22|3[12369])m|[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Anywhere in a line: `##[…]` of GitHub and Azure Pipelines, `##vso[…]`, `##teamcity[…]`, `##octopus[…]`. */
const COMMAND = /#(?=#\w*\[)/g;

/**
 * At the beginning of a line, whatever its colours: `::…` of GitHub, also after blanks; groups of Buildkite. (Sections of
 * GitLab and consoles of Jenkins need control characters.)
 */
const COMMAND_LINE =
  // eslint-disable-next-line no-control-regex
  /^((?:[^\S\n]|\u001b\[[\d;]*m)*)(:(?=:)|-(?=--\s)|\+(?=\+\+\s)|~(?=~~\s)|\^(?=\^\^\s+\+\+\+))/gm;

/** Lines for a terminal or a log, or JSON in lines. Changes nothing of ordinary text; `keepColors` those of `createStyle` neither. */
export function logSafe(text: string, keepColors = false): string {
  return text
    .replace(keepColors ? STYLE_OR_CONTROL : CONTROL, (found) =>
      found === '\n' || found.length > 1 ? found : escaped(found),
    )
    .replace(COMMAND, escaped)
    .replace(COMMAND_LINE, (_, before: string, first: string) => `${before}${escaped(first)}`);
}

/** What came from outside, as a part of one line. */
export const printable = (text: string): string => text.replace(CONTROL, escaped);

/** As JSON.stringify does it, and what that leaves as it is. */
function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short;
}

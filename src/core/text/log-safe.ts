/**
 * Makes text safe to write to a log: CI systems interpret some lines as commands, terminals some characters. Each of
 * those is replaced by its JSON escape (`\u001b`), so JSON stays valid and keeps its meaning.
 */

/** Characters that move a cursor, hide text, end a line, or change the direction of text. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
/** The colours of `createStyle`, which may be kept, or control characters, which are not. */
const STYLE_OR_CONTROL = /\u001b\[(?:1|2|22|3[12369])m|[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Commands anywhere in a line: `##[…]` of GitHub and Azure Pipelines, `##vso[…]`, `##teamcity[…]`, `##octopus[…]`. */
const COMMAND = /#(?=#\w*\[)/g;

/**
 * Commands at the beginning of a line, after any colours: `::…` of GitHub, also after blanks; groups of Buildkite.
 * (Sections of GitLab and consoles of Jenkins need control characters.)
 */
const COMMAND_LINE =
  // eslint-disable-next-line no-control-regex
  /^((?:[^\S\n]|\u001b\[[\d;]*m)*)(:(?=:)|-(?=--\s)|\+(?=\+\+\s)|~(?=~~\s)|\^(?=\^\^\s+\+\+\+))/gm;

/**
 * For lines of a terminal or log, or JSON lines. Ordinary text is unchanged; so are the colours of `createStyle` with
 * `keepColors`.
 */
export function logSafe(text: string, keepColors = false): string {
  return text
    .replace(keepColors ? STYLE_OR_CONTROL : CONTROL, (found) =>
      found === '\n' || found.length > 1 ? found : escaped(found),
    )
    .replace(COMMAND, escaped)
    .replace(COMMAND_LINE, (_, before: string, first: string) => `${before}${escaped(first)}`);
}

/** Text from outside, made safe as a part of one line. */
export const printable = (text: string): string => text.replace(CONTROL, escaped);

/** As JSON.stringify escapes it; also escapes what that leaves alone. */
function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short;
}

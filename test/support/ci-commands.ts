/**
 * What CI systems and terminals would take for commands in a log, written from how they read it: GitHub's runner
 * (ActionCommand.cs of actions/runner: `::` after TrimStart, `##[` anywhere), Azure's agent (`##vso[` anywhere), TeamCity,
 * GitLab (logs_section_prefix_regex), Buildkite (header_times_streamer.go of its agent).
 */
const COMMANDS: Readonly<Record<string, RegExp>> = {
  control: /[^\P{Cc}\n]/u,
  'end of line': /[\u2028\u2029]/,
  direction: /\p{Bidi_Control}/u,
  'GitHub ::': /^\s*::/,
  'GitHub ##[': /##\[/,
  Azure: /##vso\[/i,
  TeamCity: /##teamcity\[/,
  GitLab: /section_(?:start|end):\d+:[\w.-]+(?:\[.*\])?\r/,
  Buildkite: /^(?:(?:---|\+\+\+|~~~)\s|\^\^\^\s+\+\+\+\s*$)/,
};

/** Each with the line that holds it. */
export const commandsIn = (text: string): string[] =>
  text
    .split('\n')
    .flatMap((line) =>
      Object.entries(COMMANDS).flatMap(([name, command]) => (command.test(line) ? [`${name}: ${line}`] : [])),
    );

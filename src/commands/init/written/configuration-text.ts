/** The text of `team-events.yml`, with a comment for each key. */
import { SETTING_KEYS, type SettingKey, type Settings } from '../detect/reading.ts';

const COMMENTS: Readonly<Record<SettingKey, string>> = {
  files: 'where the teams are; ! excludes',
  layout: 'team: a file is a team. list, map: a file holds several',
  at: 'the key that holds the list or map of teams; nothing else is a team',
  children: 'the key of a team that holds its child teams',
  id: "how a team's id is made",
  name: "the key of a team's name",
  members: 'the lists of members; if a team has several, members carry their names as roles',
  member: 'what identifies a member that is written as a mapping',
  memberCase: 'logins are compared and sent in lower case',
  tags: "the key of a team's tags",
  perimeter: 'what a team is responsible for',
  exclude: 'keys that are no teams',
};

/** undefined if the defaults suffice. */
export function configurationText(settings: Settings): string | undefined {
  const lines = SETTING_KEYS.flatMap((key) => {
    const value = settings[key];
    return value === undefined ? [] : [`  # ${COMMENTS[key]}`, ...written(key, [value].flat())];
  });
  if (lines.length === 0) return undefined;
  return [
    '# Where the teams are and what their keys are called. What is not here has its default.',
    'version: 1',
    'catalogue:',
    ...lines,
    '',
  ].join('\n');
}

/** Longer lists have a line for each value. */
function written(key: string, values: readonly string[]): readonly string[] {
  const texts = values.map(quotedText);
  const [only] = texts;
  if (texts.length === 1) return [`  ${key}: ${only}`];
  const line = `  ${key}: [${texts.join(', ')}]`;
  return line.length <= 110 ? [line] : [`  ${key}:`, ...texts.map((text) => `    - ${text}`)];
}

/** A text as YAML: plain where nothing in it has a meaning. */
const quotedText = (text: string): string =>
  /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : /^[\x20-\x7e\p{L}]*$/u.test(text) && !text.includes("'")
      ? `'${text}'`
      : JSON.stringify(text);

/**
 * Held teams <-> the trailers of a tag, one team a line:
 *
 *     Held: payments 8c1f…..3ab0… 000000001234.000003      TEAM FROM..TO SEQUENCE
 *     Held: team%20one 4b82…..8c1f… 000000000001.000000 root
 *     Held-Sent: payments team.created, team.modified      only where something of that step was sent
 *
 * Blanks, line breaks, `%` and what cannot be seen are percent-encoded in TEAM.
 */
import type { StoredForm } from '../../core/cursor/cursor-schema.ts';

type StoredTeams = NonNullable<StoredForm['held']>;

const MARKS = ['root', 'replay'] as const;

type HeldTrailer = [key: 'Held' | 'Held-Sent', value: string];

export const heldTrailers = (held: StoredTeams = []): readonly HeldTrailer[] => [
  ...held.map(({ team, from, to, sequence, ...marks }): HeldTrailer => {
    const words = MARKS.filter((mark) => marks[mark]);
    return ['Held', [encoded(team), `${from}..${to}`, sequence, ...words].join(' ')];
  }),
  ...held.flatMap(({ team, sent = [] }): HeldTrailer[] =>
    sent.length === 0 ? [] : [['Held-Sent', `${encoded(team)} ${sent.join(', ')}`]],
  ),
];

/** What the schema of cursors then judges; undefined if there are no such trailers. */
export function heldOf(held: readonly string[], sent: readonly string[]): unknown {
  if (held.length + sent.length === 0) return undefined;
  const sentOf = new Map(sent.map((line) => firstWord(line)));
  const teams = held.map((line) => {
    const [name = '', steps = '', sequence, ...marks] = line.split(' ');
    const [from, to] = steps.split('..');
    const types = sentOf.get(name)?.split(', ');
    sentOf.delete(name);
    const marked = marks.map((mark) => [MARKS.find((one) => one === mark) ?? 'mark', true] as const);
    return {
      team: decoded(name),
      from,
      to,
      sequence,
      ...(types && { sent: types }),
      ...Object.fromEntries(marked),
    };
  });
  // Of teams that are not held.
  return [...teams, ...[...sentOf.keys()].map((name) => ({ team: decoded(name) }))];
}

const firstWord = (line: string): readonly [word: string, rest: string] => {
  const end = line.indexOf(' ');
  return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
};

const encoded = (team: string): string =>
  team.replace(/[\s%\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '%' ? '%25' : encodeURIComponent(character),
  );

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined; // `%` with anything else behind it: the schema refuses it
  }
}

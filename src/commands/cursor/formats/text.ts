/**
 * Cursors for people, as the store holds them:
 *
 *     gitlab-groups
 *       Commit: 3ab0c41d5e6f…
 *       Last-Event: evt_…
 *       Version: 9d1c…
 */
import { trailersOf } from '../../../adapters/cursor-stores/tag-message.ts';
import type { Style } from '../../../adapters/process/terminal/style.ts';
import { printable } from '../../../core/text/log-safe.ts';
import type { ShownCursors, ShownEntry } from '../shown-cursors.ts';

export function cursorsText(
  { clients, others }: ShownCursors,
  named: ReadonlySet<string> | undefined,
  style: Style,
): string {
  return [
    clients.map((entry) => entryText(entry, named, style)).join('\n'),
    ...others.map((ref) => `\n${printable(ref)} is no cursor\n`),
  ].join('');
}

const WITHOUT_CURSOR: Readonly<Partial<Record<ShownEntry['kind'], string>>> = {
  gone: 'gone: it has begun, but there is no cursor',
  new: 'it has not begun',
};

function entryText(
  { client, kind, cursor, problem, version }: ShownEntry,
  named: ReadonlySet<string> | undefined,
  style: Style,
): string {
  const lines = cursor
    ? [['Commit', cursor.commit] as const, ...trailersOf(cursor)].map(([key, value]) => `${key}: ${value}`)
    : [WITHOUT_CURSOR[kind] ?? `corrupt: ${problem}`];
  if (cursor && cursor.run === undefined) lines.push('Set by hand: no run has written it');
  if (named?.has(client) === false) lines.push('Not in the clients file');
  if (version !== null) lines.push(`Version: ${version}`);
  return `${style.bold(printable(client))}\n${lines.map((line) => `  ${printable(line)}\n`).join('')}`;
}

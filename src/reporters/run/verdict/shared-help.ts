/** What helps several clients alike is said once, below the last of them, with commands for all of them. */
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import { printable } from '../../../core/text/log-safe.ts';

/** What to print below a client: its own help, that of all who share it, or nothing if it stands below a later one. */
export function sharedHelp(clients: readonly LaneResult[]): (result: LaneResult) => readonly string[] {
  const sharing = new Map<string, LaneResult[]>();
  for (const result of clients) {
    const key = keyOf(result);
    const group = sharing.get(key);
    if (group === undefined) sharing.set(key, [result]);
    else group.push(result);
  }
  return (result) => {
    const { help = [] } = result;
    const group = sharing.get(keyOf(result)) ?? [];
    if (help.length === 0 || group.length < 2) return help;
    if (group.at(-1) !== result) return [];
    const names = group.map(({ client }) => client);
    const all = names.map((name) => `--client ${name}`).join(' ');
    return [`${names.map(printable).join(', ')}:`, ...help.map((line) => choosing(line, result.client, all))];
  };
}

/** The command in the line with `options` in place of the client's; other lines as they are. A client's name may be any text. */
function choosing(line: string, client: string, options: string): string {
  const option = `--client ${client}`;
  const at = `${line} `.lastIndexOf(`${option} `);
  return !line.startsWith(' ') || at < 0
    ? line
    : line.slice(0, at) + options + line.slice(at + option.length);
}

const keyOf = ({ client, status, help = [] }: LaneResult): string =>
  [status, ...help.map((line) => choosing(line, client, '--client *'))].join('\n');

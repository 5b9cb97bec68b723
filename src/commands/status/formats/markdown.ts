/** `status` as Markdown: the verdict first, then a table with the worst state on top. */
import { code, markdown, table } from '../../../reporters/formats/markdown.ts';
import { heldText } from '../../../reporters/held-text.ts';
import { worstFirst } from '../../../reporters/lane-words.ts';
import type { ClientStatus, StatusReport } from '../status-report.ts';

export function statusMarkdown(report: StatusReport): string {
  const { clients, to, store, left, broken } = report;
  const behind = clients.filter(
    ({ state, pending }) => state !== 'current' && state !== 'paused' && pending?.events !== 0,
  );
  const verdict =
    behind.length === 0
      ? '✓ no client is behind'
      : `✗ ${behind.length} of ${clients.length} clients ${behind.length === 1 ? 'is' : 'are'} behind or cannot go on`;
  const title = to.title === null ? '' : ` ${code(to.title)}`;
  return markdown([
    `### team-events: ${verdict}`,
    `${code(store)} up to ${code(to.id.slice(0, 12))}${title}`,
    ...(clients.length === 0
      ? []
      : [
          table(
            ['client', 'state', 'pending events', 'since', 'problem', 'contact'],
            worstFirst(clients, ({ state }) => state).map(row),
            [2],
          ),
        ]),
    ...(broken.length === 0
      ? []
      : [
          table(
            ['broken file, which holds old content', 'problem', 'since', 'author'],
            broken
              .slice(0, 100)
              .map(({ path, line, column, message, changed }) => [
                code(`${path}:${line}:${column}`),
                code(message),
                changed === null ? '' : code(changed.id.slice(0, 12)),
                changed === null ? '' : code(changed.author),
              ]),
          ),
        ]),
    ...(left.length === 0
      ? []
      : [
          `Not in the clients file, though they have a cursor: ${left.map(({ client }) => code(client)).join(', ')}`,
        ]),
  ]);
}

const row = ({
  client,
  state,
  pending,
  since,
  blocked,
  held,
  problems,
  contact,
}: ClientStatus): readonly string[] => {
  const [first] = blocked === null ? problems : [blocked.status];
  const waiting = held.length > 0 ? `held: ${heldText(held)}` : undefined;
  const problem = [first, waiting].filter((text) => text !== undefined).join('; ');
  return [
    code(client),
    state,
    pending === null ? '' : String(pending.events),
    since ?? '',
    problem === '' ? '' : code(problem),
    contact === null ? '' : code(contact),
  ];
};

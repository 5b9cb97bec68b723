/** The note of a merged merge request: who was sent its events, and who waits for them and why. */
import type { LaneResult } from '../../core/delivery/lane/lane-result.ts';
import { counted } from '../../core/text/counted.ts';
import { LANE_WORDS } from '../../reporters/lane-words.ts';
import { code, codeBlock, link, markdown, MAX_CHARACTERS, table } from '../../reporters/formats/markdown.ts';
import { MAX_MARKER, type Deliveries } from './deliveries.ts';

const CLIENTS_SHOWN = 100;
/** Number of reasons shown without a click. */
const REASONS_SHOWN = 10;
/** Leaves room for the marker within what a comment may have. */
const LIMIT = MAX_CHARACTERS - MAX_MARKER;

interface About {
  /** The merge request's commits that the run has read, newest first. */
  readonly commits: readonly string[];
  /** The results of the run. */
  readonly clients: readonly LaneResult[];
  /** A link to it. */
  readonly run: string | undefined;
}

export function deliveredText(deliveries: Deliveries, { commits, clients, run }: About): string {
  // Those that wait first.
  const all = [...deliveries].sort(([, a], [, b]) => Number(b.left > 0) - Number(a.left > 0));
  const waiting = all.filter(([, { left }]) => left > 0);
  const [due, left] = [sumOf(all, 'due'), sumOf(all, 'left')];
  const verdict =
    left === 0
      ? `✓ ${counted(due, 'event')} delivered to ${counted(all.length, 'client')}`
      : `✗ ${due - left} of ${counted(due, 'event')} delivered, ${counted(waiting.length, 'client')} behind`;
  const rows = all
    .slice(0, CLIENTS_SHOWN)
    .map(([client, one]) => [
      code(client),
      String(one.due - one.left),
      String(one.left),
      stateOf(one.status),
    ]);
  const reasons = waiting.flatMap(([name]) => {
    const { problem, contact } = clients.find(({ client }) => client === name) ?? {};
    return problem === undefined
      ? []
      : [`${name}: ${problem.message}${contact === undefined ? '' : `  [${contact}]`}`];
  });
  const shown = commits.map((commit) => code(commit.slice(0, 12))).join(', ');
  const parts = [
    `### team-events: ${verdict}`,
    table(['client', 'delivered', 'waiting', ''], rows, [1, 2]),
    ...(all.length > CLIENTS_SHOWN ? [`… and ${all.length - CLIENTS_SHOWN} more clients.`] : []),
    ...(reasons.length > 0 ? [codeBlock(reasons.slice(0, REASONS_SHOWN))] : []),
    ...(reasons.length > REASONS_SHOWN ? [{ summary: `All ${reasons.length} reasons`, lines: reasons }] : []),
    ...(waiting.length > 0
      ? ['What waits is sent by the next run that can; it writes this note again.']
      : []),
    `By ${link('this run', run)}, of ${shown}.`,
  ];
  return markdown(parts, LIMIT);
}

const sumOf = (
  all: readonly (readonly [string, Record<'due' | 'left', number>])[],
  key: 'due' | 'left',
): number => all.reduce((sum, [, one]) => sum + one[key], 0);

/** A status that another version wrote is shown as it is. */
const stateOf = (status: string): string => {
  const words = Object.entries(LANE_WORDS).find(([name]) => name === status)?.[1];
  return words === undefined ? status : `${words.mark} ${words.text}`;
};

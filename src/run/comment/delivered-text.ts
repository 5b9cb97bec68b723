/** The note of a merged merge request: who was sent its events, and who waits for them and why. */
import { createStyle } from '../../adapters/process/terminal/style.ts';
import { counted } from '../../core/text/counted.ts';
import { LANE_WORDS } from '../../reporters/lane-words.ts';
import {
  code,
  codeBlock,
  link,
  markdown,
  MAX_CHARACTERS,
  table,
  type Folded,
} from '../../reporters/formats/markdown.ts';
import { stepText } from '../../reporters/history/events-text.ts';
import type { RunResult } from '../../reporters/run/run-reporter.ts';
import { helperText, whyText } from '../../reporters/run/verdict/client-lines.ts';
import { MAX_MARKER, type Deliveries } from './deliveries.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);
const CLIENTS_SHOWN = 100;
/** Number of reasons shown without a click. */
const REASONS_SHOWN = 10;
/** Leaves room for the marker within what a comment may have. */
const LIMIT = MAX_CHARACTERS - MAX_MARKER;

/** `run` is a link to the run with this result, which has read `commits` of the merge request, newest first. */
export function deliveredText(
  deliveries: Deliveries,
  result: RunResult,
  commits: readonly string[],
  run: string | undefined,
): string {
  // Those that wait first.
  const all = [...deliveries].sort(([, a], [, b]) => Number(b.left > 0) - Number(a.left > 0));
  const waiting = all.filter(([, { left }]) => left > 0);
  const [due, left] = [sumOf(all, 'due'), sumOf(all, 'left')];
  const made = `${due - left} of ${counted(due, 'delivery', 'deliveries')} made`;
  const verdict =
    left === 0
      ? `✓ ${made}, to ${counted(all.length, 'client')}`
      : `✗ ${made}, ${counted(waiting.length, 'client')} behind`;
  const rows = all
    .slice(0, CLIENTS_SHOWN)
    .map(([client, one]) => [
      code(client),
      String(one.due - one.left),
      String(one.left),
      stateOf(one.status),
    ]);
  const reasons = waiting.flatMap(([name]) => {
    const own = result.report.clients.find(({ client }) => client === name);
    if (own === undefined || whyText(own) === '') return [];
    const helper = helperText(own);
    return [`${name}: ${whyText(own)}${helper === undefined ? '' : `  [${helper}]`}`];
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
    ...eventsPart(result, new Set(commits)),
    `By ${link('this run', run)}, of ${shown}.`,
  ];
  return markdown(parts, LIMIT);
}

/** The events of these commits, each with the clients that this run has sent it, or has not. */
function eventsPart({ log, recipients }: RunResult, commits: ReadonlySet<string>): readonly Folded[] {
  const steps = log.filter(({ to }) => commits.has(to));
  const count = steps.reduce((sum, { events }) => sum + events.length, 0);
  const lines: string[] = [];
  let size = 0;
  for (const { events } of steps) {
    for (const piece of stepText(events, PLAIN, (event) => recipients.get(event) ?? [])) {
      if (size > LIMIT) break;
      size += piece.length;
      lines.push(...piece.trimEnd().split('\n'));
    }
  }
  return count === 0 ? [] : [{ summary: `What this run did with them: ${counted(count, 'event')}`, lines }];
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

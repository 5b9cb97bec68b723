/**
 * A run, dry run or replay as Markdown, for a comment: the verdict first, then the clients that were not sent everything
 * and what helps, and the events, folded, as far as there is room.
 */
import { createStyle } from '../../../adapters/process/terminal/style.ts';
import type { Problem } from '../../../core/catalogue/team.ts';
import type { LaneResult } from '../../../core/delivery/lane/lane-result.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { EXIT } from '../../../errors.ts';
import { code, codeBlock, markdown, MAX_CHARACTERS, table, type Folded } from '../../formats/markdown.ts';
import { stepText } from '../../history/events-text.ts';
import { problemLines } from '../../history/problem-lines.ts';
import { LANE_WORDS, worstFirst } from '../../lane-words.ts';
import { listedSteps } from '../listed-steps.ts';
import type { EventPrinter, RunOutcome, RunReporter } from '../run-reporter.ts';
import { helperText, whyText } from '../verdict/client-lines.ts';
import { exitLine } from '../verdict/exit-line.ts';
import { totalsText } from '../verdict/totals.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);
/** How many clients have a row, and how many broken files a line. */
const ROWS = 100;

export const MARKDOWN_REPORTER: RunReporter = {
  events: createEvents,
  *result(outcome) {
    const { log, asked, recipients } = outcome;
    const listed = collectLines();
    for (const { events } of listedSteps(log, asked ?? ((event) => recipients.has(event))))
      listed.add(events.length, () => stepText(events, PLAIN, (event) => recipients.get(event) ?? []));
    yield markdown([...verdict(outcome), ...listed.folded()]);
  },
};

function createEvents(): EventPrinter {
  const listed = collectLines();
  return {
    begin: () => '',
    step(events, _, recipientsOf) {
      listed.add(events.length, () => stepText(events, PLAIN, recipientsOf));
      return [];
    },
    end: (problems, outcome) =>
      markdown([
        ...(outcome === undefined
          ? [`### team-events: dry run, ${listed.count} events`, ...brokenFiles(problems)]
          : verdict(outcome)),
        ...listed.folded(),
      ]),
  };
}

function verdict(outcome: RunOutcome): readonly string[] {
  const { report, kind, totals } = outcome;
  const { clients, exitCode, problems } = report;
  const mark = exitCode === EXIT.done ? '✓' : '✗';
  const total = totalsText(totals, clients);
  const sorted = worstFirst(clients, ({ status }) => status);
  return [
    `### team-events${kind === 'run' ? '' : ` (${kind})`}: ${mark} ${exitLine(outcome)}`,
    ...(total === undefined ? [] : [code(total)]),
    ...(clients.length === 0
      ? []
      : [
          table(
            ['client', 'state', kind === 'run' ? 'delivered' : 'would get', 'pending', 'why', 'who can help'],
            sorted.slice(0, ROWS).map(row),
            [2, 3],
          ),
        ]),
    ...(sorted.length > ROWS ? [`and ${sorted.length - ROWS} more clients`] : []),
    ...brokenFiles(problems),
    ...helpOf(sorted.slice(0, ROWS)),
  ];
}

function row(result: LaneResult): readonly string[] {
  const { client, status, delivered, pending } = result;
  const [why, whom] = [whyText(result), helperText(result)];
  return [
    code(client),
    `${LANE_WORDS[status].mark} ${status}`,
    String(delivered),
    String(pending),
    why === '' ? '' : code(why),
    whom === undefined ? '' : code(whom),
  ];
}

/** What helps each client, as it stands in a terminal: to be copied. */
const helpOf = (clients: readonly LaneResult[]): readonly string[] =>
  clients.flatMap(({ client, problem, help = [] }) => {
    const lines = [...(problem?.details ?? []), ...help];
    return lines.length === 0 ? [] : [`${code(client)}:\n\n${codeBlock(lines.map(printable))}`];
  });

function brokenFiles(problems: readonly Problem[]): readonly string[] {
  if (problems.length === 0) return [];
  return ['Broken files hold their last valid content:', codeBlock(problemLines(problems.slice(0, ROWS)))];
}

/** Keeps no more than there may be room for: a run may have millions of events. */
function collectLines() {
  const lines: string[] = [];
  let characters = 0;
  let shown = 0;
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(events: number, text: () => Iterable<string>): void {
      count += events;
      if (characters > MAX_CHARACTERS || events === 0) return;
      shown += events;
      for (const piece of text()) {
        lines.push(...piece.trimEnd().split('\n'));
        characters += piece.length;
        if (characters > MAX_CHARACTERS) break;
      }
    },
    folded(): readonly Folded[] {
      if (count === 0) return [];
      const more = count - shown;
      return [
        {
          summary: `${count} ${count === 1 ? 'event' : 'events'}`,
          lines: more > 0 ? [...lines, `… and ${more} more events`] : lines,
        },
      ];
    },
  };
}

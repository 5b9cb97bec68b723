/** What every run that reads history tells on stderr. */
import type { Problem } from '../catalogue/team.ts';
import type { Console } from '../report/console.ts';
import { renameText } from '../report/rename-text.ts';
import { problemLines } from '../report/run-report.ts';
import { printable } from '../report/style.ts';
import type { EventStream } from './event-stream.ts';
import type { PendingLane } from './pending.ts';

export function noteWarnings({ warnings }: Pick<EventStream, 'warnings'>, console: Console): void {
  for (const [path, what] of warnings)
    console.note(`${console.noteStyle.yellow('warning')}: ${printable(path)} is ${what}: passed over`);
}

/** What looks like a rename and was not told as one. */
export function noteHints({ hints }: Pick<EventStream, 'hints'>, console: Console): void {
  const hint = console.noteStyle.yellow('hint');
  for (const one of hints.first) {
    console.note(`${hint}: ${renameText(one, one.key)} (commit ${one.commit.slice(0, 12)})`);
  }
  const more = hints.count - hints.first.length;
  if (more > 0) console.note(`${hint}: ${more} more look like renames`);
}

export function noteProblems(problems: readonly Problem[], console: Console): void {
  if (problems.length === 0) return;
  console.note(
    console.noteStyle.red(
      'Problems at the newest revision (a broken file holds its last valid content, a new one nothing yet):',
    ),
  );
  console.note(problemLines(problems));
}

/** Who begins in this run, and where: it happens once, and decides what a client will never be sent. */
export function noteBeginnings(lanes: readonly PendingLane[], to: string, console: Console): void {
  for (const { name, beginning } of lanes) {
    if (beginning.kind === 'renamed') console.note(`${name}: takes over the cursor of its former name`);
    if (beginning.kind !== 'new') continue;
    const at = beginning.start === 'now' ? `: at ${to.slice(0, 12)}, with what comes after it` : '';
    console.note(`${name}: begins (start: ${beginning.start})${at}`);
  }
}

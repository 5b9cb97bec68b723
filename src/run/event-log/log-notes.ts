/** The notes on stderr that every run gives about the history it read, and git's warnings. */
import type { Caller } from '../../adapters/git/clone/repository.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import type { Console } from '../../adapters/process/terminal/console.ts';
import type { Problem } from '../../core/catalogue/team.ts';
import { printable } from '../../core/text/log-safe.ts';
import { BROKEN, problemLines } from '../../reporters/history/problem-lines.ts';
import type { EventStream } from './event-stream.ts';

/** The caller of git: prints each of git's warnings once, however often it occurs. */
export function callerOf({ environment, console }: Pick<RunContext, 'environment' | 'console'>): Caller {
  const told = new Set<string>();
  return {
    environment,
    warn(text) {
      if (!told.has(text)) console.note(`${console.noteStyle.yellow('warning')}: ${text}`);
      told.add(text);
    },
  };
}

export function noteWarnings({ warnings }: Pick<EventStream, 'warnings'>, console: Console): void {
  for (const [path, what] of warnings)
    console.note(`${console.noteStyle.yellow('warning')}: ${printable(path)} is ${what}: passed over`);
}

/** Prints hints about possible mistakes in the steps that were read. */
export function noteHints({ hints }: Pick<EventStream, 'hints'>, console: Console): void {
  const hint = console.noteStyle.yellow('hint');
  for (const one of hints.first) {
    console.note(`${hint}: ${one}`);
  }
  const more = hints.count - hints.first.length;
  if (more > 0) console.note(`${hint}: ${more} more such hints`);
}

export function noteProblems(problems: readonly Problem[], console: Console): void {
  if (problems.length === 0) return;
  console.note(console.noteStyle.red(BROKEN));
  console.note(problemLines(problems));
}

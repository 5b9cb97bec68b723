/**
 * A git that goes on answering questions on its stdin. Starting one costs far more than most answers, and a run asks
 * about single objects again and again.
 */
import { PassThrough } from 'node:stream';
import { GitCommandError, type Repository } from './clone/repository.ts';
import { streamGit } from './stream.ts';

/** It is ended when nothing was asked for this long, so nobody has to close it. */
const IDLE_MS = 1000;

/** Asks many questions at once. Returns one answer for each, in their order. @throws {GitCommandError} if git fails */
export type Ask<Answer> = (questions: readonly string[]) => Promise<readonly Answer[]>;

export interface LastingCommand<Answer> {
  readonly args: readonly string[];
  /** Returns a function that takes output in pieces of any size and returns the answers that each piece completes. */
  readonly createParser: () => (chunk: Buffer) => readonly Answer[];
  /** Whether the object was not found. */
  readonly isMissing: (answer: Answer) => boolean;
}

/** Each repository has its own git, started with the first question. */
export function lastingGit<Answer>(command: LastingCommand<Answer>): (repository: Repository) => Ask<Answer> {
  const opened = new WeakMap<Repository, Ask<Answer>>();
  return (repository) => {
    const ask = opened.get(repository) ?? open(repository, command);
    opened.set(repository, ask);
    return ask;
  };
}

function open<Answer>(repository: Repository, command: LastingCommand<Answer>): Ask<Answer> {
  let running: Running<Answer> | undefined;
  return async function ask(questions): Promise<readonly Answer[]> {
    if (questions.length === 0) return [];
    const asked = running?.usable === true ? running : undefined;
    const git = asked ?? (running = start(repository, command));
    const answers = await git.ask(questions);
    if (asked === undefined || !answers.some(command.isMissing)) return answers;
    // It may have been fetched since this git began, which need not notice that: only a new one is believed.
    asked.end();
    return ask(questions);
  };
}

interface Running<Answer> {
  /** Whether it can be asked more. */
  readonly usable: boolean;
  readonly ask: Ask<Answer>;
  /** Ends it after its last answer. */
  end(): void;
}

interface Waiting<Answer> {
  /** Number of answers due. */
  readonly due: number;
  readonly answers: Answer[];
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

function start<Answer>(
  repository: Repository,
  { args, createParser }: LastingCommand<Answer>,
): Running<Answer> {
  const input = new PassThrough();
  const git = streamGit(repository, args, input);
  const waiting: Waiting<Answer>[] = [];
  let usable = true;
  let idle: NodeJS.Timeout | undefined;
  const end = (): void => {
    usable = false;
    clearTimeout(idle);
    input.end();
  };
  const settle = (answer: Answer): void => {
    const first = waiting[0];
    if (first === undefined) return;
    first.answers.push(answer);
    if (first.answers.length < first.due) return;
    waiting.shift();
    first.resolve(first.answers);
    if (waiting.length === 0 && usable) idle = setTimeout(end, IDLE_MS);
  };
  const read = async (): Promise<void> => {
    const parse = createParser();
    for await (const chunk of git.chunks()) for (const answer of parse(chunk)) settle(answer);
    throw new GitCommandError(0, 'git ended before it had answered');
  };
  read().catch((error: unknown) => {
    end();
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    get usable() {
      return usable;
    },
    ask: (questions) =>
      new Promise((resolve, reject) => {
        clearTimeout(idle);
        waiting.push({ due: questions.length, answers: [], resolve, reject });
        input.write(questions.map((question) => `${question}\n`).join(''));
      }),
    end,
  };
}

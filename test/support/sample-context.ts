/** The context of a command without a process; what it prints and notes is kept. */
import type { RunContext } from '../../src/adapters/process/run-context.ts';
import { createRedactor } from '../../src/adapters/process/secrets/redactor.ts';
import { createStyle } from '../../src/adapters/process/terminal/style.ts';

export interface SampleContext extends RunContext {
  /** What was printed so far. */
  readonly printed: () => string;
  /** Messages so far, one or several lines each. */
  readonly notes: readonly string[];
}

export function createContext(environment: NodeJS.ProcessEnv = {}): SampleContext {
  let printed = '';
  const notes: string[] = [];
  const plain = createStyle('never', {}, 'stdout', false);
  const never = new AbortController().signal;
  return {
    console: {
      style: plain,
      noteStyle: plain,
      closed: false,
      waiting: 0,
      print: (text) => Promise.resolve(void (printed += text)),
      command: (lines) => Promise.resolve(void (printed += lines)),
      waitAtMost: () => undefined,
      note: (lines) => void notes.push([lines].flat().join('\n')),
    },
    redactor: createRedactor(),
    environment,
    version: 'test',
    args: [],
    stop: {
      code: undefined,
      stopping: never,
      abortAttempts: never,
      abortWrites: never,
      after: () => undefined,
    },
    printed: () => printed,
    notes,
  };
}

/** Asks people at a terminal. */
import { createInterface } from 'node:readline/promises';

/** Whether somebody can read a question and answer it. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** The answer without outer blanks; empty if there is none. The question is shown on stderr. */
export async function ask(question: string, stop: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return (await Promise.race([lines.question(question, { signal: stop }), closed])).trim();
  } finally {
    lines.close();
  }
}

/** The program of the process that resolves names (docs/adr/0015-names-are-resolved-by-a-process-of-their-own.md). */

export interface NameQuestion {
  readonly id: number;
  readonly host: string;
}

export interface NameAnswer {
  readonly id: number;
  /** In the system's order; empty if there is a `code`. */
  readonly addresses: readonly { readonly address: string; readonly family: number }[];
  readonly code: string | undefined;
}

/** Passed on as source text, so it must not use anything from outside except types. */
function answerQuestions(): void {
  const { lookup } = process.getBuiltinModule('node:dns');
  process.on('message', ({ id, host }: NameQuestion) => {
    lookup(host, { all: true }, (error, addresses) => {
      const answer: NameAnswer = { id, addresses: error ? [] : addresses, code: error?.code };
      process.send?.(answer);
    });
  });
  // Signals to the whole group are handled by the run; when the run is gone, nothing is left behind. Any other way to
  // end would wait for hanging lookups.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

export const NAME_PROCESS = `(${answerQuestions.toString()})()`;

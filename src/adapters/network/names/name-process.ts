/** What the process that resolves names runs (docs/adr/0015-names-are-resolved-by-a-process-of-their-own.md). */

export interface NameQuestion {
  readonly id: number;
  readonly host: string;
}

export interface NameAnswer {
  readonly id: number;
  /** In the system's order; none where `code` says why. */
  readonly addresses: readonly { readonly address: string; readonly family: number }[];
  readonly code: string | undefined;
}

/** Handed over as text: it may use nothing from outside of itself but types. */
function answerQuestions(): void {
  const { lookup } = process.getBuiltinModule('node:dns');
  process.on('message', ({ id, host }: NameQuestion) => {
    lookup(host, { all: true }, (error, addresses) => {
      const answer: NameAnswer = { id, addresses: error ? [] : addresses, code: error?.code };
      process.send?.(answer);
    });
  });
  // A signal for the whole group is the run's to obey; a run that is gone leaves nothing behind. Any other end would
  // wait for the lookups that hang.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

export const NAME_PROCESS = `(${answerQuestions.toString()})()`;

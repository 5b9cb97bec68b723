/** The present state of a client by the clients file, and its problems as one line of text. */
import type { ClientsFileError } from '../../errors.ts';
import type { FileProblem } from '../yaml/file-problem.ts';
import type { LaneProblem } from '../delivery/lane/lane-result.ts';
import type { BoundClient } from './binding/bind-client.ts';

/** What the clients file currently says about a client. */
export type ClientState =
  | { readonly kind: 'ready'; readonly bound: BoundClient }
  | { readonly kind: 'misconfigured'; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'removed' }
  | { readonly kind: 'unusable'; readonly error: ClientsFileError };

/** An operator sets variables; what stands in the file is its owner's. */
export function misconfiguredProblem(problems: readonly FileProblem[]): LaneProblem {
  const variables = [...new Set(problems.flatMap(({ variable }) => variable ?? []))];
  const isOperators = problems.length > 0 && problems.every(({ variable }) => variable !== undefined);
  return {
    message: problemsInOneLine(problems),
    event: undefined,
    ...(isOperators && { helper: 'operator', variables }),
  };
}

const problemsInOneLine = (problems: readonly FileProblem[]): string =>
  problems.map(({ line, message }) => `line ${line}: ${message}`).join('; ');

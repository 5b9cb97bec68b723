/** What a failed connection means for the event of its request. */
import { UsageError } from '../../../errors.ts';
import { ForbiddenError, reasonOf, isReset } from '../../network/failure.ts';
import type { Outcome } from './answer.ts';

/** `where` names the host, and what was dialled. */
export function failureOf(error: unknown, where: string): Outcome {
  // Of a proxy: it is told at the start, but for urls that came later.
  if (error instanceof ForbiddenError || error instanceof UsageError)
    return { kind: 'forbidden', rule: error.message };
  const message = `${where}: ${reasonOf(error)}`;
  return { kind: 'unreachable', message, reset: isReset(error as NodeJS.ErrnoException) };
}

/** What a failed connection means for the event of the request. */
import { UsageError } from '../../../errors.ts';
import { ForbiddenError, reasonOf, isReset } from '../../network/failure.ts';
import type { Outcome } from './answer.ts';

/** `where` names the host and the addresses tried. */
export function failureOf(error: unknown, where: string): Outcome {
  // A UsageError comes from a bad proxy setting; it is normally reported at the start, except for urls that were added
  // later.
  if (error instanceof ForbiddenError || error instanceof UsageError)
    return { kind: 'forbidden', rule: error.message };
  const message = `${where}: ${reasonOf(error)}`;
  return { kind: 'unreachable', message, reset: isReset(error as NodeJS.ErrnoException) };
}

/** That history does not lead on is expected of one lane among many, whose others go on. */
import type { Result } from '../../core/result.ts';
import { HistoryError } from '../../errors.ts';

/** What `read` gives, or the HistoryError that it throws. @throws any other */
export async function historyResult<Value>(read: () => Promise<Value>): Promise<Result<Value, HistoryError>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    if (error instanceof HistoryError) return { ok: false, wrong: error };
    throw error;
  }
}

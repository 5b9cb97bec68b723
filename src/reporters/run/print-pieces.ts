/** Collects small pieces of text and prints them in larger ones. */
import type { Console } from '../../adapters/process/terminal/console.ts';
import type { Selects } from '../../core/clients/lane-selection.ts';
import type { Recipients } from '../../core/delivery/recipients.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { listedSteps } from './listed-steps.ts';
import type { RequestsOf } from '../../core/clients/requests-of.ts';
import type { EventPrinter, RecipientsOf } from './run-reporter.ts';

/** Number of characters written at once. */
const PIECE = 64 * 1024;

/**
 * Prints small pieces in larger ones, at the reader's pace; takes and returns the text (`rest`) that is not printed
 * yet.
 */
export async function printPieces(
  rest: string,
  pieces: Iterable<string>,
  console: Pick<Console, 'print'>,
): Promise<string> {
  let text = rest;
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    await console.print(text);
    text = '';
  }
  return text;
}

/** Prints the events of the log that `shows` selects, with what `requestsOf` says of them; returns their number. */
export async function printLog(
  printer: EventPrinter,
  log: readonly LogStep[],
  shows: Selects,
  recipients: Recipients,
  console: Pick<Console, 'print'>,
  requestsOf: RequestsOf = () => undefined,
): Promise<number> {
  const recipientsOf: RecipientsOf = (event) =>
    (recipients.get(event) ?? []).map((one) => ({ ...one, requests: requestsOf(one.client, event) }));
  let printed = 0;
  let text = '';
  for (const { events, before } of listedSteps(log, shows)) {
    if (events.length === 0) continue;
    text = await printPieces(text, printer.step(events, before, recipientsOf), console);
    printed = before + events.length;
  }
  await console.print(text);
  return printed;
}

/** Reads events from a file, one per line: as `--format ndjson` prints events, or as `listen` prints requests. */
import { readTextFile } from '../../adapters/files/read-file.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent, TeamEvent } from '../../core/events/team-event.ts';
import { isMapping } from '../../core/yaml/yaml-text.ts';
import { UsageError } from '../../errors.ts';
import { eventIn } from '../receiving/received-event.ts';

/** In the order of the file; adjacent events of one commit form a step. @throws {UsageError} with the line */
export function readEventFile(path: string): readonly LogStep[] {
  const steps: { from: string | null; to: string; events: LoggedEvent[] }[] = [];
  const lines = readTextFile(path, 'the events', 'Make one with: team-events --print-events --format ndjson');
  for (const [index, line] of lines.split('\n').entries()) {
    if (line.trim() === '') continue;
    const text = eventText(line);
    const event = eventIn(text);
    // The id is put into headers.
    if (event === undefined || !/^[\x21-\x7e]+$/.test(event.id))
      throw new UsageError(
        `${path}:${index + 1}: this is no event`,
        'Expected lines as --format ndjson prints them, of events or of what listen received.',
      );
    const { id, parent } = event.data.commit;
    const last = steps.at(-1);
    if (last?.to === id) last.events.push(loggedEvent(event, text));
    else steps.push({ from: parent, to: id, events: [loggedEvent(event, text)] });
  }
  return steps.map((step) => ({ ...step, reachable: 0, before: { teams: 0, memberships: 0 } }));
}

/** For lines printed by `listen`, the exact body that it received. */
function eventText(line: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (isMapping(value)) {
      const { body } = value as { readonly body?: unknown };
      if (typeof body === 'string') return body;
    }
  } catch {
    // reported by the caller, with its position
  }
  return line.trim();
}

/** All events are sent as they are: whoever kept them chose them, so none is left out as implied. */
const loggedEvent = ({ id, type, subject, sequence, data }: TeamEvent, text: string): LoggedEvent => ({
  text,
  id,
  type,
  subject,
  sequence,
  commit: data.commit.id,
  people: 0,
  states: [],
  impliedBy: [],
});

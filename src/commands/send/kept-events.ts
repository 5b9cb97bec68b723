/** Reads events from a file, one per line: as `--format ndjson` prints events, or as `listen` prints requests. */
import { readTextFile } from '../../adapters/files/read-file.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import type { LoggedEvent, TeamEvent } from '../../core/events/team-event.ts';
import { isMapping } from '../../core/yaml/yaml-text.ts';
import { UsageError } from '../../errors.ts';
import { eventsIn } from '../receiving/received-event.ts';

/** In the order of the file; adjacent events of one commit form a step. @throws {UsageError} with the line */
export function readEventFile(path: string): readonly LogStep[] {
  const steps: { from: string | null; to: string; events: LoggedEvent[] }[] = [];
  const lines = readTextFile(path, 'the events', 'Make one with: team-events --print-events --format ndjson');
  for (const [index, line] of lines.split('\n').entries()) {
    if (line.trim() === '') continue;
    const body = bodyOf(line);
    const events = eventsIn(body);
    // The ids are put into headers.
    if (events.length === 0 || !events.every(({ id }) => /^[\x21-\x7e]+$/.test(id)))
      throw new UsageError(
        `${path}:${index + 1}: this is no event`,
        'Expected lines as --format ndjson prints them, of events or of what listen received.',
      );
    for (const event of events) {
      const { id, parent } = event.data.commit;
      const logged = loggedEvent(event, body.startsWith('[') ? JSON.stringify(event) : body);
      const last = steps.at(-1);
      if (last?.to === id) last.events.push(logged);
      else steps.push({ from: parent, to: id, events: [logged] });
    }
  }
  return steps.map((step) => ({ ...step, reachable: 0, before: { teams: 0, memberships: 0 } }));
}

/** For lines printed by `listen`, the exact body that it received. */
function bodyOf(line: string): string {
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
  people: (data.added ?? data.removed ?? []).length,
  states: [],
  impliedBy: [],
});

/** The files of which `report` makes a page; each is checked, as it may be any file. */
import * as v from 'valibot';
import { readLines, readTextFile } from '../../adapters/files/read-file.ts';
import { JOURNAL_LINE, type JournalLine } from '../../core/delivery/journal-line.ts';
import { EVENT_TYPES } from '../../core/events/event-type.ts';
import type { TeamEvent } from '../../core/events/team-event.ts';
import { UsageError } from '../../errors.ts';
import { LANE_WORDS } from '../../reporters/lane-words.ts';
import type { ShownStatus } from '../../reporters/html/status-section.ts';
import { entryOf, type Entry } from '../../reporters/html/timeline.ts';

const text = v.string();
const orNull = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);

/** What of a status is shown. */
const STATUS = v.object({
  version: v.literal(1),
  store: text,
  to: v.object({ id: text, title: orNull(text) }),
  exitCode: v.number(),
  clients: v.array(
    v.object({
      client: text,
      contact: orNull(text),
      state: v.custom<keyof typeof LANE_WORDS>(
        (state) => typeof state === 'string' && Object.hasOwn(LANE_WORDS, state),
      ),
      pending: orNull(v.object({ events: v.number(), commits: v.number() })),
      since: orNull(text),
      skipped: v.number(),
      blocked: orNull(v.object({ event: text, type: orNull(text), team: orNull(text), status: text })),
      held: v.optional(v.array(v.object({ team: text, events: v.number() }))),
      guard: orNull(v.object({ before: text, deletedTeams: v.number(), removedMemberships: v.number() })),
      claim: orNull(v.object({ run: text, until: text })),
      problems: v.array(text),
    }),
  ),
  left: v.array(v.object({ client: text, commits: orNull(v.number()) })),
  broken: v.optional(
    v.array(
      v.object({
        path: text,
        line: v.number(),
        column: v.number(),
        message: text,
        problems: v.number(),
        changed: orNull(v.object({ id: text, title: orNull(text), time: orNull(text), author: text })),
      }),
    ),
  ),
});

const MEMBERS = v.optional(v.array(v.looseObject({ id: text })));

/** What of an event is shown. */
const EVENT = v.looseObject({
  type: v.picklist(EVENT_TYPES),
  subject: text,
  time: v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT/)),
  data: v.looseObject({
    changes: v.optional(v.array(v.looseObject({ field: text }))),
    added: MEMBERS,
    removed: MEMBERS,
    commit: v.looseObject({ id: text, title: text, author: v.looseObject({ name: text }) }),
  }),
});

export function readStatusFile(path: string): ShownStatus {
  const remedy = 'Make one with: team-events status --format json';
  const value = parsed(readTextFile(path, 'the status', remedy));
  const result = v.safeParse(STATUS, value);
  if (!result.success) throw new UsageError(`${path}: this is no status`, remedy);
  return result.output as ShownStatus;
}

/** A last line that a run was cut off in is left out. */
export async function readJournal(path: string): Promise<readonly JournalLine[]> {
  const lines: JournalLine[] = [];
  let cut: number | undefined;
  for await (const { line, number } of readLines(
    path,
    'the journal',
    'Make one with: team-events notify --journal FILE',
  )) {
    if (cut !== undefined) throw noSuchLine(path, cut, 'attempt');
    const result = v.safeParse(JOURNAL_LINE, parsed(line));
    if (result.success) lines.push(result.output);
    else cut = number;
  }
  if (cut !== undefined && lines.length === 0) throw noSuchLine(path, cut, 'attempt');
  return lines;
}

export async function readEvents(path: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const remedy = 'Make one with: team-events --print-events --format ndjson';
  for await (const { line, number } of readLines(path, 'the events', remedy)) {
    const value = parsed(line);
    if (!v.is(EVENT, value)) throw noSuchLine(path, number, 'event');
    entries.push(entryOf(value as unknown as TeamEvent));
  }
  return entries;
}

const noSuchLine = (path: string, number: number, what: string): UsageError =>
  new UsageError(
    `${path}:${number}: this is no ${what}`,
    'Expected one JSON object a line, as team-events has written it.',
  );

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

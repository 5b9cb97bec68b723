/**
 * The hidden first line of a note, by which it is found again, and which says what it is of:
 *
 *     <!-- team-events {"kind":"check","commit":"4f2a…","pipeline":[1201,88123]} -->
 */
import * as v from 'valibot';

const clientSchema = v.object({
  /** Number of events for the client, and how many of them it has not been sent. */
  due: v.pipe(v.number(), v.integer(), v.minValue(0)),
  left: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Why it has not been sent them. */
  status: v.pipe(v.string(), v.regex(/^[a-z]{1,20}$/)),
});

/** What a later version adds is passed over. */
const markerSchema = v.object({
  /** `check`: before the merge. `run`: after it. */
  kind: v.picklist(['check', 'run']),
  /** Full id: what was checked, or the end of the run's range. */
  commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  pipeline: v.optional(v.pipe(v.tuple([v.number(), v.number()]), v.readonly())),
  /** What each client was sent by this run and earlier ones; of a run only. */
  clients: v.optional(v.record(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,200}$/)), clientSchema)),
});

export type Marker = Readonly<v.InferOutput<typeof markerSchema>>;
export type DeliveredToClient = v.InferOutput<typeof clientSchema>;

const PREFIX = '<!-- team-events ';

export const markerLine = (marker: Marker): string => `${PREFIX}${JSON.stringify(marker)} -->`;

/** undefined if the note is none of the program's. */
export function readMarker(body: string): Marker | undefined {
  const [line = ''] = body.trimStart().split(/\r?\n/, 1);
  if (!line.startsWith(PREFIX) || !line.trimEnd().endsWith(' -->')) return undefined;
  try {
    const parsed = v.safeParse(markerSchema, JSON.parse(line.trimEnd().slice(PREFIX.length, -' -->'.length)));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Says whether one commit leads to the other; false too if it is not known. */
export type LeadsTo = (from: string, to: string) => Promise<boolean>;

/**
 * Whether `a` is of an older pipeline than `b`. After the merge counts more than before it. Pipelines are numbered, so a
 * job that is run again in an old one stays old, and so does its commit after a forced push; without numbers (outside of
 * CI) an ancestor is older.
 */
export async function isOlder(a: Marker, b: Marker, leadsTo: LeadsTo): Promise<boolean> {
  if (a.kind !== b.kind) return a.kind === 'check';
  if (a.pipeline !== undefined && b.pipeline !== undefined) {
    const [pipeline, job] = a.pipeline;
    return pipeline !== b.pipeline[0] ? pipeline < b.pipeline[0] : job < b.pipeline[1];
  }
  return a.commit !== b.commit && leadsTo(a.commit, b.commit);
}

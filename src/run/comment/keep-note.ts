/**
 * Keeps one note in a merge request: the newest pipeline's, whichever writes last. A forge has no compare-and-swap, so
 * each writer reads just before it writes, and looks again a moment later: the newer one finds what an older one has put
 * in its place, and writes it again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ForgeError, type Forge, type Note } from '../../adapters/forge/forge.ts';
import { isOlder, markerLine, readMarker, type LeadsTo, type Marker } from './marker.ts';

/** Longer than a write of another pipeline is usually under way. */
const SETTLE_MS = 1000;
const ROUNDS = 8;

export interface NoteText {
  readonly marker: Marker;
  /** Markdown. */
  readonly text: string;
}

export interface NoteSettings {
  readonly leadsTo: LeadsTo;
  readonly signal: AbortSignal;
  /** Waits; replaced in tests. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

interface Marked extends Note {
  readonly marker: Marker;
}

/**
 * Makes the note say `textFor` of what it says now; undefined leaves it as it is. `newer`: a newer pipeline's note is
 * there, and stays.
 *
 * @throws {ForgeError} if the forge refuses, or does not answer
 */
export async function keepNote(
  forge: Forge,
  request: string,
  textFor: (known: Marker | undefined) => NoteText | undefined,
  { leadsTo, signal, pause = (ms, stop) => sleep(ms, undefined, { signal: stop }) }: NoteSettings,
): Promise<'kept' | 'newer' | 'unchanged'> {
  /** Notes that turned out to be not the token's to change. */
  const foreign = new Set<number>();
  let written: NoteText | undefined;
  let failure: ForgeError | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const notes = await markedNotes(forge, request, foreign);
    const [first, ...others] = notes;
    const newest = await newestOf(notes, leadsTo);
    const mine = (written ??= textFor(newest?.marker));
    if (mine === undefined) return 'unchanged';
    if (newest !== undefined && (await isOlder(mine.marker, newest.marker, leadsTo))) {
      // Made at the same time as the newer one's: only this pipeline knows that nobody needs it.
      for (const { id, marker } of others) if (isSame(marker, mine.marker)) await remove(forge, request, id);
      return 'newer';
    }
    const isWritten = first !== undefined && isSame(first.marker, mine.marker) && round > 0;
    if (isWritten && others.length === 0) return 'kept';
    let waitMs = SETTLE_MS;
    failure = undefined;
    try {
      const body = `${markerLine(mine.marker)}\n${mine.text}`;
      if (first === undefined) await forge.add(request, body);
      else if (!isWritten) await forge.change(request, first.id, body);
      else for (const { id } of others) await remove(forge, request, id);
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error;
      const isForeign = first !== undefined && error.status === 403 && error.retryAfterMs === undefined;
      if (isForeign) foreign.add(first.id);
      // Removed by somebody meanwhile: there is another round for it.
      else if (error.retryAfterMs === undefined && !(error.status === 404 && first !== undefined))
        throw error;
      failure = error;
      waitMs = isForeign ? 0 : Math.max(SETTLE_MS, error.retryAfterMs ?? 0);
    }
    const isInTime = await pause(waitMs, signal).then(
      () => true,
      () => false,
    );
    if (isInTime) continue;
    if (failure === undefined) return 'kept'; // written, but there was no time to look again
    throw failure;
  }
  throw failure ?? new ForgeError('others change it again and again', 'Run it again.');
}

async function markedNotes(
  forge: Forge,
  request: string,
  foreign: ReadonlySet<number>,
): Promise<readonly Marked[]> {
  const notes = await forge.notes(request);
  return notes
    .filter(({ id }) => !foreign.has(id))
    .flatMap((note) => {
      const marker = readMarker(note.body);
      return marker === undefined ? [] : [{ ...note, marker }];
    });
}

async function newestOf(notes: readonly Marked[], leadsTo: LeadsTo): Promise<Marked | undefined> {
  let [newest] = notes;
  for (const note of notes.slice(1)) {
    if (newest === undefined || !(await isOlder(note.marker, newest.marker, leadsTo))) newest = note;
  }
  return newest;
}

const isSame = (a: Marker, b: Marker): boolean => JSON.stringify(a) === JSON.stringify(b);

/** That it is gone already is as good. */
async function remove(forge: Forge, request: string, id: number): Promise<void> {
  await forge.remove(request, id).catch((error: unknown) => {
    if (!(error instanceof ForgeError && error.status === 404)) throw error;
  });
}

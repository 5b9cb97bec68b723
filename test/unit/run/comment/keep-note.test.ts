/** One note in a merge request, whoever writes at the same time; in a forge that is in memory. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForgeError, type Forge, type Note } from '../../../../src/adapters/forge/forge.ts';
import { keepNote } from '../../../../src/run/comment/keep-note.ts';
import { isOlder, markerLine, readMarker, type Marker } from '../../../../src/run/comment/marker.ts';

const markerOf = (pipeline: number, job = 1): Marker => ({
  kind: 'check',
  commit: 'a'.repeat(40),
  pipeline: [pipeline, job],
});
const bodyOf = (marker: Marker, text = 'said'): string => `${markerLine(marker)}\n${text}`;
const NEVER = new AbortController().signal;
const settings = { leadsTo: () => Promise.resolve(false), signal: NEVER, pause: () => Promise.resolve() };

/** Notes in memory; `step` passes the time on the way there, and on the way back. */
function memoryForge(notes: Note[], step: () => Promise<unknown> = () => Promise.resolve()): Forge {
  let last = Math.max(0, ...notes.map(({ id }) => id));
  const at = (id: number): number => {
    const index = notes.findIndex((note) => note.id === id);
    if (index < 0) throw new ForgeError('status 404', '', { status: 404 });
    return index;
  };
  const act = async <Value>(work: () => Value): Promise<Value> => {
    await step();
    const value = work();
    await step();
    return value;
  };
  return {
    request: () => '7',
    pipeline: undefined,
    link: undefined,
    notes: () => act(() => [...notes]),
    add: (_, body) => act(() => void notes.push({ id: ++last, body })),
    change: (_, id, body) => act(() => void notes.splice(at(id), 1, { id, body })),
    remove: (_, id) => act(() => void notes.splice(at(id), 1)),
    mergedWith: () => Promise.resolve([]),
    close: () => undefined,
  };
}

const write = (forge: Forge, marker: Marker, text = 'said') =>
  keepNote(forge, '7', () => ({ marker, text }), settings);

describe('one note', () => {
  it('is added, then changed in its place, and left alone by what is older', async () => {
    const notes = [{ id: 3, body: 'of somebody' }];
    const forge = memoryForge(notes);
    expect(await write(forge, markerOf(1))).toBe('kept');
    expect(await write(forge, markerOf(3))).toBe('kept');
    expect(await write(forge, markerOf(2))).toBe('newer');
    expect(notes).toEqual([notes[0], { id: 4, body: bodyOf(markerOf(3)) }]);
  });

  it('is rewritten by the same job, and by one that is run again in the same pipeline', async () => {
    const notes = [{ id: 1, body: bodyOf(markerOf(1, 5)) }];
    await write(memoryForge(notes), markerOf(1, 5), 'again');
    expect(notes).toEqual([{ id: 1, body: bodyOf(markerOf(1, 5), 'again') }]);
    await write(memoryForge(notes), markerOf(1, 6));
    expect(await write(memoryForge(notes), markerOf(1, 5))).toBe('newer');
  });

  it('replaces several that are older', async () => {
    const notes = [1, 2, 3].map((pipeline) => ({ id: pipeline, body: bodyOf(markerOf(pipeline)) }));
    await write(memoryForge(notes), markerOf(4));
    expect(notes).toEqual([{ id: 1, body: bodyOf(markerOf(4)) }]);
  });

  it('is added beside one that may not be changed', async () => {
    const notes = [{ id: 1, body: bodyOf(markerOf(1)) }];
    const forge = memoryForge(notes);
    const refusing = {
      ...forge,
      change: () => Promise.reject(new ForgeError('status 403', '', { status: 403 })),
    };
    expect(await write(refusing, markerOf(2))).toBe('kept');
    expect(notes.map(({ body }) => readMarker(body)?.pipeline?.[0])).toEqual([1, 2]);
  });

  it('is tried again after a refusal that passes, looked at first, and given up after any other', async () => {
    const notes: Note[] = [];
    const forge = memoryForge(notes);
    // It was written all the same.
    let failures = 1;
    const shaky: Forge = {
      ...forge,
      async add(request, body) {
        await forge.add(request, body);
        if (failures-- > 0) throw new ForgeError('status 502', '', { status: 502, retryAfterMs: 1 });
      },
    };
    expect(await write(shaky, markerOf(1))).toBe('kept');
    expect(notes).toHaveLength(1);
    const add = (status: number, retryAfterMs?: number) => () =>
      Promise.reject(new ForgeError(`status ${status}`, '', { status, retryAfterMs }));
    await expect(write({ ...memoryForge([]), add: add(403) }, markerOf(1))).rejects.toThrow('status 403');
    await expect(write({ ...memoryForge([]), add: add(503, 1) }, markerOf(1))).rejects.toThrow('status 503');
  });

  it('counts as kept once it is written, if there is no time to look again', async () => {
    const notes: Note[] = [];
    const late = { ...settings, pause: () => Promise.reject(new Error('aborted')) };
    const say = () => ({ marker: markerOf(1), text: 'said' });
    expect(await keepNote(memoryForge(notes), '7', say, late)).toBe('kept');
    expect(notes).toHaveLength(1);
    const add = () => Promise.reject(new ForgeError('status 502', '', { status: 502, retryAfterMs: 1 }));
    await expect(keepNote({ ...memoryForge([]), add }, '7', say, late)).rejects.toThrow('status 502');
  });

  it('is given up where others change it each time', async () => {
    const notes: Note[] = [];
    const forge = memoryForge(notes);
    const notesOf: Forge['notes'] = (request) => {
      notes.splice(0, notes.length);
      return forge.notes(request);
    };
    await expect(write({ ...forge, notes: notesOf }, markerOf(1))).rejects.toThrow('again and again');
  });

  it('is the newest pipeline’s at the end, alone, in whichever order requests of several arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 2, max: 3 }),
        fc.boolean(),
        async (scheduler, count, isThere) => {
          const notes: Note[] = isThere ? [{ id: 1, body: bodyOf(markerOf(0)) }] : [];
          const forge = memoryForge(notes, () => scheduler.schedule(Promise.resolve()));
          // A pause is longer than what others have under way at its beginning, from looking to having written.
          const underWay = new Map<number, { readonly ended: Promise<void>; readonly end: () => void }>();
          const run = async (pipeline: number): Promise<string> => {
            const own: Forge = {
              ...forge,
              notes(request) {
                let finish = (): void => undefined;
                const ended = new Promise<void>((resolve) => (finish = resolve));
                underWay.set(pipeline, { ended, end: finish });
                return forge.notes(request);
              },
            };
            const end = (): void => {
              underWay.get(pipeline)?.end();
              underWay.delete(pipeline);
            };
            const pause = (): Promise<unknown> => {
              end();
              return Promise.all([...underWay.values()].map(({ ended }) => ended));
            };
            const marker = markerOf(pipeline);
            try {
              return await keepNote(own, '7', () => ({ marker, text: 'said' }), { ...settings, pause });
            } finally {
              end();
            }
          };
          const done = Promise.all(Array.from({ length: count }, (_, index) => run(index + 1)));
          await scheduler.waitFor(done);
          expect((await done).at(-1)).toBe('kept');
          expect(notes.map(({ body }) => body)).toEqual([bodyOf(markerOf(count))]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the marker', () => {
  it('is read as it was written, also where an editor has changed the ends of lines', () => {
    const marker: Marker = {
      kind: 'run',
      commit: 'b'.repeat(40),
      pipeline: [12, 34],
      clients: { 'groups-a': { due: 3, left: 1, status: 'blocked' } },
    };
    expect(readMarker(`${markerLine(marker)}\r\ntext`)).toEqual(marker);
    expect(markerLine(marker)).not.toMatch(/--(?!>$)(?<!<!--)/);
  });

  it.each([
    '',
    'text',
    '<!-- team-events -->',
    '<!-- team-events {"kind":"check"} -->',
    '<!-- team-events {} --> x',
  ])('is not in %j', (body) => {
    expect(readMarker(body)).toBeUndefined();
  });

  it('orders the run after the check, then pipelines, then commits', async () => {
    const ancestor = (from: string, to: string) => Promise.resolve(from < to);
    const at = (commit: string, more: Partial<Marker> = {}): Marker => ({
      kind: 'check',
      commit: commit.repeat(40),
      ...more,
    });
    const older: readonly (readonly [Marker, Marker])[] = [
      [markerOf(9), { ...markerOf(1), kind: 'run' }],
      [markerOf(9), markerOf(10)],
      [markerOf(9, 1), markerOf(9, 2)],
      [at('a'), at('b')],
      [at('a', { pipeline: [9, 9] }), at('b')],
    ];
    for (const [a, b] of older) {
      expect(await isOlder(a, b, ancestor)).toBe(true);
      expect(await isOlder(b, a, ancestor)).toBe(false);
      expect(await isOlder(a, a, ancestor)).toBe(false);
    }
  });
});

/** Slots bound what is under way at once, first come, first served. */
import { describe, expect, it } from 'vitest';
import { createSlots } from '../../../src/delivery/slots.ts';

/** Works that end when they are told, and what has begun so far. */
function createWorks(limit: number) {
  const slots = createSlots(limit);
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const start = (name: string): Promise<string> =>
    slots.run(() => {
      begun.push(name);
      return new Promise<string>((resolve, reject) =>
        ends.set(name, { resolve: () => resolve(name), reject }),
      );
    });
  return {
    begun,
    start,
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
}

describe('slots', () => {
  it('let begin what has room; the others wait in their order', async () => {
    const { begun, start, end } = createWorks(2);
    const works = ['a', 'b', 'c', 'd'].map(start);
    expect(begun).toEqual(['a', 'b']);
    end('b');
    expect(await works[1]).toBe('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    end('a');
    await works[0];
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['c', 'd']) end(name);
    expect(await Promise.all(works)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are given back by what fails', async () => {
    const { begun, start, end, fail } = createWorks(1);
    const [first, second] = [start('a'), start('b')];
    fail('a');
    await expect(first).rejects.toThrow('a');
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await second;
    const third = start('c');
    expect(begun).toEqual(['a', 'b', 'c']);
    end('c');
    expect(await third).toBe('c');
  });

  it('without a limit let everything begin', () => {
    const { begun, start } = createWorks(Infinity);
    const names = Array.from({ length: 100 }, (_, index) => `${index}`);
    void names.map(start);
    expect(begun).toEqual(names);
  });
});

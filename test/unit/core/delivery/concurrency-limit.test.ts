/** Slots bound what is under way at once, first come, first served. */
import { describe, expect, it } from 'vitest';
import { createConcurrencyLimit } from '../../../../src/core/delivery/concurrency-limit.ts';

/** Works that end when they are told, and what has begun so far. */
function createWorks(limit: number) {
  const slots = createConcurrencyLimit(limit);
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  /** A name in capitals is of a repeated attempt. */
  const start = (name: string): Promise<string> =>
    slots.run(() => {
      begun.push(name);
      return new Promise<string>((resolve, reject) =>
        ends.set(name, { resolve: () => resolve(name), reject }),
      );
    }, /[A-Z]/.test(name));
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

  it('are for repeated attempts by half: those that hang do not hold up what goes well', async () => {
    const { begun, start, end } = createWorks(4);
    const works = ['A', 'B', 'C', 'd', 'E', 'f', 'g'].map(start);
    expect(begun.join('')).toBe('ABdf');
    end('d');
    await works[3];
    expect(begun.join('')).toBe('ABdfg');
    end('f');
    end('A');
    await works[0];
    expect(begun.join('')).toBe('ABdfgC');
    for (const name of ['B', 'g', 'C']) end(name);
    await Promise.all([works[1], works[2]]);
    end('E');
    await works[4];
    expect(begun.join('')).toBe('ABdfgCE');
  });

  it.each([
    [1, 'ABc'],
    [3, 'ABcD'],
  ])('of %i are taken in the order in which they were asked for', async (limit, order) => {
    const { begun, start, end } = createWorks(limit);
    const works = order.split('').map(async (name) => {
      const ended = start(name);
      for (; !begun.includes(name); await Promise.resolve());
      end(name);
      await ended;
    });
    await Promise.all(works);
    expect(begun.join('')).toBe(order);
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

/** The output of `git cat-file --batch`, in whatever pieces it comes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES } from '../../../../../src/core/catalogue/reading/team-file.ts';
import { createBatchParser } from '../../../../../src/adapters/git/history/batch-parser.ts';

const id = (index: number): string => String(index).padStart(40, 'a');

const printed = (contents: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    contents.flatMap((bytes, index) => [
      Buffer.from(`${id(index)} blob ${bytes.length}\n`),
      bytes,
      Buffer.from('\n'),
    ]),
  );

/** What the parser sees in these pieces: size and bytes in base64 of each content, or what is missing. */
function parse(pieces: readonly Buffer[]): (readonly [number, string | undefined] | string)[] {
  const take = createBatchParser();
  return pieces
    .flatMap(take)
    .map((content) =>
      'missing' in content
        ? content.missing
        : ([content.size, content.bytes && Buffer.from(content.bytes).toString('base64')] as const),
    );
}

/** Cuts a buffer at these places. */
function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
  return [...cuts, whole.length].map((end, index) => whole.subarray(cuts[index - 1] ?? 0, end));
}

const expected = (contents: readonly Uint8Array[]) =>
  contents.map((bytes) => [bytes.length, Buffer.from(bytes).toString('base64')]);

describe('the batch parser', () => {
  it('finds every content, wherever the output is cut', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom('', '\n', '\n\n', `${id(0)} blob 3\n`, `${id(9)} missing\n`)
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(
        fc.array(content, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (contents, places) => {
          expect(parse(cut(printed(contents), places))).toEqual(expected(contents));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds every content byte by byte', () => {
    const contents = [Buffer.from('one\n'), Buffer.from(''), Buffer.from('three')];
    expect(parse([...printed(contents)].map((byte) => Buffer.from([byte])))).toEqual(expected(contents));
  });

  it('tells what is missing, between what is there', () => {
    const there = printed([Buffer.from('x')]);
    const [one] = expected([Buffer.from('x')]);
    const output = Buffer.concat([there, Buffer.from(`${id(9)} missing\n`), there]);
    expect(parse([output])).toEqual([one, id(9), one]);
    expect(parse([...output].map((byte) => Buffer.from([byte])))).toEqual([one, id(9), one]);
  });

  it('keeps of a content that is too large its size alone, and reads on behind it', () => {
    const large = Buffer.alloc(MAX_FILE_BYTES + 1, '\n');
    const whole = printed([large, Buffer.from('after'), Buffer.alloc(MAX_FILE_BYTES)]);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 4 }), (places) => {
        const [first, second, third] = parse(cut(whole, places));
        expect(first).toEqual([MAX_FILE_BYTES + 1, undefined]);
        expect(second).toEqual([5, Buffer.from('after').toString('base64')]);
        expect(third).toEqual([MAX_FILE_BYTES, expect.any(String)]);
      }),
      { numRuns: 10 },
    );
  });

  it('tells no content before it is complete', () => {
    const whole = printed([Buffer.from('content')]);
    expect(parse([whole.subarray(0, -2)])).toEqual([]);
  });
});

/** Text that is seldom read, in a fraction of its memory and outside of the heap. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Fast: more effort would gain a tenth, for twice the time. */
const LEVEL = 3;

/** Packs a text; the function that it returns gives the text again. */
export function packText(text: string): () => string {
  // A copy: zlib gives a part of a larger buffer.
  const packed = new Uint8Array(deflateRawSync(text, { level: LEVEL }));
  return () => inflateRawSync(packed).toString();
}

/** Text that is seldom read, in a fraction of its memory and outside of the heap. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Fast: more effort would gain a tenth, for twice the time. */
const LEVEL = 3;
/** Bytes that are asked of the system at once: thousands of small buffers would leave gaps between them. */
const SLAB = 1024 * 1024;

/** Packs texts; the function that is returned for one gives it again. */
export function createPacker(): (text: string) => () => string {
  let slab = Buffer.alloc(0);
  let used = 0;
  return (text) => {
    const packed = deflateRawSync(text, { level: LEVEL });
    if (packed.length > slab.length - used)
      [slab, used] = [Buffer.allocUnsafeSlow(Math.max(SLAB, packed.length)), 0];
    const kept = slab.subarray(used, used + packed.length);
    kept.set(packed);
    used += packed.length;
    return () => inflateRawSync(kept).toString();
  };
}

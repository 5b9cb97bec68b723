/**
 * The output of `git cat-file --batch` -> contents.
 *
 *     <id> blob <size>\n<bytes>\n     or     <id> missing\n
 *
 * Of contents larger than a catalogue file may be, only the size is kept.
 */
import { MAX_FILE_BYTES, type Blob } from '../../../core/catalogue/reading/team-file.ts';

/** The content of an object, or the name under which there is none. */
export type Content = Blob | { readonly missing: string };

const NEWLINE = 0x0a;

/** Returns a function that takes output in pieces of any size and returns what each piece completes. */
export function createBatchParser(): (chunk: Buffer) => readonly Content[] {
  let header = '';
  let current: { size: number; bytes: Buffer | undefined; read: number } | undefined;

  return (chunk) => {
    const contents: Content[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (current === undefined) {
        const end = chunk.indexOf(NEWLINE, at);
        header += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
        at = end < 0 ? chunk.length : end + 1;
        if (end < 0) break;
        const size = Number(header.slice(header.lastIndexOf(' ') + 1));
        if (Number.isNaN(size)) contents.push({ missing: header.slice(0, header.indexOf(' ')) });
        header = '';
        if (Number.isNaN(size)) continue;
        if (at + size < chunk.length) {
          // Complete in this piece, including the newline after it: not copied.
          contents.push({ size, bytes: size > MAX_FILE_BYTES ? undefined : chunk.subarray(at, at + size) });
          at += size + 1;
          continue;
        }
        current = { size, bytes: size > MAX_FILE_BYTES ? undefined : Buffer.allocUnsafe(size), read: 0 };
        continue;
      }
      const take = Math.min(chunk.length - at, current.size - current.read);
      current.bytes?.set(chunk.subarray(at, at + take), current.read);
      current.read += take;
      at += take;
      if (current.read === current.size && at < chunk.length) {
        at++; // the newline after the content
        contents.push({ size: current.size, bytes: current.bytes });
        current = undefined;
      }
    }
    return contents;
  };
}

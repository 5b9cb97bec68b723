/**
 * An id around the value of the template's last placeholder. With `{path[1]}/{key}` people write, and other tools want, an
 * earlier id as the key alone:
 *
 *     acme/release-managers   frame: before `acme/`, after nothing   `previously: [releasers]` -> acme/releasers
 */
import { nfc } from '../../yaml/yaml-text.ts';

export interface IdFrame {
  readonly before: string;
  readonly after: string;
}

/** Of an id that is its last placeholder's value and nothing else. */
export const NO_FRAME: IdFrame = { before: '', after: '' };

/** The id that has that value in the frame. */
const framed = ({ before, after }: IdFrame, value: string): string => nfc(`${before}${value}${after}`);

/** The ids that a value of `previously` may mean, the likelier first: itself, and itself in the frame. */
export function meantIds(frame: IdFrame, value: string): readonly string[] {
  const [whole, inFrame] = [nfc(value), framed(frame, value)];
  return whole === inFrame ? [whole] : [whole, inFrame];
}

/** The shortest that `previously` may say to mean that id. `isOther`: whether a text is the id of another team. */
export function writtenFor(frame: IdFrame, id: string, isOther: (id: string) => boolean): string {
  const value = id.slice(frame.before.length, id.length - frame.after.length);
  return value !== '' && framed(frame, value) === id && !isOther(value) ? value : id;
}

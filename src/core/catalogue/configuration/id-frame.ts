/**
 * The parts of an id around the value of the template's last placeholder. With `{path[1]}/{key}` an earlier id is often
 * written as the key alone, because people and other tools name it so:
 *
 *     acme/release-managers   frame: before `acme/`, after nothing   `previously: [releasers]` -> acme/releasers
 */
import { nfc } from '../../yaml/yaml-text.ts';

export interface IdFrame {
  readonly before: string;
  readonly after: string;
}

/** For ids that consist only of the value of the last placeholder. */
export const NO_FRAME: IdFrame = { before: '', after: '' };

/** The id that results from this value in the frame. */
const framed = ({ before, after }: IdFrame, value: string): string => nfc(`${before}${value}${after}`);

/**
 * The ids that a value of `previously` may mean, the more likely first: the value itself, then the value in the frame.
 */
export function meantIds(frame: IdFrame, value: string): readonly string[] {
  const [whole, inFrame] = [nfc(value), framed(frame, value)];
  return whole === inFrame ? [whole] : [whole, inFrame];
}

/** The shortest value of `previously` that means `id`. `isOther` says whether a text is the id of another team. */
export function writtenFor(frame: IdFrame, id: string, isOther: (id: string) => boolean): string {
  const value = id.slice(frame.before.length, id.length - frame.after.length);
  return value !== '' && framed(frame, value) === id && !isOther(value) ? value : id;
}

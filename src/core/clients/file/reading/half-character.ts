/** Finds unpaired surrogates in an entry: they cannot be sent, stored or printed. */
import { hasHalfCharacter } from '../../../text/unicode.ts';
import type { NodePath } from '../../../yaml/yaml-text.ts';

/**
 * The path of the first one, in a key or a text; undefined if there is none. `entry` must be acyclic: see
 * `tooLargeEntries`.
 */
export function pathOfHalfCharacter(entry: unknown): NodePath | undefined {
  /** Texts already checked: aliases may repeat one long text many times. */
  const whole = new Set<string>();
  const isWhole = (text: string): boolean => {
    if (!whole.has(text) && !hasHalfCharacter(text)) whole.add(text);
    return whole.has(text);
  };
  const find = (value: unknown): NodePath | undefined => {
    if (typeof value === 'string') return isWhole(value) ? undefined : [];
    if (typeof value !== 'object' || value === null) return undefined;
    for (const [key, held] of Object.entries(value)) {
      const step = Array.isArray(value) ? Number(key) : key;
      const inside = isWhole(key) ? find(held) : [];
      if (inside !== undefined) return [step, ...inside];
    }
    return undefined;
  };
  return find(entry);
}

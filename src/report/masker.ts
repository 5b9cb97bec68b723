/** The one place where secrets are taken out of what leaves the program. */
import { secretForms } from '../secret-forms.ts';

const MASK = '***';
/** Shorter values are found in ordinary words. */
const MIN_LENGTH = 4;

export interface Masker {
  /** From now on these values are never seen, raw or encoded. */
  hide(values: readonly string[]): void;
  mask(text: string): string;
}

export function createMasker(): Masker {
  const hidden = new Set<string>();
  let longestFirst: readonly string[] = [];
  return {
    hide(values) {
      const before = hidden.size;
      for (const value of values.filter(({ length }) => length >= MIN_LENGTH)) {
        for (const form of secretForms(value)) hidden.add(form);
      }
      if (hidden.size > before) longestFirst = [...hidden].sort((a, b) => b.length - a.length);
    },
    mask(text) {
      let masked = text;
      for (const form of longestFirst) if (masked.includes(form)) masked = masked.replaceAll(form, MASK);
      return masked;
    },
  };
}

/** The one place where secrets are taken out of what leaves the program. */

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
        for (const form of formsOf(value)) hidden.add(form);
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

function formsOf(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64');
  return [
    value,
    urlEncoded(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    JSON.stringify(value).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ];
}

/** As a URL carries it; half a character, which none can carry, is replaced as everywhere. */
const urlEncoded = (value: string): string => encodeURIComponent(Buffer.from(value).toString());

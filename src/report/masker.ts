/** The one place where secrets are taken out of what leaves the program. */
import { secretForms } from '../secret-forms.ts';

const MASK = '***';
/** Shorter values are found in ordinary words. */
const MIN_LENGTH = 4;
/** Lines of a secret of several lines, such as a key, are secrets themselves from this length. */
const MIN_LINE = 16;
/** What wraps long lines puts these into the middle of a secret. */
const LINE_BREAK = /[\r\n][\r\n\t ]*/g;

export interface Masker {
  /** From now on these values are never seen, raw or encoded, also where they are wrapped over lines. */
  hide(values: readonly string[]): void;
  mask(text: string): string;
}

export function createMasker(): Masker {
  const values = new Set<string>();
  const forms = new Set<string>();
  /** How long the forms are that begin so, the longest first: a text is gone through once, however many there are. */
  const lengths = new Map<string, number[]>();

  function hide(value: string): void {
    if (value.length < MIN_LENGTH || values.has(value)) return;
    values.add(value);
    for (const wrapped of secretForms(value)) {
      const form = wrapped.replace(LINE_BREAK, '');
      if (form.length < MIN_LENGTH || forms.has(form)) continue;
      forms.add(form);
      const beginning = form.slice(0, MIN_LENGTH);
      const known = lengths.get(beginning) ?? [];
      if (known.includes(form.length)) continue;
      lengths.set(
        beginning,
        [...known, form.length].sort((a, b) => b - a),
      );
    }
  }

  /** How long the secret is that begins at `at`; 0 where none does. */
  function secretAt(text: string, at: number): number {
    const possible = lengths.get(text.slice(at, at + MIN_LENGTH)) ?? [];
    return possible.find((length) => forms.has(text.slice(at, at + length))) ?? 0;
  }

  return {
    hide: (given) => given.flatMap(partsOf).forEach(hide),
    mask(text) {
      const { line, originOf } = inOneLine(text);
      let masked = '';
      let told = 0;
      for (let at = 0; at < line.length; at++) {
        let end = at + secretAt(line, at);
        if (end === at) continue;
        const start = at;
        // Another may begin before this one ends.
        for (; at < end; at++) end = Math.max(end, at + secretAt(line, at));
        at--;
        masked += text.slice(told, originOf(start)) + MASK;
        told = originOf(end - 1) + 1;
      }
      return masked + text.slice(told);
    },
  };
}

/** What of a value is a secret by itself: a header's credentials, a signing key, a password, a line of a key. */
function partsOf(value: string): string[] {
  const parts = [value];
  const [, credentials] = /^(?:whsec_|(?:basic|bearer|token|apikey) +)(.+)$/is.exec(value) ?? [];
  if (credentials !== undefined) parts.push(credentials);
  if (credentials !== undefined && /^basic /i.test(value)) {
    const pair = Buffer.from(credentials, 'base64').toString();
    parts.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  if (lines.length > 1) {
    parts.push(...lines.filter((line) => line.length >= MIN_LINE && !line.startsWith('-----')));
  }
  return parts;
}

/** The text without its line breaks, and where each character of that stands in the text. */
function inOneLine(text: string): { readonly line: string; readonly originOf: (index: number) => number } {
  if (!/[\r\n]/.test(text)) return { line: text, originOf: (index) => index };
  const origins: number[] = [];
  let line = '';
  let from = 0;
  for (const { index, 0: gap } of [...text.matchAll(LINE_BREAK), { index: text.length, 0: '' }]) {
    line += text.slice(from, index);
    for (; from < index; from++) origins.push(from);
    from = index + gap.length;
  }
  return { line, originOf: (index) => origins[index] ?? text.length };
}

/** The one place that removes secrets from all output. */
import { secretForms } from './secret-forms.ts';
import { createWordSearch, type Span, type WordSearch } from './word-search.ts';

const MASK = '***';
/** Shorter values would be found in ordinary words. */
const MIN_LENGTH = 4;
/** From this length on, each line of a secret with several lines, such as a key, counts as a secret itself. */
const MIN_LINE = 16;
/** Line wrapping can put these characters into the middle of a secret. */
const LINE_BREAK = /[\r\n][\r\n\t ]*/g;

export interface Redactor {
  /** Redacts these values from now on: raw, encoded, or wrapped over lines; `hosts` in any letter case. */
  add(values: readonly string[], hosts?: readonly string[]): void;
  /** Replaces secrets in `text`; `own` are values redacted in this text only. */
  redact(text: string, own?: readonly string[]): string;
}

export function createRedactor(): Redactor {
  const everywhere = createForms();
  const hosts = createForms();
  return {
    add(values, named = []) {
      everywhere.add(values);
      hosts.add(named.map(lowerCase));
    },
    redact(text, own = []) {
      const { line, originOf } = inOneLine(text);
      const ownForms = createForms();
      ownForms.add(own);
      const found = [...everywhere.search(line), ...hosts.search(lowerCase(line)), ...ownForms.search(line)];
      let masked = '';
      let told = 0;
      for (const [start, end] of united(found)) {
        masked += text.slice(told, originOf(start)) + MASK;
        told = originOf(end - 1) + 1;
      }
      return masked + text.slice(told);
    },
  };
}

/** ASCII only: no other letter keeps its length or is part of a host as it is sent. */
const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Values in all their forms, searched for at once. */
function createForms(): { add(values: readonly string[]): void; search: WordSearch } {
  const values = new Set<string>();
  const forms = new Set<string>();
  let search: WordSearch | undefined;
  return {
    add(given) {
      for (const value of given.flatMap(partsOf)) {
        if (value.length < MIN_LENGTH || values.has(value)) continue;
        values.add(value);
        for (const wrapped of secretForms(value)) {
          const form = wrapped.replace(LINE_BREAK, '');
          if (form.length >= MIN_LENGTH) forms.add(form);
        }
        search = undefined;
      }
    },
    search: (text) => (forms.size === 0 ? [] : (search ??= createWordSearch(forms, MIN_LENGTH))(text)),
  };
}

/** Overlapping spans joined. */
function united(spans: readonly Span[]): readonly Span[] {
  const whole: [start: number, end: number][] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else whole.push([start, end]);
  }
  return whole;
}

/**
 * The parts of a value that are secrets themselves: a header's credentials, a signing key, a password, a line of a key.
 */
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
    for (const line of lines) if (line.length >= MIN_LINE && !line.startsWith('-----')) parts.push(line);
  }
  return parts;
}

/** The text without line breaks, and the original index of each of its characters. */
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

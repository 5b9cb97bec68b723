/** The one place where secrets are taken out of what leaves the program. */
import { secretForms } from './secret-forms.ts';
import { createWordSearch, type Span, type WordSearch } from './word-search.ts';

const MASK = '***';
/** Shorter values are found in ordinary words. */
const MIN_LENGTH = 4;
/** Lines of a secret of several lines, such as a key, are secrets themselves from this length. */
const MIN_LINE = 16;
/** What wraps long lines puts these into the middle of a secret. */
const LINE_BREAK = /[\r\n][\r\n\t ]*/g;

export interface Redactor {
  /** From now on these values are never seen, raw or encoded, also where they are wrapped over lines; `hosts` in any case. */
  add(values: readonly string[], hosts?: readonly string[]): void;
  /** `own` are values that are hidden in this text only. */
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

/** Of ASCII alone: no other letter changes its length, or is part of a host as it is sent. */
const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Values in all their forms, looked for at once. */
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

/** Those that overlap as one. */
function united(spans: readonly Span[]): readonly Span[] {
  const whole: [start: number, end: number][] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else whole.push([start, end]);
  }
  return whole;
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
    for (const line of lines) if (line.length >= MIN_LINE && !line.startsWith('-----')) parts.push(line);
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

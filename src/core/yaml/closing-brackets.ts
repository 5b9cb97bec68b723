/**
 * Accepts what other YAML parsers accept and js-yaml 5 refuses: a closing bracket indented no deeper than the key of
 * its collection, and tabs between the items of a collection.
 *
 *     members: [
 *       alice,
 *     ]
 *
 * Blanks have no meaning there, so indenting the bracket or replacing the tab does not change the text. All such places
 * are changed at once; the parser's result then tells which of them really are between items. So a text is parsed only
 * a few times, however many brackets it has.
 */
import { EVENT_ID, parseEvents, SCALAR_STYLE, YAMLException, type Event } from 'js-yaml';

const REASON = 'deficient indentation';
/** How many blanks to add: enough for most cases, for a key in a list, and for any. */
const DEPTHS = [1, 8, 64];

export interface ParsedText {
  readonly events: Event[];
  /** The text that `events` refer to; its lines are those of the original. */
  readonly text: string;
}

/** The parser's events. @throws {YAMLException} the parser's error for the original text */
export function parseWithBracketsIndented(text: string, maxDepth: number): ParsedText {
  const read = (attempt: string): Event[] => parseEvents(attempt, { maxDepth });
  try {
    return { events: read(text), text };
  } catch (error) {
    const mended = isDeficient(error) ? readMended(text, read) : undefined;
    if (mended === undefined) throw error;
    return mended;
  }
}

const isDeficient = (error: unknown): boolean => error instanceof YAMLException && error.reason === REASON;

function readMended(text: string, read: (text: string) => Event[]): ParsedText | undefined {
  const places = findPlaces(text);
  for (const depth of DEPTHS) {
    try {
      const all = withBlanks(text, places, depth);
      const kept = meaningless(places, all, read(all.text));
      if (kept.length === places.length) return { events: read(all.text), text: all.text };
      const some = withBlanks(text, kept, depth);
      const events = read(some.text);
      return meaningless(kept, some, events).length === kept.length ? { events, text: some.text } : undefined;
    } catch (error) {
      if (!isDeficient(error)) return undefined;
    }
  }
  return undefined;
}

/** Blanks that may be replaced by others. */
interface Place {
  readonly start: number;
  readonly end: number;
  /** Whether they start a line. */
  readonly leading: boolean;
}

/** Blanks at the start of a line that contain a tab or precede a closing bracket; tabs anywhere else. */
const PLACES = /(?<![^\r\n])(?:[ \t]*\t[ \t]*|[ \t]*(?=[\]}]))|\t+/g;

function findPlaces(text: string): Place[] {
  return [...text.matchAll(PLACES)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
    leading: index === 0 || '\r\n'.includes(text.charAt(index - 1)),
  }));
}

interface Mended {
  readonly text: string;
  /** The offset of each place in it. */
  readonly starts: readonly number[];
}

function withBlanks(text: string, places: readonly Place[], depth: number): Mended {
  const pieces: string[] = [];
  const starts: number[] = [];
  let [end, length] = [0, 0];
  const add = (piece: string): void => {
    pieces.push(piece);
    length += piece.length;
  };
  for (const place of places) {
    add(text.slice(end, place.start));
    starts.push(length);
    add(' '.repeat(place.end - place.start + depth));
    end = place.end;
  }
  add(text.slice(end));
  return { text: pieces.join(''), starts };
}

/** A scalar, alias, anchor or tag. */
interface Token {
  readonly start: number;
  readonly end: number;
  /** Whether it keeps the blanks at the start of its lines. */
  readonly literal: boolean;
}

/** The places whose blanks have no meaning: between the items of a collection, or where a multi-line text continues. */
function meaningless(places: readonly Place[], { text, starts }: Mended, events: readonly Event[]): Place[] {
  const tokens = tokensOf(events);
  const brackets = bracketsBetween(tokens, text);
  let [nextToken, nextBracket, open] = [0, 0, 0];
  return places.filter(({ leading }, index) => {
    const start = starts[index] ?? 0;
    while ((tokens[nextToken]?.end ?? Infinity) <= start) nextToken++;
    while ((brackets[nextBracket]?.at ?? Infinity) < start) open += brackets[nextBracket++]?.opens ? 1 : -1;
    const token = tokens[nextToken];
    return token !== undefined && token.start <= start ? leading && !token.literal : open > 0;
  });
}

function tokensOf(events: readonly Event[]): Token[] {
  const tokens: Token[] = [];
  const add = (start: number, end: number, literal = false): void => {
    if (start >= 0) tokens.push({ start, end, literal });
  };
  for (const event of events) {
    if ('anchorStart' in event) add(event.anchorStart, event.anchorEnd);
    if ('tagStart' in event) add(event.tagStart, event.tagEnd);
    if (event.type !== EVENT_ID.SCALAR) continue;
    const { style, valueStart, valueEnd } = event;
    add(valueStart, valueEnd, style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK);
  }
  return tokens.sort((a, b) => a.start - b.start);
}

interface Bracket {
  readonly at: number;
  readonly opens: boolean;
}

/** A comment, a directive, or a bracket. */
const BETWEEN = /#[^\r\n]*|(?<![^\r\n])%[^\r\n]*|[[\]{}]/g;

/** The brackets of collections, in order: those outside of tokens, comments and directives. */
function bracketsBetween(tokens: readonly Token[], text: string): Bracket[] {
  const brackets: Bracket[] = [];
  let from = 0;
  for (const { start, end } of [...tokens, { start: text.length, end: text.length }]) {
    for (const { 0: found, index } of text.slice(from, start).matchAll(BETWEEN)) {
      const opens = found === '[' || found === '{';
      if (opens || found === ']' || found === '}') brackets.push({ at: from + index, opens });
    }
    from = Math.max(from, end);
  }
  return brackets;
}

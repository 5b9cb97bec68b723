/**
 * What other readers of YAML take, and js-yaml 5 refuses: a closing bracket no deeper than the key of its collection, and
 * a tab between the items of one.
 *
 *     members: [
 *       alice,
 *     ]
 *
 * There blanks mean nothing, so a deeper bracket, or blanks for the tab, is the same text. All such places of a text are
 * mended at once, and what the parser then says tells which of them really lay between items; so a text is read a few
 * times at most, however many brackets it has.
 */
import { EVENT_ID, parseEvents, SCALAR_STYLE, YAMLException, type Event } from 'js-yaml';

const REASON = 'deficient indentation';
/** How much deeper: as much as is needed for most, for a key in a list, and for any. */
const DEPTHS = [1, 8, 64];

export interface ParsedText {
  readonly events: Event[];
  /** The text that `events` are of: lines stay the same. */
  readonly text: string;
}

/** The parser's events. @throws {YAMLException} what it says of the text as it is */
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

/** Blanks that could be others. */
interface Place {
  readonly start: number;
  readonly end: number;
  /** Whether a line begins with them. */
  readonly leading: boolean;
}

/** Blanks at the beginning of a line that hold a tab or stand before a closing bracket; tabs elsewhere. */
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
  /** Where each of the places begins in it. */
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
  /** Whether its lines keep the blanks that they begin with. */
  readonly literal: boolean;
}

/** Those of the places whose blanks say nothing: between the items of a collection, or where a line of a text goes on. */
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

/** The brackets of collections, in order: those that stand in no token, comment or directive. */
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

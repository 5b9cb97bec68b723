/**
 * The texts of a long log, packed. What waits for a receiver may be a million events: each keeps what decides who gets
 * it, and its texts are unpacked, together with those beside it, when they are asked for.
 */
import type { LoggedEvent, TeamState } from '../team-event.ts';
import { StepEvent, type EventTexts, type StepTexts, type WhoseEvent } from './step-event.ts';

/** Packs a text; the function that it returns gives the text again. */
export type Pack = (text: string) => () => string;

/** Characters of a log that is kept as it is: as a rule it has no more. A longer one is packed as a whole. */
const AS_THEY_ARE = 4 * 1024 * 1024;
/** Characters that are packed together, as far as events fill them. */
const BLOCK = 64 * 1024;
/** Blocks that are kept unpacked: lanes read the log one after the other, each at its own place. */
const UNPACKED = 32;

export interface EventArchive {
  /** Takes all events of a step, in the order of the log. They remain what they are for everybody. */
  keep(events: readonly LoggedEvent[]): void;
}

export function createArchive(pack: Pack, asTheyAre = AS_THEY_ARE, blockSize = BLOCK): EventArchive {
  const whoseOf = createWhose();
  const blocks: (() => string)[] = [];
  /** The place of the first event of each block, and the first place that none of them has yet. */
  const places = [0];
  /** By number of the block; the one used last is the last. */
  const unpacked = new Map<number, readonly EventTexts[]>();
  /** Events that are not packed yet: all, until the log is a long one. */
  let waiting: StepEvent[] = [];
  let size = 0;
  let isLong = false;

  function textsIn(block: number): readonly EventTexts[] {
    const found = unpacked.get(block) ?? textsOf(blocks[block]?.() ?? '');
    unpacked.delete(block);
    unpacked.set(block, found);
    const [oldest] = unpacked.size > UNPACKED ? unpacked.keys() : [];
    if (oldest !== undefined) unpacked.delete(oldest);
    return found;
  }

  function textsAt(place: number): EventTexts {
    const block = blockOf(places, place);
    const texts = textsIn(block)[place - (places[block] ?? 0)];
    if (texts === undefined) throw new Error(`no event was kept at ${place}`);
    return texts;
  }

  function closeBlock(): void {
    blocks.push(pack(linesOf(waiting.map(({ texts }) => texts))));
    let place = places.at(-1) ?? 0;
    for (const event of waiting) event.moveTo(textsAt, place++, whoseOf(event));
    places.push(place);
    [waiting, size] = [[], 0];
  }

  function add(event: StepEvent): void {
    waiting.push(event);
    const { team, told } = event.texts;
    size += team.length + told.length;
    if (isLong && size >= blockSize) closeBlock();
  }

  return {
    keep(events) {
      for (const event of events) if (event instanceof StepEvent) add(event);
      if (isLong || size <= asTheyAre) return;
      isLong = true;
      const early = waiting;
      [waiting, size] = [[], 0];
      early.forEach(add);
    },
  };
}

/** The last block that begins at a place or before it. */
function blockOf(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((places[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What events share stands with the first of them. Texts of JSON hold neither tabs nor newlines. */
const linesOf = (events: readonly EventTexts[]): string =>
  events
    .map(({ team, told, file, shared }, index) => {
      const own = [team, told, JSON.stringify(file)];
      if (shared === events[index - 1]?.shared) return own.join('\t');
      return [...own, shared.source, shared.time, shared.commit, shared.mark].join('\t');
    })
    .join('\n');

function textsOf(lines: string): readonly EventTexts[] {
  let shared: StepTexts = { source: '', time: '', commit: '', mark: '' };
  return lines.split('\n').map((line) => {
    const [team = '', told = '', file = '', source, time = '', commit = '', mark = ''] = line.split('\t');
    if (source !== undefined) shared = { source, time, commit, mark };
    return { team, told, file: JSON.parse(file) as string, shared };
  });
}

/** Gives what decides who gets an event without the teams that are part of it; most events of a team share it. */
function createWhose(): (event: WhoseEvent) => WhoseEvent {
  const known = new Map<string, WhoseEvent & { readonly states: readonly [TeamState] }>();
  const alone = ({ id, tags }: TeamState) => {
    const key = `${id}\n${tags}`;
    const found = known.get(key) ?? {
      states: [{ id, tags: JSON.stringify(JSON.parse(tags)) }] as const,
      impliedBy: [],
    };
    known.set(key, found);
    return found;
  };
  return ({ states, impliedBy }) => {
    const each = new Set(states.map(alone));
    const [own] = each;
    if (own === undefined || each.size > 1)
      return { states: [...each].flatMap((one) => one.states), impliedBy };
    return impliedBy.length === 0 ? own : { states: own.states, impliedBy };
  };
}

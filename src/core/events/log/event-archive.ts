/**
 * The texts of a long log, packed. What waits for a receiver may be a million events: each keeps what decides who gets
 * it, and its texts are unpacked, together with those beside it, when they are asked for.
 */
import type { LoggedEvent, TeamState } from '../team-event.ts';
import { StepEvent, type EventTexts, type KeptTexts, type WhoseEvent } from './step-event.ts';

/** Packs a text; the function that it returns gives the text again. */
export type Pack = (text: string) => () => string;

/** Characters of a log that are kept as they are: as a rule there are no more. */
const AS_THEY_ARE = 12 * 1024 * 1024;
/** Characters that are packed together, as far as events fill them. */
const BLOCK = 64 * 1024;
/** Events that are packed together at most, so that one number says where an event is. */
const LINES = 1024;
/** Blocks that are kept unpacked: lanes read the log one after the other, each at its own place. */
const UNPACKED = 32;

export interface EventArchive {
  /** Takes events in the order of the log. They remain what they are for everybody. */
  keep(events: readonly LoggedEvent[]): void;
}

export function createArchive(pack: Pack, asTheyAre = AS_THEY_ARE): EventArchive {
  const whoseOf = createWhose();
  const blocks: (() => string)[] = [];
  /** By number of the block; the one used last is the last. */
  const unpacked = new Map<number, readonly string[]>();
  let taken = 0;
  let events: StepEvent[] = [];
  let lines: string[] = [];
  let size = 0;

  function linesOf(block: number): readonly string[] {
    const found = unpacked.get(block) ?? blocks[block]?.().split('\n') ?? [];
    unpacked.delete(block);
    unpacked.set(block, found);
    const [oldest] = unpacked.size > UNPACKED ? unpacked.keys() : [];
    if (oldest !== undefined) unpacked.delete(oldest);
    return found;
  }

  const texts: KeptTexts = {
    textsAt: (place) => textsOf(linesOf(Math.floor(place / LINES))[place % LINES] ?? ''),
  };

  function closeBlock(): void {
    const first = blocks.push(pack(lines.join('\n'))) * LINES - LINES;
    for (const [line, event] of events.entries()) event.moveTo(texts, first + line, whoseOf(event));
    [events, lines, size] = [[], [], 0];
  }

  return {
    keep(all) {
      for (const event of all) {
        if (!(event instanceof StepEvent)) continue;
        const { team, told } = event.texts;
        taken += team.length + told.length;
        if (taken <= asTheyAre) continue;
        const line = lineOf(event.texts);
        events.push(event);
        lines.push(line);
        size += line.length;
        if (size >= BLOCK || lines.length === LINES) closeBlock();
      }
    },
  };
}

/** Texts of JSON hold neither tabs nor newlines. */
const lineOf = ({ team, told, file, shared: { source, time, commit, mark } }: EventTexts): string =>
  [team, told, JSON.stringify(file), source, time, commit, mark].join('\t');

function textsOf(line: string): EventTexts {
  const [team = '', told = '', file = '', source = '', time = '', commit = '', mark = ''] = line.split('\t');
  return { team, told, file: JSON.parse(file) as string, shared: { source, time, commit, mark } };
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
    if (own !== undefined && each.size === 1 && impliedBy.length === 0) return own;
    return { states: [...each].flatMap((one) => one.states), impliedBy };
  };
}

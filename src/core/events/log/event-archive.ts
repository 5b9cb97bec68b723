/**
 * The texts of a long log, packed. What waits for a receiver may be a million events: each keeps what decides who gets
 * it, and its texts are unpacked, together with those beside it, when they are asked for.
 */
import type { LoggedEvent, TeamState } from '../team-event.ts';
import { StepEvent, type EventTexts, type KeptStates, type KeptTexts } from './step-event.ts';

/** Packs a text; the function that it returns gives the text again. */
export type Pack = (text: string) => () => string;

/** Events of a log that are kept as they are: as a rule there are no more. */
const AS_THEY_ARE = 20_000;
/** Characters that are packed together, as far as events fill them. */
const BLOCK = 32 * 1024;
/** Blocks that are kept unpacked: lanes read the log one after the other, each at its own place. */
const UNPACKED = 64;

export interface EventArchive {
  /** Takes events in the order of the log. They remain what they are for everybody. */
  keep(events: readonly LoggedEvent[]): void;
}

export function createArchive(pack: Pack, asTheyAre = AS_THEY_ARE): EventArchive {
  const statesOf = createStates();
  /** The block used last is the last. */
  const unpacked = new Map<KeptTexts, readonly string[]>();
  let taken = 0;
  let events: StepEvent[] = [];
  let lines: string[] = [];
  let size = 0;

  function linesOf(block: KeptTexts, unpack: () => string): readonly string[] {
    const found = unpacked.get(block) ?? unpack().split('\n');
    unpacked.delete(block);
    unpacked.set(block, found);
    const [oldest] = unpacked.size > UNPACKED ? unpacked.keys() : [];
    if (oldest !== undefined) unpacked.delete(oldest);
    return found;
  }

  function closeBlock(): void {
    const unpack = pack(lines.join('\n'));
    const block: KeptTexts = { textsAt: (line) => textsOf(linesOf(block, unpack)[line] ?? '') };
    for (const [line, event] of events.entries()) event.keepElsewhere(statesOf(event), block, line);
    [events, lines, size] = [[], [], 0];
  }

  return {
    keep(all) {
      for (const event of all) {
        if (taken++ < asTheyAre || !(event instanceof StepEvent)) continue;
        const line = lineOf(event.texts);
        events.push(event);
        lines.push(line);
        size += line.length;
        if (size >= BLOCK) closeBlock();
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

/** Gives the states of an event without the teams that they are part of; equal ones are one. */
function createStates(): (event: StepEvent) => KeptStates {
  const known = new Map<string, TeamState>();
  const alone = ({ id, tags }: TeamState): TeamState => {
    const key = `${id}\n${tags}`;
    const found = known.get(key) ?? { id, tags: JSON.stringify(JSON.parse(tags)) };
    known.set(key, found);
    return found;
  };
  return ({ states: [state, earlier] }) => {
    const own = alone(state);
    const before = earlier === undefined ? own : alone(earlier);
    return own === before ? own : [own, before];
  };
}

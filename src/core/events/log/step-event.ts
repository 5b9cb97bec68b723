/**
 * One event of a step. A log may hold a million, so an event keeps what decides who gets it, and where its text comes
 * from: the teams that the catalogue has anyway, or an archive (`event-archive.ts`). The text is made when it is asked
 * for, and is the same each time.
 */
import { hash } from 'node:crypto';
import { logSafe } from '../../text/log-safe.ts';
import type { EventType } from '../event-type.ts';
import { sequencesIn } from '../sequence.ts';
import type { Implication, LoggedEvent, TeamState } from '../team-event.ts';

/** Git's empty tree: used for `from` if there is no commit. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The events of one type in one step: what they share. */
export interface EventGroup {
  readonly from: string | null;
  readonly to: string;
  readonly reachable: number;
  /** How many events the step has, of all types. */
  readonly count: number;
  readonly type: EventType;
  /** Where texts are that events no longer hold; undefined: all hold theirs. */
  archive: KeptTexts | undefined;
}

/** What the events of one step share. All but `time` is already JSON. */
export interface StepTexts {
  readonly source: string;
  readonly time: string;
  readonly commit: string;
  /** The end of the JSON of `data`: marks for the whole step, or empty. */
  readonly mark: string;
}

/** The texts of which an event is made. */
export interface EventTexts {
  /** The team as JSON. */
  readonly team: string;
  /** What happened to it as JSON; empty for types that tell nothing. */
  readonly told: string;
  /** The path of its file. */
  readonly file: string;
  readonly shared: StepTexts;
}

/** What decides, beside the type, who gets an event. Events may share it. */
export type WhoseEvent = Pick<LoggedEvent, 'states' | 'impliedBy'>;

/** The texts of many events. */
export interface KeptTexts {
  textsAt(place: number): EventTexts;
}

/** The key under which an event of each type reports its details. */
const TOLD_AS: Readonly<Record<EventType, 'changes' | 'added' | 'removed' | undefined>> = {
  'team.created': undefined,
  'team.modified': 'changes',
  'team.members.removed': 'removed',
  'team.members.added': 'added',
  'team.deleted': undefined,
};

/** A class, because its texts move to an archive while others hold it. Each property counts a million times. */
export class StepEvent implements LoggedEvent {
  readonly people: number;
  readonly #group: EventGroup;
  /** Its index in the step. */
  readonly #index: number;
  #whose: WhoseEvent;
  /** The texts, or their place in the archive. */
  #texts: EventTexts | number;

  constructor(group: EventGroup, index: number, people: number, whose: WhoseEvent, texts: EventTexts) {
    this.people = people;
    this.#group = group;
    this.#index = index;
    this.#whose = whose;
    this.#texts = texts;
  }

  get type(): EventType {
    return this.#group.type;
  }

  get states(): readonly TeamState[] {
    return this.#whose.states;
  }

  get impliedBy(): readonly Implication[] {
    return this.#whose.impliedBy;
  }

  get subject(): string {
    return this.#whose.states[0]?.id ?? '';
  }

  get commit(): string {
    return this.#group.to;
  }

  get sequence(): string {
    return sequencesIn(this.#group.reachable, this.#group.count)(this.#index);
  }

  /** The same on every machine and for every retry and replay; without a dot, as Standard Webhooks requires. */
  get id(): string {
    const { from, to, type } = this.#group;
    const name = [from ?? EMPTY_TREE, to, type, this.subject].join('\n');
    return `evt_${hash('sha256', name, 'hex').slice(0, 32)}`;
  }

  get texts(): EventTexts {
    if (typeof this.#texts !== 'number') return this.#texts;
    if (this.#group.archive === undefined) throw new Error('the texts of an event are nowhere');
    return this.#group.archive.textsAt(this.#texts);
  }

  /**
   * The JSON of a `TeamEvent`, its keys in the order of the type. It is printed as it is sent, so it is safe in logs.
   */
  get text(): string {
    const { team, told, file, shared } = this.texts;
    const { source, time, commit, mark } = shared;
    const name = TOLD_AS[this.type];
    const toldText = name === undefined ? '' : `,"${name}":${told}`;
    const impliedText =
      this.impliedBy.length === 0
        ? ''
        : `,"impliedBy":${JSON.stringify(this.impliedBy.map((one) => one.type))}`;
    return logSafe(
      `{"specversion":"1.0","id":"${this.id}","source":${source},"type":"${this.type}",` +
        `"subject":${JSON.stringify(this.subject)},"time":"${time}","datacontenttype":"application/json",` +
        `"sequence":"${this.sequence}",` +
        `"data":{"team":${team}${toldText},"commit":${commit},"file":${JSON.stringify(file)}` +
        `${impliedText}${mark}}}`,
    );
  }

  /** From now on the texts come from the archive; `whose` says the same as before, without the teams that it held. */
  moveTo(archive: KeptTexts, place: number, whose: WhoseEvent): void {
    this.#group.archive = archive;
    this.#texts = place;
    this.#whose = whose;
  }
}

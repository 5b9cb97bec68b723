/**
 * One event of a step. A log may hold a million, so an event keeps what decides who gets it, and where its text comes
 * from: the teams that the catalogue has anyway, or an archive (`event-archive.ts`). The text is made when it is asked
 * for, and is the same each time.
 */
import { hash } from 'node:crypto';
import { logSafe } from '../../text/log-safe.ts';
import type { EventType } from '../event-type.ts';
import { sequencesIn } from '../sequence.ts';
import type { StepChange } from '../step-changes.ts';
import type { Implication, LoggedEvent, TeamState } from '../team-event.ts';

/** Git's empty tree: used for `from` if there is no commit. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** What the events of one step share. */
export interface EventStep {
  readonly from: string | null;
  readonly to: string;
  readonly reachable: number;
  /** How many events it has, of all types. */
  readonly count: number;
  /** undefined once an archive has the texts of all its events. */
  texts: StepTexts | undefined;
  /** Gives the texts that events no longer hold; undefined: all hold theirs. */
  archive: TextsAt | undefined;
  /** The place of its first event in the archive; the others follow. */
  place: number;
}

/** The events of one type in one step: what they share. */
export interface EventGroup {
  readonly step: EventStep;
  readonly type: EventType;
}

/** All but `time` is already JSON. */
export interface StepTexts {
  readonly source: string;
  readonly time: string;
  readonly commit: string;
  /** The end of the JSON of `data`: marks for the whole step, or empty. */
  readonly mark: string;
}

/** Gives texts by their place in an archive. */
export type TextsAt = (place: number) => EventTexts;

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
  /** The change, until an archive has its texts. */
  #about: StepChange | WhoseEvent;

  constructor(group: EventGroup, index: number, change: StepChange) {
    this.people = change.people;
    this.#group = group;
    this.#index = index;
    this.#about = change;
  }

  get type(): EventType {
    return this.#group.type;
  }

  get states(): readonly TeamState[] {
    if ('states' in this.#about) return this.#about.states;
    const { entry, earlier } = this.#about;
    return earlier ? [entry, earlier] : [entry];
  }

  get impliedBy(): readonly Implication[] {
    return this.#about.impliedBy;
  }

  get subject(): string {
    return 'states' in this.#about ? (this.#about.states[0]?.id ?? '') : this.#about.entry.id;
  }

  get commit(): string {
    return this.#group.step.to;
  }

  get sequence(): string {
    const { reachable, count } = this.#group.step;
    return sequencesIn(reachable, count)(this.#index);
  }

  /** The same on every machine and for every retry and replay; without a dot, as Standard Webhooks requires. */
  get id(): string {
    const { step, type } = this.#group;
    const name = [step.from ?? EMPTY_TREE, step.to, type, this.subject].join('\n');
    return `evt_${hash('sha256', name, 'hex').slice(0, 32)}`;
  }

  get texts(): EventTexts {
    const { texts: shared, archive, place } = this.#group.step;
    if (!('states' in this.#about) && shared !== undefined) {
      const { entry, told } = this.#about;
      return { team: entry.text, told, file: entry.file, shared };
    }
    if (archive === undefined) throw new Error('the texts of an event are nowhere');
    return archive(place + this.#index);
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

  /**
   * From now on the texts come from an archive, which takes the events of a step one after the other. `whose` says the
   * same as before, without the teams that the change held.
   */
  moveTo(textsAt: TextsAt, place: number, whose: WhoseEvent): void {
    const { step } = this.#group;
    step.archive = textsAt;
    step.place = place - this.#index;
    if (this.#index === step.count - 1) step.texts = undefined;
    this.#about = whose;
  }
}

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

/** The step of an event. */
export interface StepOfEvents {
  readonly from: string | null;
  readonly to: string;
  readonly reachable: number;
  /** How many events it has. */
  readonly count: number;
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

/** The state of a team, alone or with the one before the step: most events do not need a list. */
export type KeptStates = TeamState | readonly [TeamState, TeamState];

/** The texts of several events, kept elsewhere. */
export interface KeptTexts {
  textsAt(line: number): EventTexts;
}

/** The key under which an event of each type reports its details. */
const TOLD_AS: Readonly<Record<EventType, 'changes' | 'added' | 'removed' | undefined>> = {
  'team.created': undefined,
  'team.modified': 'changes',
  'team.members.removed': 'removed',
  'team.members.added': 'added',
  'team.deleted': undefined,
};

/** A class, because its texts move to an archive while others hold it. */
export class StepEvent implements LoggedEvent {
  readonly step: StepOfEvents;
  /** Its index in the step. */
  readonly place: number;
  readonly type: EventType;
  readonly people: number;
  readonly impliedBy: readonly Implication[];
  #states: KeptStates;
  #texts: EventTexts | KeptTexts;
  /** Where in `KeptTexts` they are. */
  #line = 0;

  constructor(
    step: StepOfEvents,
    place: number,
    type: EventType,
    people: number,
    impliedBy: readonly Implication[],
    states: KeptStates,
    texts: EventTexts,
  ) {
    this.step = step;
    this.place = place;
    this.type = type;
    this.people = people;
    this.impliedBy = impliedBy;
    this.#states = states;
    this.#texts = texts;
  }

  get states(): readonly [TeamState, ...TeamState[]] {
    return 'id' in this.#states ? [this.#states] : this.#states;
  }

  get subject(): string {
    return 'id' in this.#states ? this.#states.id : this.#states[0].id;
  }

  get commit(): string {
    return this.step.to;
  }

  get sequence(): string {
    return sequencesIn(this.step.reachable, this.step.count)(this.place);
  }

  /** The same on every machine and for every retry and replay; without a dot, as Standard Webhooks requires. */
  get id(): string {
    const { from, to } = this.step;
    const name = [from ?? EMPTY_TREE, to, this.type, this.subject].join('\n');
    return `evt_${hash('sha256', name, 'hex').slice(0, 32)}`;
  }

  get texts(): EventTexts {
    return 'textsAt' in this.#texts ? this.#texts.textsAt(this.#line) : this.#texts;
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

  /** From now on the texts come from there; `states` take the place of the teams that it held. */
  keepElsewhere(states: KeptStates, texts: KeptTexts, line: number): void {
    this.#states = states;
    this.#texts = texts;
    this.#line = line;
  }
}

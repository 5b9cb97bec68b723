/**
 * The cursors that one run moves: claimed before the first event goes out, written again and again while lanes run,
 * given back as they end. Order of acts: sent, accepted, cursor; so what is repeated after a crash is at most what was
 * accepted since the last write.
 */
import { UnreachableError } from '../../errors.ts';
import type { Cursor, LaneCursor } from './cursor.ts';
import type { CursorChange, CursorStore, Version, WriteResult } from './cursor-store.ts';
import type { CursorHold } from './cursor-hold.ts';
import type { CursorSessionSettings } from './cursor-session-settings.ts';
import { patiently } from './patience.ts';
import { cursorOf, textOf } from './written-cursor.ts';

interface Entry {
  version: Version | undefined;
  wanted: LaneCursor;
  /** Whether its lane runs. */
  serving: boolean;
  /** What the store holds, in the form of `textOf`; undefined where there is nothing yet. */
  written: string | undefined;
  /** When the claim that the store has lapses; undefined where it has none. */
  claimedUntilMs: number | undefined;
  hold: CursorHold;
}

const UNCLAIMED = { serving: false, claimedUntilMs: undefined, hold: { kind: 'held' } as CursorHold };
/** What is written at once: thousands of clients must not hold up the claims of those that are served. */
const PORTION = 250;

/** A class because the state is real. */
export class CursorSession {
  readonly #store: CursorStore;
  readonly #settings: CursorSessionSettings;
  readonly #entries = new Map<string, Entry>();
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;
  #failure: Error | undefined;
  #failingSinceMs = 0;
  /** Until then nobody else's cursor is written: what others begin with can wait. */
  #hasClaimed = false;
  /** Told of each portion that the store has taken. */
  #gotOn: () => void = () => undefined;
  readonly #givingUp = new AbortController();
  readonly #signal: AbortSignal;

  constructor(store: CursorStore, settings: CursorSessionSettings) {
    this.#store = store;
    this.#settings = settings;
    this.#signal = AbortSignal.any([this.#givingUp.signal, ...(settings.signal ? [settings.signal] : [])]);
  }

  /** A cursor that does not exist yet: it begins at `wanted`. */
  begin(client: string, wanted: LaneCursor): void {
    this.#entries.set(client, { version: undefined, wanted, written: undefined, ...UNCLAIMED });
  }

  /** A cursor as the store has it. */
  take(client: string, version: Version, wanted: Cursor): void {
    const written = textOf(wanted, wanted.claim !== undefined);
    this.#entries.set(client, { version, wanted, written, ...UNCLAIMED });
  }

  /** Before anything is sent: writes that this run serves these clients. @throws what the store throws */
  async claim(clients: readonly string[]): Promise<void> {
    for (const client of clients) this.#entry(client).serving = true;
    await this.#persist();
    this.#hasClaimed = true;
  }

  /** More clients, while others are served. Never rejects: `hold` tells, and the next run serves them. */
  async claimMore(clients: readonly string[]): Promise<void> {
    for (const client of clients) this.#entry(client).serving = true;
    await this.flush();
  }

  /** At the end: writes what is due, for a minute at most. Never rejects: `saved` tells. */
  async finish(): Promise<void> {
    await this.#persist().catch(() => undefined);
  }

  /** Flushes until the store has it all. @throws what the store throws at last */
  async #persist(): Promise<void> {
    const { clock, signal, notice } = this.#settings;
    await patiently(
      async (within, gotOn) => {
        const giveUp = (): void => this.#givingUp.abort();
        within.addEventListener('abort', giveUp);
        this.#gotOn = gotOn;
        await this.flush();
        this.#gotOn = () => undefined;
        within.removeEventListener('abort', giveUp);
        if (this.#failure !== undefined) throw this.#failure;
      },
      { clock, signal, notice },
    );
  }

  /** Whether the client's lane may go on. */
  hold(client: string): CursorHold {
    const { hold, serving, claimedUntilMs } = this.#entry(client);
    // As long as others are kept away the lane goes on, also where the store is out of reach.
    if (hold.kind !== 'held' || !serving) return hold;
    if (this.#store.holds?.() === false) return { kind: 'lost', by: undefined };
    if (this.#keepsOthersAwayUntil(claimedUntilMs) > this.#settings.clock.now()) return hold;
    return {
      kind: 'failed',
      message: this.#failure?.message ?? 'its claim lapsed before it could be renewed',
    };
  }

  /** The claim does; a store of the run's own does by itself, but a lane goes on there no longer without being written. */
  #keepsOthersAwayUntil(claimedUntilMs: number | undefined): number {
    if (this.#store.shared) return claimedUntilMs ?? 0;
    if (this.#failure === undefined) return Infinity;
    return this.#failure instanceof UnreachableError ? this.#failingSinceMs + this.#settings.claimMs : 0;
  }

  /** Whether nobody else may send to the client meanwhile: this run has claimed it, or the store is its own. */
  hasExclusiveDelivery(client: string): boolean {
    return !this.#store.shared || this.#entry(client).serving;
  }

  /** When the claim lapses that the store still has of this run, though its lane has ended. */
  claimLeft(client: string): number | undefined {
    const { claimedUntilMs } = this.#entry(client);
    return claimedUntilMs !== undefined && claimedUntilMs > this.#settings.clock.now()
      ? claimedUntilMs
      : undefined;
  }

  /** After the last `flush`: whether the store has what was wanted. */
  saved(client: string): CursorHold {
    const { hold, wanted, serving, written } = this.#entry(client);
    if (hold.kind !== 'held' || written === textOf(wanted, this.#claims(serving))) return hold;
    return { kind: 'failed', message: this.#failure?.message ?? 'the run ended before it was written' };
  }

  /** How far the lane is now; written by the next `flush`. */
  settle(client: string, wanted: LaneCursor): void {
    this.#entry(client).wanted = wanted;
  }

  /** As `settle`, and the lane has ended: its claim is given back. */
  release(client: string, wanted: LaneCursor): void {
    this.settle(client, wanted);
    this.#entry(client).serving = false;
  }

  /** Writes all that is due, after what is being written now. Never rejects: `hold` and `saved` tell. */
  flush(): Promise<void> {
    // One that has not begun writes what is due by then: a store that hangs gets no queue.
    this.#queued ??= this.#writing.then(() => {
      this.#queued = undefined;
      return this.#write();
    });
    this.#writing = this.#queued;
    return this.#queued;
  }

  async #write(): Promise<void> {
    const due = [...this.#entries]
      .filter(([, { serving }]) => serving || this.#hasClaimed)
      .sort(([, a], [, b]) => Number(b.serving) - Number(a.serving))
      .map(([client]) => client)
      .filter((client) => this.#isDue(client));
    if (due.length === 0) this.#failure = undefined;
    const size = this.#store.shared ? PORTION : Infinity;
    for (let begin = 0; begin < due.length; begin += size) {
      // Meanwhile those with a claim go on, and it is not to lapse.
      const served = [...this.#entries].filter(([, { claimedUntilMs }]) => claimedUntilMs !== undefined);
      const portion = [...due.slice(begin, begin + size), ...served.map(([client]) => client)];
      await this.#writeThese(new Set(portion.filter((client) => this.#isDue(client))));
      if (this.#failure !== undefined) return;
      this.#gotOn();
    }
  }

  /** Whether the store is to have something else of it, or the same claim for longer. */
  #isDue(client: string): boolean {
    const { wanted, serving, written, claimedUntilMs, hold } = this.#entry(client);
    if (hold.kind !== 'held') return false;
    const claims = this.#claims(serving);
    if (textOf(wanted, claims) !== written) return true;
    const { clock, claimMs } = this.#settings;
    return claims && (claimedUntilMs ?? 0) < clock.now() + claimMs / 2;
  }

  async #writeThese(clients: ReadonlySet<string>): Promise<void> {
    if (clients.size === 0) return;
    const { claimMs, clock, run } = this.#settings;
    const untilMs = clock.now() + claimMs;
    const changes = new Map<string, CursorChange>();
    const texts = new Map<string, string>();
    for (const client of clients) {
      const { version, wanted, serving } = this.#entry(client);
      const claims = this.#claims(serving);
      const claim = claims ? { run, until: new Date(untilMs).toISOString() } : undefined;
      changes.set(client, { expected: version, cursor: cursorOf(wanted, run, claim) });
      texts.set(client, textOf(wanted, claims));
    }
    try {
      const results = await this.#store.write(changes, this.#signal);
      this.#failure = undefined;
      for (const [client, text] of texts) {
        const claimedUntilMs = changes.get(client)?.cursor.claim && untilMs;
        this.#learn(this.#entry(client), results.get(client), text, claimedUntilMs);
      }
    } catch (error) {
      if (this.#failure === undefined) this.#failingSinceMs = clock.now();
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  #learn(
    entry: Entry,
    result: WriteResult | undefined,
    text: string,
    claimedUntilMs: number | undefined,
  ): void {
    switch (result?.kind) {
      case 'written':
        entry.version = result.version;
        entry.written = text;
        entry.claimedUntilMs = claimedUntilMs;
        return;
      case 'moved':
        entry.hold = { kind: 'lost', by: result.by };
        entry.claimedUntilMs = undefined;
        return;
      case 'refused': {
        const { message, details } = result;
        entry.hold = { kind: 'failed', message, ...(details && { details }) };
        return;
      }
      case undefined:
    }
  }

  /** A store that is locked while it is open needs no claims. */
  #claims(serving: boolean): boolean {
    return this.#store.shared && serving;
  }

  #entry(client: string): Entry {
    const entry = this.#entries.get(client);
    if (entry === undefined) throw new Error(`the cursor of ${client} is not this run's to move`);
    return entry;
  }
}

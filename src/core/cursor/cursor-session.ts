/**
 * The cursors that one run moves: claimed before the first event is sent, written repeatedly while lanes run, and
 * released as they end. The order is always: sent, accepted, cursor written. So after a crash at most the events
 * accepted since the last write are sent again.
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
  wanted: () => LaneCursor;
  /** Whether its lane is running. */
  serving: boolean;
  /** What the store holds, as `textOf` gives it; undefined if the store has no cursor yet. */
  written: string | undefined;
  /** When the claim in the store lapses; undefined if there is none. */
  claimedUntilMs: number | undefined;
  hold: CursorHold;
}

const UNCLAIMED = { serving: false, claimedUntilMs: undefined, hold: { kind: 'held' } as CursorHold };
/** Number of cursors per write: thousands of clients must not delay the claims of those being served. */
const PORTION = 250;

/** A class, because the state is real. */
export class CursorSession {
  readonly #store: CursorStore;
  readonly #settings: CursorSessionSettings;
  readonly #entries = new Map<string, Entry>();
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;
  #failure: Error | undefined;
  #failingSinceMs = 0;
  /** Until then only cursors of served clients are written; first cursors of other clients can wait. */
  #hasClaimed = false;
  /** Called after each portion that the store has accepted. */
  #gotOn: () => void = () => undefined;
  readonly #givingUp = new AbortController();
  readonly #signal: AbortSignal;

  constructor(store: CursorStore, settings: CursorSessionSettings) {
    this.#store = store;
    this.#settings = settings;
    this.#signal = AbortSignal.any([this.#givingUp.signal, ...(settings.signal ? [settings.signal] : [])]);
  }

  /** Adds a client without a cursor: it begins at `wanted`. */
  begin(client: string, wanted: LaneCursor): void {
    this.#entries.set(client, { version: undefined, wanted: () => wanted, written: undefined, ...UNCLAIMED });
  }

  /** Adds a cursor as the store has it. */
  take(client: string, version: Version, wanted: Cursor): void {
    const written = textOf(wanted, wanted.claim !== undefined);
    this.#entries.set(client, { version, wanted: () => wanted, written, ...UNCLAIMED });
  }

  /** Claims these clients, before anything is sent. @throws what the store throws */
  async claim(clients: readonly string[]): Promise<void> {
    for (const client of clients) this.#entry(client).serving = true;
    await this.#persist();
    this.#hasClaimed = true;
  }

  /** Claims more clients while others are served. Never rejects: check `hold`. */
  async claimMore(clients: readonly string[]): Promise<void> {
    for (const client of clients) this.#entry(client).serving = true;
    await this.flush();
  }

  /** Writes what is due at the end of the run, retrying for a minute at most. Never rejects: check `saved`. */
  async finish(): Promise<void> {
    await this.#persist().catch(() => undefined);
  }

  /** Flushes until the store has everything. @throws the store's last error */
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

  /** Whether the client's lane may continue. */
  hold(client: string): CursorHold {
    const { hold, serving, claimedUntilMs } = this.#entry(client);
    // As long as the claim keeps other runs away the lane may continue, even if the store is unreachable.
    if (hold.kind !== 'held' || !serving) return hold;
    if (this.#store.holds?.() === false) return { kind: 'lost', by: undefined };
    if (this.#keepsOthersAwayUntil(claimedUntilMs) > this.#settings.clock.now()) return hold;
    return {
      kind: 'failed',
      message: this.#failure?.message ?? 'its claim lapsed before it could be renewed',
    };
  }

  /** Until when other runs are kept away: by the claim; by the store's lock, until writes have failed for `claimMs`. */
  #keepsOthersAwayUntil(claimedUntilMs: number | undefined): number {
    if (this.#store.shared) return claimedUntilMs ?? 0;
    if (this.#failure === undefined) return Infinity;
    return this.#failure instanceof UnreachableError ? this.#failingSinceMs + this.#settings.claimMs : 0;
  }

  /** True if only this run may deliver to the client: it holds the claim or the store's lock. */
  hasExclusiveDelivery(client: string): boolean {
    return !this.#store.shared || this.#entry(client).serving;
  }

  /** When this run's claim on a client, still in the store after the lane ended, lapses; undefined if it has none. */
  claimLeft(client: string): number | undefined {
    const { claimedUntilMs } = this.#entry(client);
    return claimedUntilMs !== undefined && claimedUntilMs > this.#settings.clock.now()
      ? claimedUntilMs
      : undefined;
  }

  /** Whether the store has what was wanted; to be called after the last `flush`. */
  saved(client: string): CursorHold {
    const { hold, wanted, serving, written } = this.#entry(client);
    if (hold.kind !== 'held' || written === textOf(wanted(), this.#claims(serving))) return hold;
    return { kind: 'failed', message: this.#failure?.message ?? 'the run ended before it was written' };
  }

  /** Sets how far the lane has come; the next `flush` writes what `wanted` then gives. */
  settle(client: string, wanted: () => LaneCursor): void {
    this.#entry(client).wanted = wanted;
  }

  /** As `settle`, for a lane that has ended: the claim is released. */
  release(client: string, wanted: LaneCursor): void {
    this.settle(client, () => wanted);
    this.#entry(client).serving = false;
  }

  /** Writes everything due, after the write in progress. Never rejects: check `hold` and `saved`. */
  flush(): Promise<void> {
    // Only one write is queued, and it takes whatever is due when it starts; so a store that hangs builds up no queue.
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
      // Clients with a claim are included in each portion, so that their claims do not lapse meanwhile.
      const served = [...this.#entries].filter(([, { claimedUntilMs }]) => claimedUntilMs !== undefined);
      const portion = [...due.slice(begin, begin + size), ...served.map(([client]) => client)];
      await this.#writeThese(new Set(portion.filter((client) => this.#isDue(client))));
      if (this.#failure !== undefined) return;
      this.#gotOn();
    }
  }

  /** Whether the client has something new to write, or a claim to renew. */
  #isDue(client: string): boolean {
    const { wanted, serving, written, claimedUntilMs, hold } = this.#entry(client);
    if (hold.kind !== 'held') return false;
    const claims = this.#claims(serving);
    if (textOf(wanted(), claims) !== written) return true;
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
      const entry = this.#entry(client);
      const [wanted, claims] = [entry.wanted(), this.#claims(entry.serving)];
      const claim = claims ? { run, until: new Date(untilMs).toISOString() } : undefined;
      changes.set(client, { expected: entry.version, cursor: cursorOf(wanted, run, claim) });
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

  /** A store that is locked while open needs no claims. */
  #claims(serving: boolean): boolean {
    return this.#store.shared && serving;
  }

  #entry(client: string): Entry {
    const entry = this.#entries.get(client);
    if (entry === undefined) throw new Error(`the cursor of ${client} is not this run's to move`);
    return entry;
  }
}

/**
 * The cursors that one run moves: claimed before the first event goes out, written again and again while lanes run,
 * given back as they end. Order of acts: sent, accepted, cursor; so what is repeated after a crash is at most what was
 * accepted since the last write.
 */
import type { Cursor, LaneCursor } from './cursor.ts';
import type { CursorChange, CursorStore, Version, WriteResult } from './cursor-store.ts';

export interface KeeperSettings {
  /** Names the run for people: its URL in CI. */
  readonly run: string;
  /** After so long without a word from its run a claim lapses. */
  readonly claimMs: number;
  /** Milliseconds since 1970. They decide when a claim lapses, and nothing else. */
  readonly now: () => number;
  /** Gives up what is still being written. */
  readonly signal?: AbortSignal;
}

export type Custody =
  | { readonly kind: 'held' }
  /** Another run has moved it: nothing more may be sent. */
  | { readonly kind: 'lost'; readonly by: string | undefined }
  /** It cannot be written. */
  | { readonly kind: 'failed'; readonly message: string };

interface Entry {
  version: Version | undefined;
  wanted: LaneCursor;
  /** Whether its lane runs. */
  serving: boolean;
  /** What the store holds, in the form of `textOf`; undefined where there is nothing yet. */
  written: string | undefined;
  /** When the claim in the store lapses. */
  claimedUntilMs: number | undefined;
  custody: Custody;
}

const HELD: Custody = { kind: 'held' };

/** A class because the state is real. */
export class CursorKeeper {
  readonly #store: CursorStore;
  readonly #settings: KeeperSettings;
  readonly #entries = new Map<string, Entry>();
  #writing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(store: CursorStore, settings: KeeperSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** A cursor that does not exist yet: it begins at `wanted`. */
  begin(client: string, wanted: LaneCursor): void {
    const fresh = { serving: false, claimedUntilMs: undefined, custody: HELD };
    this.#entries.set(client, { version: undefined, wanted, written: undefined, ...fresh });
  }

  /** A cursor as the store has it. */
  take(client: string, version: Version, wanted: Cursor): void {
    const fresh = { serving: false, claimedUntilMs: undefined, custody: HELD };
    const written = textOf(wanted, wanted.claim !== undefined);
    this.#entries.set(client, { version, wanted, written, ...fresh });
  }

  /** Before anything is sent: writes that this run serves these clients. @throws what the store throws */
  async claim(clients: readonly string[]): Promise<void> {
    for (const client of clients) this.#entry(client).serving = true;
    await this.flush();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Whether the client's lane may go on. */
  custody(client: string): Custody {
    const { custody, serving, claimedUntilMs } = this.#entry(client);
    if (custody.kind !== 'held' || !serving) return custody;
    // The claim is what keeps others away: as long as it lasts, the lane goes on, also where the store is out of reach.
    const lasts = this.#store.shared && claimedUntilMs !== undefined && claimedUntilMs > this.#settings.now();
    if (lasts || (this.#failure === undefined && !this.#store.shared)) return custody;
    return {
      kind: 'failed',
      message: this.#failure?.message ?? 'its claim lapsed before it could be renewed',
    };
  }

  /** Whether nobody else may send to the client meanwhile: this run has claimed it, or the store is its own. */
  isOwn(client: string): boolean {
    return !this.#store.shared || this.#entry(client).serving;
  }

  /** Whether the store has all that was wanted, as far as it can be had. */
  get isSaved(): boolean {
    return [...this.#entries.keys()].every((client) => {
      const { kind } = this.saved(client);
      return kind === 'held' || this.#entry(client).custody.kind !== 'held';
    });
  }

  /** After the last `flush`: whether the store has what was wanted. */
  saved(client: string): Custody {
    const { custody, wanted, serving, written } = this.#entry(client);
    if (custody.kind !== 'held' || written === textOf(wanted, this.#claims(serving))) return custody;
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

  /** Writes all that is due, after what is being written now. Never rejects: `custody` and `saved` tell. */
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
    const { claimMs, now, run, signal } = this.#settings;
    const untilMs = now() + claimMs;
    const changes = new Map<string, CursorChange>();
    const texts = new Map<string, string>();
    for (const [client, entry] of this.#entries) {
      const { version, wanted, serving, written, claimedUntilMs, custody } = entry;
      const claims = this.#claims(serving);
      const text = textOf(wanted, claims);
      const renew = claims && (claimedUntilMs ?? 0) < now() + claimMs / 2;
      if (custody.kind !== 'held' || (text === written && !renew)) continue;
      const claim = claims ? { run, until: new Date(untilMs).toISOString() } : undefined;
      changes.set(client, { expected: version, cursor: cursorOf(wanted, run, claim) });
      texts.set(client, text);
    }
    if (changes.size === 0) return;
    try {
      const results = await this.#store.write(changes, signal);
      this.#failure = undefined;
      for (const [client, text] of texts)
        this.#learn(this.#entry(client), results.get(client), text, untilMs);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  #learn(entry: Entry, result: WriteResult | undefined, text: string, untilMs: number): void {
    switch (result?.kind) {
      case 'written':
        entry.version = result.version;
        entry.written = text;
        entry.claimedUntilMs = untilMs;
        return;
      case 'moved':
        entry.custody = { kind: 'lost', by: result.by };
        return;
      case 'refused':
        entry.custody = { kind: 'failed', message: result.message };
        return;
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

const cursorOf = (
  { commit, step, lastEvent, blocked }: LaneCursor,
  run: string,
  claim: Cursor['claim'],
): Cursor => ({
  commit,
  ...(step && { step }),
  ...(lastEvent !== undefined && { lastEvent }),
  ...(blocked && { blocked }),
  ...(claim && { claim }),
  run,
});

const textOf = ({ commit, step, lastEvent, blocked }: LaneCursor, claimed: boolean): string =>
  JSON.stringify([
    commit,
    step && [step.from, step.to, step.sequence, step.sent, step.unsent],
    lastEvent,
    blocked && [blocked.event, blocked.status, blocked.since],
    claimed,
  ]);

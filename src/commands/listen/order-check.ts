/** A receiver's view of a lane: checks requests for order, gaps and repetition. */
import { createHash } from 'node:crypto';
import type { LaneOrder } from '../../core/clients/file/lane-keys.ts';
import { contentOf } from '../receiving/received-event.ts';

const REMEMBERED = 100_000;

export interface ArrivedRequest {
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether it is answered with 2xx; only then its events count as received. */
  readonly accepted: boolean;
}

/** `sameBytes`: the body equals the one received under this id before, if there was one. */
export type OrderCheck =
  | { readonly verdict: 'in order' }
  /** The first request of a lane or of a run. `after`: the previous event, sent before this receiver started. */
  | { readonly verdict: 'first'; readonly after?: string }
  /** It was answered with a failing status before. */
  | { readonly verdict: 'retry'; readonly sameBytes: boolean }
  /** A duplicate: it was already accepted. */
  | { readonly verdict: 'again'; readonly sameBytes: boolean }
  /** Knowingly sent again; correct at any time. */
  | { readonly verdict: 'replay'; readonly sameBytes: boolean }
  /** The event before it was never accepted. */
  | { readonly verdict: 'gap'; readonly missing: string }
  /** A later event of the lane was already accepted. */
  | { readonly verdict: 'out of order'; readonly overtakenBy: string }
  /** A list without any event, which no sender has a reason to send. */
  | { readonly verdict: 'empty' }
  /** It has no `webhook-id`. */
  | { readonly verdict: 'unchecked' };

/**
 * Checks the requests of one receiver, given in the order of arrival: returns a verdict for each event of a request, at
 * least one. Each gap is reported once: the lane continues after it.
 *
 * No request says to which lane it belongs. A lane may use several paths, so its previous event is looked up among all
 * of them. A path belongs to one lane, so the sequence of one source only grows there, and the same event at another
 * path is another client's. Clients that share a path are taken for one.
 *
 * With the order `team` each team of a path is a row of its own, whose first event here may follow any.
 *
 * `remembered` limits how many ids are kept of each kind; a forgotten event counts as never accepted.
 */
export function createOrderCheck(
  order: LaneOrder = 'all',
  remembered = REMEMBERED,
): (request: ArrivedRequest) => readonly [OrderCheck, ...OrderCheck[]] {
  const acceptedIds = new Map<string, true>();
  /** Digests of bodies by path and id. */
  const accepted = new Map<string, string>();
  const refused = new Map<string, string>();
  const newestAt = new Map<string, { readonly id: string; readonly sequence: string | undefined }>();
  /** Missing events, each with the accepted event that names it as its predecessor. */
  const missing = new Map<string, string>();

  const remember = <Value>(memory: Map<string, Value>, key: string, value: Value): void => {
    memory.delete(key); // so that it becomes the newest, and the first is the oldest
    memory.set(key, value);
    const [oldest] = memory.keys();
    if (memory.size > remembered && oldest !== undefined) memory.delete(oldest);
  };

  const laterThan = ({ id, line, sequence, rewritten }: Arrival): string | undefined => {
    const newest = rewritten ? undefined : newestAt.get(line);
    const isLate = sequence !== undefined && newest?.sequence !== undefined && sequence <= newest.sequence;
    return missing.get(id) ?? (isLate ? newest.id : undefined);
  };

  const judge = (arrival: Arrival): OrderCheck => {
    const { key, digest, line, previousId } = arrival;
    const before = accepted.get(key);
    if (arrival.replay) return { verdict: 'replay', sameBytes: before === undefined || before === digest };
    if (before !== undefined) return { verdict: 'again', sameBytes: before === digest };
    const later = laterThan(arrival);
    if (later !== undefined) return { verdict: 'out of order', overtakenBy: later };
    const refusedBefore = refused.get(key);
    if (refusedBefore !== undefined) return { verdict: 'retry', sameBytes: refusedBefore === digest };
    if (previousId === undefined) return { verdict: 'first' };
    if (arrival.isFollowing || acceptedIds.has(previousId)) return { verdict: 'in order' };
    const isKnown = order === 'team' ? newestAt.has(line) : newestAt.size > 0;
    return !isKnown ? { verdict: 'first', after: previousId } : { verdict: 'gap', missing: previousId };
  };

  const accept = ({ id, line, key, digest, previousId, sequence, replay }: Arrival, late: boolean): void => {
    remember(acceptedIds, id, true);
    remember(accepted, key, digest);
    refused.delete(key);
    missing.delete(id);
    if (replay) return; // says nothing about how far the lane has come
    if (!late) remember(newestAt, line, { id, sequence });
    if (previousId !== undefined && !acceptedIds.has(previousId)) remember(missing, previousId, id);
  };

  const check = (arrival: Arrival, isAccepted: boolean): OrderCheck => {
    const verdict = judge(arrival);
    if (accepted.has(arrival.key)) return verdict; // later requests are compared with the first one
    if (isAccepted) accept(arrival, verdict.verdict === 'out of order');
    else if (!arrival.replay && !refused.has(arrival.key)) remember(refused, arrival.key, arrival.digest);
    return verdict;
  };

  return (request) => {
    if (request.headers['webhook-id'] === undefined) return [{ verdict: 'unchecked' }];
    const [first, ...others] = arrivalsOf(request, order).map((one) => check(one, request.accepted));
    return [first ?? { verdict: 'empty' }, ...others];
  };
}

interface Arrival {
  readonly id: string;
  /** Path and source, and team where each is a row of its own: within it the sequence grows. */
  readonly line: string;
  /** Path and id. */
  readonly key: string;
  readonly digest: string;
  readonly previousId: string | undefined;
  /** Whether that one is in the same request. */
  readonly isFollowing: boolean;
  readonly sequence: string | undefined;
  readonly replay: boolean;
  /** Whether its sequence starts anew, regardless of earlier events. */
  readonly rewritten: boolean;
}

/** The events of a request, in order. */
function arrivalsOf({ path, headers, body }: ArrivedRequest, order: LaneOrder): readonly Arrival[] {
  const requestId = headers['webhook-id'] ?? '';
  const content = contentOf(body);
  const before = new Map<string, string>();
  const items: readonly unknown[] = Array.isArray(content) ? content : [content];
  return items.map((item, index): Arrival => {
    const { id, sequence, source, subject, data } = Object(item) as { readonly [name: string]: unknown };
    const ownId = Array.isArray(content) && typeof id === 'string' ? id : requestId;
    const line = [path, source, order === 'team' ? subject : '']
      .filter((part) => typeof part === 'string')
      .join('\n');
    // The header is about the first event; the others follow what is before them in the same request.
    const previousId = index === 0 ? headers['webhook-previous-id'] : before.get(line);
    before.set(line, ownId);
    return {
      id: ownId,
      line,
      key: `${path}\n${ownId}`,
      digest: createHash('sha256')
        .update(Array.isArray(content) ? JSON.stringify(item) : body)
        .digest('base64'),
      previousId,
      isFollowing: index > 0 && previousId !== undefined,
      // Absent if the body's format does not include it: then only the previous event is checked.
      sequence: typeof sequence === 'string' ? sequence : undefined,
      replay: headers['webhook-replay'] === 'true',
      rewritten: (Object(data) as { readonly rewritten?: unknown }).rewritten === true,
    };
  });
}

/**
 * One client's events with `order: team`: those of one team strictly one after the other, those of other teams do not
 * wait. What cannot be delivered holds its team only. Also finishes what `order: team` has left to a client that has
 * gone back to `order: all`: then strictly one after the other, and nothing is held.
 *
 *     queues of teams that are behind: their first events, oldest first ─┐
 *     pointer: the next event ──▶ its team is behind: joins its queue    ├─▶ at most `parallel` attempts
 *                      └────────▶ else ──────────────────────────────────┘      │
 *     accepted: the team's next ◀───────────────────────────────────────────────┤
 *     retry: after its wait; others go on ◀─────────────────────────────────────┤
 *     refused, given up: the team is held ◀─────────────────────────────────────┤
 *     gone, or nothing is accepted of many teams in a row: end of the lane ◀────┘
 */
import { MOST_HELD } from '../../../cursor/cursor.ts';
import { createAttempts, type Attempt } from '../attempts.ts';
import type { DeliveryEnvironment, LaneEnd } from '../lane.ts';
import { createDecision, type Guard, type LaneAct } from '../lane-decision.ts';
import type { LanePlan } from '../lane-plan.ts';
import { problemAt, type LaneProblem } from '../lane-result.ts';
import { emptyTally, sumUp, type Ending } from '../lane-tally.ts';
import { inOrder, isReplayed, type QueuedEvent, type TeamQueue } from './team-queue.ts';
import { createTeamQueues } from './team-queues.ts';

/** If so many teams in a row are given up, with nothing accepted, the receiver is down: no team is held for that. */
const DOWN = 10;

/** As `runLane`. */
export async function runTeamLane(
  plan: LanePlan,
  environment: DeliveryEnvironment,
  guardOf: Guard,
): Promise<LaneEnd> {
  const { client: name } = plan;
  const { now, selects, notice } = environment;
  const all = createTeamQueues(plan, selects);
  const attempts = createAttempts(name, environment);
  const decision = createDecision(name, environment, () => all.open(), guardOf);
  const tally = emptyTally();
  const inFlight = new Set<Promise<void>>();
  let { lastEvent } = plan;
  let ending: Ending | undefined;
  let failure: { readonly error: unknown } | undefined;
  let isGuarded = false;
  /** Failed attempts since the last accepted event, and since when. */
  let failedInARow = 0;
  let failingSinceMs: number | undefined;

  /** As the client's entry says now. */
  function order(): { readonly parallel: number; readonly holds: boolean } {
    const state = environment.clientState(name);
    const client = state.kind === 'ready' ? state.bound.client : decision.last?.client;
    return client?.order === 'team'
      ? { parallel: client.parallel, holds: true }
      : { parallel: 1, holds: false };
  }

  const heldQueues = (): TeamQueue[] => [...all.queues].filter(({ held }) => held && !held.isDoubtful);
  const doubtful = (): TeamQueue[] => [...all.queues].filter(({ held }) => held?.isDoubtful);
  const waitingQueues = (): TeamQueue[] => [...all.queues].filter(({ held }) => held === undefined);
  const position = () => all.position(lastEvent);

  function block(problem: LaneProblem): void {
    ending ??= { status: 'blocked', problem };
  }

  function decide(event: QueuedEvent): Exclude<LaneAct, { kind: 'end' }> | undefined {
    const act = decision.next({ ...event, choose: (client) => all.choose(event, client) });
    if (act.kind !== 'end') return act;
    if (act.status === 'guarded') isGuarded = true;
    else ending ??= act;
    return undefined;
  }

  function send(
    event: QueuedEvent,
    { bound, remaining }: Extract<LaneAct, { kind: 'send' }>,
    holds: boolean,
  ): void {
    event.isActive = true;
    event.deliveredBefore ??= tally.accepted.length;
    const sending = {
      event: event.event,
      bound,
      remaining,
      previousId: holds ? all.previousOf(event) : lastEvent,
      replay: environment.replay ?? isReplayed(plan, event.step),
    };
    const work = attempts
      .make(sending, event.tries)
      .then(
        (made) => {
          event.isActive = false;
          if (made !== undefined) answered(event, made);
        },
        (error: unknown) => {
          failure ??= { error };
          ending ??= { status: 'stopped' };
        },
      )
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
  }

  function answered(queued: QueuedEvent, made: Attempt): void {
    const { event, tries } = queued;
    const { answer } = made;
    tries.made++;
    switch (answer.verdict) {
      case 'accepted':
        tally.accepted.push(event.id);
        lastEvent = event.id;
        all.settle(queued, 'accepted');
        attempts.accepted(made);
        failedInARow = 0;
        failingSinceMs = undefined;
        for (const { held } of doubtful()) if (held) held.isDoubtful = false;
        environment.progress(name, position);
        return;
      case 'stopped':
        ending ??= { status: 'stopped' };
        return;
      case 'gone':
        ending ??= { status: 'gone', problem: problemAt(answer, event, answer.reason) };
        return;
      case 'refused':
        hold(queued, problemAt(answer, event, answer.reason), false);
        return;
      case 'retry': {
        if (!answer.tooEarly) failedInARow++;
        failingSinceMs ??= now();
        const decided = attempts.retryIn(made, event, tries, now() - failingSinceMs);
        if (decided.retry) queued.notBeforeMs = now() + decided.waitMs;
        else {
          const isDoubtful = tally.accepted.length === queued.deliveredBefore;
          hold(queued, problemAt(answer, event, decided.reason), isDoubtful);
        }
      }
    }
  }

  function hold(queued: QueuedEvent, problem: LaneProblem, isDoubtful: boolean): void {
    const queue = all.queueOf(queued);
    if (queue === undefined || !order().holds || all.waiting.size > MOST_HELD) return block(problem);
    const { type, subject: team } = queued.event;
    queue.held ??= { team, problem, isDoubtful };
    if (!isDoubtful) notice(name, `${type} ${team}: ${problem.message}; the team waits, the others go on`);
    const [first] = doubtful();
    if (first?.held && doubtful().length >= DOWN) block(first.held.problem);
  }

  /** Starts what can be started. How long to wait for more; undefined: until an attempt is answered, or the end. */
  function start(): number | undefined {
    while (ending === undefined) {
      isGuarded = false;
      const { parallel, holds } = order();
      if (inFlight.size >= (attempts.pace.isLimited ? 1 : parallel)) return undefined;
      const pauseMs = attempts.pace.waitMs(now());
      if (pauseMs > 0) return pauseMs;
      const [refused] = holds ? [] : [...heldQueues(), ...doubtful()];
      if (refused?.held) block(refused.held.problem);
      const startMs = startFirst(holds);
      if (startMs === 'started') continue;
      if (ending !== undefined || !advance(parallel, holds)) return startMs;
    }
    return undefined;
  }

  /** Serves the first event of a queue, if one can be; else how long to wait for one. */
  function startFirst(holds: boolean): 'started' | number | undefined {
    let waitMs: number | undefined;
    const firsts = waitingQueues().flatMap(({ events }) =>
      events.some((one) => one.isActive) ? [] : events.slice(0, 1),
    );
    for (const event of firsts.sort(inOrder)) {
      const leftMs = event.notBeforeMs - now();
      if (leftMs > 0) waitMs = Math.min(waitMs ?? Infinity, leftMs);
      else {
        const act = decide(event);
        if (act?.kind === 'pass') {
          tally[act.disposition]++;
          all.settle(event, act.disposition);
        } else if (act !== undefined) send(event, act, holds);
        if (act !== undefined) return 'started';
      }
      if (!holds || ending !== undefined) break;
    }
    return waitMs;
  }

  /** Moves the pointer until an attempt has begun; false if that has to wait. */
  function advance(parallel: number, holds: boolean): boolean {
    for (let event = all.current(); event !== undefined; event = all.current()) {
      const { subject } = event.event;
      const queue = all.queueOf(event);
      if (!holds && all.waiting.size > 0) return false;
      const isFull = all.waiting.size >= MOST_HELD && !all.waiting.has(subject);
      if (isFull && waitingQueues().length > 0) return false;
      if (queue !== undefined) {
        if (isFull && queue.held) block(queue.held.problem);
        if (isFull) return false;
        all.enqueue();
        continue;
      }
      const act = decide(event);
      if (act === undefined) return false;
      if (act.kind === 'pass') {
        tally[act.disposition]++;
        all.pass(act.disposition);
        continue;
      }
      // A receiver that takes nothing at all is not tried with more and more teams.
      if (failedInARow >= parallel && waitingQueues().length >= parallel) return false;
      all.enqueue();
      send(event, act, holds);
      return true;
    }
    return false;
  }

  for (;;) {
    const waitMs = start();
    if (inFlight.size === 0 && (waitMs === undefined || ending !== undefined)) break;
    const why = waitMs === undefined ? undefined : environment.stopped(name);
    if (why !== undefined) ending ??= { status: why };
    const cut = new AbortController();
    const wait = waitMs === undefined || ending !== undefined ? [] : [environment.wait(waitMs, cut.signal)];
    if (inFlight.size + wait.length > 0) await Promise.race([...inFlight, ...wait]);
    cut.abort();
  }
  if (failure !== undefined) throw failure.error;
  return end();

  function end(): LaneEnd {
    if (ending === undefined) for (const { held } of doubtful()) if (held) held.isDoubtful = false;
    const held = heldQueues()
      .toSorted(({ events: [a] }, { events: [b] }) => (a && b ? inOrder(a, b) : 0))
      .flatMap((queue) => queue.held ?? [])
      .map(({ team, problem }) => ({ team, problem }));
    const status = isGuarded ? 'guarded' : held.length > 0 ? 'held' : 'done';
    const ended = ending ?? { status, problem: isGuarded ? undefined : held[0]?.problem };
    const open = all.open();
    return {
      ...sumUp(plan, tally, attempts.count, open, decision.last?.client, selects, { ...ended, held }),
      position: position(),
      next: open.find(({ events }) => events.length > 0)?.events[0],
      accepted: tally.accepted,
      guard: ended.status === 'guarded' ? decision.guard : undefined,
    };
  }
}

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
import { createAttempts, nameOf, type Attempt } from '../attempts.ts';
import type { DeliveryEnvironment, LaneEnd } from '../lane.ts';
import { createDecision, type Guard, type LaneAct } from '../lane-decision.ts';
import type { LanePlan } from '../lane-plan.ts';
import { problemAt, type LaneProblem } from '../lane-result.ts';
import type { LaneStatus } from '../lane-status.ts';
import { emptyTally, sumUp, type Ending } from '../lane-tally.ts';
import { createTeamBatches } from './team-batches.ts';
import { createTeamHolds } from './team-holds.ts';
import { eventsIn, inOrder, isReplayed, nextOf, type QueuedEvent, type TeamBatch } from './team-queue.ts';
import { createTeamQueues } from './team-queues.ts';
import { createUnderWay } from './under-way.ts';

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
  const holding = createTeamHolds(all);
  const batches = createTeamBatches(all, {
    goTogether: (step, other) => isReplay(step) === isReplay(other) && decision.allows(other),
    filtered: () => void tally.filtered++,
    mostBytes: () => attempts.mostBytes,
  });
  const underWay = createUnderWay();
  let { lastEvent } = plan;
  let ending: Ending | undefined;
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

  const position = () => all.position(lastEvent);
  const isReplay = (step: number): boolean => environment.replay ?? isReplayed(plan, step);

  function finish(status: LaneStatus, problem?: LaneProblem): void {
    ending ??= { status, problem };
  }

  function decide(event: QueuedEvent): Exclude<LaneAct, { kind: 'end' }> | undefined {
    const act = decision.next({ ...event, choose: (client) => all.choose(event, client) });
    if (act.kind !== 'end') return act;
    if (act.status === 'guarded') isGuarded = true;
    else finish(act.status, act.problem);
    return undefined;
  }

  function send(batch: TeamBatch, holds: boolean): void {
    const [{ bound }, sent] = [batch, nextOf(batch)];
    const [first, last = first] = [sent[0], sent.at(-1)];
    batch.isActive = true;
    for (const event of sent) event.deliveredBefore ??= tally.accepted.length;
    const attempted = {
      events: eventsIn(sent),
      bound,
      remaining: holds ? all.choose(last, bound.client).following : all.followingInStep(last, bound.client),
      previousId: holds ? all.previousOf(first) : lastEvent,
      replay: isReplay(first.step),
    };
    const work = attempts.make(attempted, batch.tries).then((made) => {
      batch.isActive = false;
      if (made !== undefined) answered(batch, sent, made);
    });
    underWay.add(work, () => finish('stopped'));
  }

  /** `sent`: the first events of the batch. */
  function answered(batch: TeamBatch, sent: readonly QueuedEvent[], made: Attempt): void {
    const { answer } = made;
    const { verdict, reason } = answer;
    const accepted = verdict === 'accepted' ? sent.length : (answer.accepted ?? 0);
    accept(sent.slice(0, accepted));
    const rest = batches.withoutFirst(batch, accepted);
    if (verdict === 'accepted') return attempts.accepted(made);
    const [first, ...others] = sent.slice(accepted);
    if (first === undefined || rest === undefined) return;
    const failed = eventsIn([first, ...others]);
    switch (verdict) {
      case 'stopped':
        return finish('stopped');
      case 'gone':
      case 'misconfigured':
        return finish(verdict, problemAt(answer, failed, reason));
      case 'refused':
        if (!attempts.divide(made, failed, rest.division))
          giveUp(rest, failed.length, problemAt(answer, failed, reason), false);
        else if (answer.tooLarge) batches.dissolve(rest);
        return;
      case 'retry': {
        if (!answer.tooEarly) failedInARow++;
        failingSinceMs ??= now();
        const { tries, division } = rest;
        const decided = attempts.retryIn(made, failed, tries, now() - failingSinceMs, division);
        const isDoubtful = tally.accepted.length === first.deliveredBefore;
        if (decided.retry) rest.notBeforeMs = now() + decided.waitMs;
        else giveUp(rest, failed.length, problemAt(answer, failed, decided.reason), isDoubtful);
      }
    }
  }

  function accept(events: readonly QueuedEvent[]): void {
    for (const queued of events) {
      tally.accepted.push(queued.event);
      lastEvent = queued.event.id;
      all.settle(queued, 'accepted');
      failedInARow = 0;
      failingSinceMs = undefined;
      holding.settleDoubts();
      environment.progress(name, position);
    }
  }

  /** So many of the first events of a batch cannot be delivered: one holds its team, several stop the lane. */
  function giveUp(batch: TeamBatch, count: number, problem: LaneProblem, isDoubtful: boolean): void {
    const [first] = batch.events;
    const wrong = count === 1 && order().holds ? holding.hold(first, problem, isDoubtful) : problem;
    if (wrong !== undefined) return finish('blocked', wrong);
    batches.withoutTeam(batch);
    if (isDoubtful) return;
    notice(name, `${nameOf([first.event])}: ${problem.message}; the team waits, the others go on`);
  }

  /** Starts what can be started. How long to wait for more; undefined: until an attempt is answered, or the end. */
  function start(): number | undefined {
    while (ending === undefined) {
      isGuarded = false;
      const { parallel, holds } = order();
      if (underWay.size >= (attempts.pace.isLimited ? 1 : parallel)) return undefined;
      const pauseMs = attempts.pace.waitMs(now());
      if (pauseMs > 0) return pauseMs;
      const refused = holds ? undefined : holding.firstProblem();
      if (refused !== undefined) finish('blocked', refused);
      const startMs = startFirst(holds);
      if (startMs === 'started') continue;
      if (ending !== undefined || !advance(parallel, holds)) return startMs;
    }
    return undefined;
  }

  /** Serves the first event of a queue, if one can be; else how long to wait for one. */
  function startFirst(holds: boolean): 'started' | number | undefined {
    let waitMs: number | undefined;
    const firsts = holding
      .waiting()
      .flatMap(({ events }) => (events.some(({ batch }) => batch?.isActive) ? [] : events.slice(0, 1)));
    for (const event of firsts.sort(inOrder)) {
      const leftMs = (event.batch?.notBeforeMs ?? 0) - now();
      if (leftMs > 0) waitMs = Math.min(waitMs ?? Infinity, leftMs);
      else {
        const act = decide(event);
        if (act?.kind === 'pass') {
          batches.dissolve(event.batch);
          tally[act.disposition]++;
          all.settle(event, act.disposition);
        } else if (act !== undefined) send(batches.ofQueued(event, act.bound, !holds), holds);
        if (act !== undefined) return 'started';
      }
      if (!holds || ending !== undefined) break;
    }
    return waitMs;
  }

  /** Whether one more team may be behind, if this event's is not yet. */
  const hasRoom = ({ event }: QueuedEvent): boolean =>
    all.waiting.size < MOST_HELD || all.waiting.has(event.subject);

  /** Moves the pointer until an attempt has begun; false if that has to wait. */
  function advance(parallel: number, holds: boolean): boolean {
    for (let event = all.current(); event !== undefined; event = all.current()) {
      const queue = all.queueOf(event);
      if (!holds && all.waiting.size > 0) return false;
      const isFull = !hasRoom(event);
      if (isFull && holding.waiting().length > 0) return false;
      if (queue !== undefined) {
        if (isFull && queue.held) finish('blocked', queue.held.problem);
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
      if (failedInARow >= parallel && holding.waiting().length >= parallel) return false;
      send(batches.ofPointer(event, act.bound, hasRoom), holds);
      return true;
    }
    return false;
  }

  for (;;) {
    const waitMs = start();
    if (underWay.size === 0 && (waitMs === undefined || ending !== undefined)) break;
    const why = waitMs === undefined ? undefined : environment.stopped(name);
    if (why !== undefined) finish(why);
    const isPause = waitMs !== undefined && ending === undefined;
    await underWay.next(isPause ? (cut) => environment.wait(waitMs, cut) : undefined);
  }
  underWay.throwFailure();
  return end();

  function end(): LaneEnd {
    if (ending === undefined) holding.settleDoubts();
    const held = holding.results();
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

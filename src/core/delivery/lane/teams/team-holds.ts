/** The teams that wait because an event of theirs cannot be delivered, or because the receiver may be down. */
import { MOST_HELD } from '../../../cursor/cursor.ts';
import type { HeldResult, LaneProblem } from '../lane-result.ts';
import { inOrder, type QueuedEvent, type TeamQueue } from './team-queue.ts';
import type { TeamQueues } from './team-queues.ts';

/** If so many teams in a row are given up, with nothing accepted, the receiver is down: no team is held for that. */
const DOWN = 10;

export interface TeamHolds {
  /** The queues of teams that are behind, and not held. */
  waiting(): TeamQueue[];
  /** Why the first team that is held is; those that may be held for nothing come last. */
  firstProblem(): LaneProblem | undefined;
  /** Holds the team of an event. Returns why the lane ends instead, if it does. `isDoubtful`: the receiver may be down. */
  hold(event: QueuedEvent, problem: LaneProblem, isDoubtful: boolean): LaneProblem | undefined;
  /** The receiver is not down: it has accepted something, or nothing is left to be tried. */
  settleDoubts(): void;
  /** Those that are held without doubt, in the order of the events that they wait for. */
  results(): HeldResult[];
}

export function createTeamHolds(all: TeamQueues): TeamHolds {
  const held = (): TeamQueue[] => [...all.queues].filter((one) => one.held && !one.held.isDoubtful);
  const doubtful = (): TeamQueue[] => [...all.queues].filter((one) => one.held?.isDoubtful);
  return {
    waiting: () => [...all.queues].filter((one) => one.held === undefined),
    firstProblem: () => [...held(), ...doubtful()][0]?.held?.problem,
    hold(event, problem, isDoubtful) {
      const queue = all.queueOf(event);
      if (queue === undefined || all.waiting.size > MOST_HELD) return problem;
      queue.held ??= { team: event.event.subject, problem, isDoubtful };
      return doubtful().length >= DOWN ? doubtful()[0]?.held?.problem : undefined;
    },
    settleDoubts() {
      for (const one of doubtful()) if (one.held) one.held.isDoubtful = false;
    },
    results: () =>
      held()
        .toSorted(({ events: [a] }, { events: [b] }) => (a && b ? inOrder(a, b) : 0))
        .flatMap((queue) => queue.held ?? [])
        .map(({ team, problem }) => ({ team, problem })),
  };
}

/**
 * The plan of a lane with held teams: what they wait for is put before what is pending for all.
 *
 *     held a:  s3 ─ s4 ─ s5 ─┐
 *     held b:       s4 ─ s5 ─┤ cursor      log: s3(a) s4(a, b) s5(a, b) | s6 s7 …
 *     pending for all:       s6 ─ s7 …                                  main
 */
import type { HeldTeam } from '../../../cursor/cursor.ts';
import type { LogStep } from '../../../events/log-step.ts';
import { isUpTo } from '../../../events/sequence.ts';
import type { LoggedEvent } from '../../../events/team-event.ts';
import type { LanePlan } from '../lane-plan.ts';
import { isOfStep } from '../open-steps.ts';
import { renamesIn } from './joined-teams.ts';

/** A held team, and all steps from its own to where the others are. */
export interface HeldLog {
  readonly held: HeldTeam;
  readonly steps: readonly LogStep[];
}

/** What of `log`, `main` and `joined` of a plan differs because of held teams. */
export function withHeld(
  log: readonly LogStep[],
  all: readonly HeldLog[],
): Pick<LanePlan, 'log' | 'main' | 'joined'> {
  const found = new Map<string, { step: LogStep; left: number; teams: Map<string, HeldTeam> }>();
  const pending = new Set(log.map(keyOf));
  for (const { held, steps } of all) {
    const own = steps.filter((step) => !pending.has(keyOf(step)));
    for (const [index, step] of own.entries()) {
      // From one commit there is one way on, so a step has the same number of steps after it for every team.
      const left = own.length - index;
      const known = found.get(keyOf(step)) ?? { step, left, teams: new Map<string, HeldTeam>() };
      found.set(keyOf(step), known);
      known.teams.set(held.team, held);
    }
  }
  const older = [...found.values()].sort((a, b) => b.left - a.left);
  const steps = older.flatMap(({ step, teams }): LogStep[] => {
    const events = step.events.filter(({ subject, sequence }) => {
      const held = teams.get(subject);
      return held !== undefined && !(isOfStep(held, step) && isUpTo(sequence, held.sequence));
    });
    return events.length > 0 ? [{ ...step, events }] : [];
  });
  return {
    log: [...steps, ...log],
    main: steps.length,
    joined: older.flatMap(({ step }) => [...renamesIn(step.events)]),
  };
}

export interface HeldTeamCount {
  readonly team: string;
  /** How many of its events wait. */
  readonly events: number;
}

/** The held teams of which something is due. */
export function waitingTeams(
  held: readonly HeldTeam[] = [],
  due: readonly LoggedEvent[],
): readonly HeldTeamCount[] {
  const counts = new Map<string, number>();
  for (const { subject } of held.length > 0 ? due : []) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  return held.flatMap(({ team }) => {
    const events = counts.get(team);
    return events === undefined ? [] : [{ team, events }];
  });
}

const keyOf = ({ from, to, root }: LogStep): string => `${from} ${to} ${root}`;

/** A lane's environment in memory: a clock that advances by waiting, and receivers with given answers. */
import type { BoundClient } from '../../src/core/clients/binding/bind-client.ts';
import { runLane, type DeliveryEnvironment } from '../../src/core/delivery/lane/lane.ts';
import { type ClientState } from '../../src/core/clients/client-state.ts';
import type { LaneResult } from '../../src/core/delivery/lane/lane-result.ts';
import type { LanePlan } from '../../src/core/delivery/lane/lane-plan.ts';
import type { GuardStop } from '../../src/core/delivery/removal-guard.ts';
import { webhookDestination } from '../../src/adapters/destinations/webhook/webhook-destination.ts';
import type { Outcome } from '../../src/adapters/destinations/webhook/answer.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/core/delivery/retry-policy.ts';
import type { WebhookRequest } from '../../src/adapters/destinations/webhook/webhook-request.ts';
import type { LoggedEvent } from '../../src/core/events/team-event.ts';
import { eventsBetween, logOf, sampleStep, team, teams } from './sample-teams.ts';

/** An answer with this status. */
export const answered = (status: number, retryAfter?: string, body = ''): Outcome => ({
  kind: 'answered',
  status,
  retryAfter,
  body,
});

export const UNREACHABLE: Outcome = { kind: 'unreachable', message: 'connect ECONNREFUSED', reset: false };

/** How long each attempt takes. */
export const ATTEMPT_MS = 10;

export interface SampleRun {
  readonly plan: LanePlan;
  readonly environment: DeliveryEnvironment;
  /** What was sent, attempt by attempt. */
  readonly requests: WebhookRequest[];
  /** How long the lane waited, wait by wait. */
  readonly waits: number[];
  readonly notices: string[];
}

interface SampleAnswers {
  /** The answers to the attempts in turn, the last one repeated; or a function that answers each request. */
  readonly answers?: readonly Outcome[] | ((request: WebhookRequest, attempt: number) => Outcome);
  /** What the clients file says before attempt number `attempt` (from 0). */
  readonly state?: (attempt: number) => ClientState;
  readonly redact?: (text: string) => string;
}

/** A run of one client over these steps. */
export function createRun(
  log: readonly (readonly LoggedEvent[])[],
  client: BoundClient,
  {
    answers = [answered(200)],
    state,
    redact = (text) => text,
    ...others
  }: SampleAnswers & Partial<DeliveryEnvironment> = {},
): SampleRun {
  const requests: WebhookRequest[] = [];
  const waits: number[] = [];
  const notices: string[] = [];
  const ready: ClientState = { kind: 'ready', bound: client };
  let nowMs = Date.UTC(2026, 0, 5);
  const answer =
    typeof answers === 'function'
      ? answers
      : (_: WebhookRequest, attempt: number) => answers[attempt] ?? answers.at(-1);
  const environment: DeliveryEnvironment = {
    selects: () => true,
    clientState: () => state?.(requests.length) ?? ready,
    withinLimit: (attempt) => attempt(),
    destination: webhookDestination({
      attempt: (request) => {
        requests.push(request);
        nowMs += ATTEMPT_MS;
        return Promise.resolve(answer(request, requests.length - 1) ?? answered(200));
      },
      redact,
      hide: () => undefined,
      userAgent: 'team-events/test',
      mostTimeoutMs: 15_000,
      now: () => nowMs,
    }),
    wait: (milliseconds) => {
      waits.push(milliseconds);
      nowMs += milliseconds;
      return Promise.resolve();
    },
    now: () => nowMs,
    random: () => 0.5,
    stopped: () => undefined,
    progress: () => undefined,
    retry: DEFAULT_RETRY_POLICY,
    notice: (_, text) => notices.push(text),
    ...others,
  };
  const plan = { client: 'sample', contact: '#sample', log: logOf(log) };
  return { plan, environment, requests, waits, notices };
}

/** The result of the run. */
export async function run(
  { plan, environment }: Pick<SampleRun, 'plan' | 'environment'>,
  guard?: GuardStop,
): Promise<LaneResult> {
  return (await runLane(plan, environment, () => guard)).result;
}

/** Steps of one event each: who joins the team `core`, step by step. */
export function joining(...members: readonly string[]): LoggedEvent[][] {
  return members.map((member, index) => {
    const step = sampleStep({ commit: { id: String(index).padStart(40, '0') }, reachable: index + 1 });
    const known = members.slice(0, index);
    return eventsBetween(
      teams(team('core', { members: ['zoe', ...known].sort() })),
      teams(team('core', { members: ['zoe', ...known, member].sort() })),
      step,
    );
  });
}

/** `event type team` of each request, in the order in which they were sent. */
export const sent = ({ requests }: SampleRun): string[] =>
  requests.map(({ body }) => {
    const { type, subject } = JSON.parse(body) as { type: string; subject: string };
    return `${type} ${subject}`;
  });

/** The laws of delivery, over random steps, clients and answers: what is accepted is the beginning of what is due, in order, and no lane waits for another. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../../../src/core/delivery/deliver.ts';
import type { LanePlan } from '../../../../../src/core/delivery/lane/lane-plan.ts';
import type { ClientState } from '../../../../../src/core/clients/client-state.ts';
import type { Outcome } from '../../../../../src/adapters/destinations/webhook/answer.ts';
import { DEFAULT_GUARD_LIMITS } from '../../../../../src/core/delivery/removal-guard.ts';
import type { LogStep } from '../../../../../src/core/events/log-step.ts';
import { type LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import { type EventType } from '../../../../../src/core/events/event-type.ts';
import { EVENT_TYPES } from '../../../../../src/core/events/event-type.ts';
import { arbitraryTeams } from '../../../../support/arbitrary-teams.ts';
import { subscriber } from '../../../../support/sample-clients.ts';
import { answered, createRun, joining, run, UNREACHABLE } from '../../../../support/sample-delivery.ts';
import { eventsBetween, logOf, sampleStep, team, teams } from '../../../../support/sample-teams.ts';

const arbitraryLog: fc.Arbitrary<LoggedEvent[][]> = fc
  .array(arbitraryTeams, { maxLength: 5 })
  .map((catalogues) =>
    catalogues.map((after, index) => {
      const step = sampleStep({ commit: { id: String(index).padStart(40, '0') }, reachable: index + 1 });
      return eventsBetween(catalogues[index - 1] ?? new Map(), after, step);
    }),
  );

const arbitraryOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 20, arbitrary: fc.constant(answered(200)) },
  { weight: 3, arbitrary: fc.constantFrom(answered(503), answered(404), answered(429, '5'), UNREACHABLE) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Outcome[]>(answered(410), answered(400), answered(302), { kind: 'aborted' }),
  },
);

const arbitraryTypes = fc.subarray([...EVENT_TYPES], { minLength: 1 });

describe('whatever happens', () => {
  it('delivered, pending, skipped and filtered are all events of the range', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog,
        arbitraryTypes,
        fc.array(arbitraryOutcome, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        fc.nat(40),
        fc.constantFrom<('removed' | 'paused' | 'misconfigured' | 'fewer')[]>(
          'removed',
          'paused',
          'misconfigured',
          'fewer',
        ),
        async (log, types, answers, skipped, changesAt, change) => {
          const all = log.flat();
          const skip = skipped.flatMap((number) => all[number % Math.max(1, all.length)]?.id ?? []);
          const client = subscriber(types, `, skip: [${skip.join(', ')}]`);
          const states: Readonly<Record<typeof change, ClientState>> = {
            removed: { kind: 'removed' },
            misconfigured: { kind: 'misconfigured', problems: [] },
            paused: { kind: 'ready', bound: subscriber(types, ', paused: true') },
            fewer: { kind: 'ready', bound: subscriber(types.slice(0, 1)) },
          };
          const state = (attempt: number): ClientState =>
            attempt < changesAt ? { kind: 'ready', bound: client } : states[change];
          const sample = createRun(log, client, { answers, state });
          const result = await run(sample);
          expect(result.delivered + result.pending + result.skipped + result.filtered).toBe(all.length);
          expect(result.attempts).toBe(sample.requests.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('what a receiver accepted is the beginning of what it is due, in order, each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog,
        arbitraryTypes,
        fc.array(arbitraryOutcome, { minLength: 1, maxLength: 30 }),
        async (log, types, answers) => {
          const client = subscriber(types);
          const perfect = createRun(log, client);
          await run(perfect);
          const due = perfect.requests.map(({ body }) => body);

          const accepted: string[] = [];
          const sample = createRun(log, client, {
            answers: ({ body }, attempt) => {
              const outcome = answers[attempt] ?? answered(200);
              if (outcome.kind === 'answered' && outcome.status === 200) accepted.push(body);
              return outcome;
            },
          });
          const { status, delivered, pending } = await run(sample);
          expect(accepted).toEqual(due.slice(0, delivered));
          expect(delivered + pending).toBe(due.length);
          expect(status === 'done').toBe(pending === 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('lanes side by side', () => {
  const guard = { limits: DEFAULT_GUARD_LIMITS, allowedReachable: -1 };
  const lane = (client: string, log: readonly LogStep[]): LanePlan => ({ client, contact: undefined, log });

  it('do not wait for each other: one that is held up holds up no other', async () => {
    const log = joining('alice', 'bob');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const delivered: string[] = [];
    const { environment } = createRun(log, subscriber(['team.members.added']));
    const clients = new Map(['slow', 'quick'].map((name) => [name, subscriber(['team.members.added'])]));
    const deliveries = deliver(
      ['slow', 'quick'].map((name) => lane(name, logOf(log))),
      {
        ...environment,
        clientState: (name) => {
          const bound = clients.get(name);
          return bound ? { kind: 'ready', bound } : { kind: 'removed' };
        },
        destination: {
          async send({ client }) {
            const name = client === clients.get('slow') ? 'slow' : 'quick';
            if (name === 'slow') await held;
            delivered.push(name);
            if (delivered.length === 2) release();
            return { verdict: 'accepted', reason: '', place: '' };
          },
        },
      },
      guard,
    );
    expect((await deliveries).map(({ result }) => [result.client, result.delivered])).toEqual([
      ['slow', 2],
      ['quick', 2],
    ]);
    expect(delivered).toEqual(['quick', 'quick', 'slow', 'slow']);
  });

  it('are judged by the removal guard one by one', async () => {
    const many = team('core', { members: Array.from({ length: 60 }, (_, index) => `m${index}`) });
    const log = [eventsBetween(teams(many), teams({ ...many, name: 'Core', members: [] }))];
    const types = new Map<string, EventType[]>([
      ['members', ['team.members.removed']],
      ['names', ['team.modified']],
    ]);
    const clients = new Map([...types].map(([name, followed]) => [name, subscriber(followed)]));
    const { environment } = createRun(log, subscriber(['team.modified']), {
      clientState: (name) => ({ kind: 'ready', bound: clients.get(name) ?? subscriber(['team.created']) }),
    });
    const lanes = [...clients.keys()].map((name) => lane(name, logOf(log, [teams(many)])));
    const deliveries = await deliver(lanes, environment, guard);
    expect(deliveries.map(({ result }) => [result.client, result.status, result.delivered])).toEqual([
      ['members', 'guarded', 0],
      ['names', 'done', 1],
    ]);
    expect(deliveries.map((delivery) => delivery.guard?.removedMemberships)).toEqual([60, undefined]);
  });
});

/** Events that take several requests: which one is next, and what counts against the budget for retries. */
import { describe, expect, it } from 'vitest';
import { bindClient, type BoundClient } from '../../../../../src/core/clients/binding/bind-client.ts';
import { createDivision } from '../../../../../src/core/delivery/lane/batch.ts';
import type { Answer } from '../../../../../src/core/delivery/destination.ts';
import { createAttempts } from '../../../../../src/core/delivery/lane/attempts.ts';
import { sampleLog } from '../../../../../src/core/events/sample-events.ts';
import { clientIn, clientText } from '../../../../support/sample-clients.ts';

function bound(): BoundClient {
  const client = clientIn(
    clientText('name: a\nsubscriptions: [{event: team.created, url: "https://example.com"}]'),
  );
  const result = bindClient(client, () => undefined);
  if (!result.ok) throw new Error('the sample client is wrong');
  return result.value;
}

const MORE: Answer = { verdict: 'accepted', reason: '', place: '', more: true };
const DONE: Answer = { verdict: 'accepted', reason: '', place: '' };
const LATER: Answer = { verdict: 'retry', reason: 'status 503', place: '' };

/** Plays answers; gives the parts that were sent, and the attempts. */
function playing(answers: readonly Answer[]) {
  const [event] = sampleLog(0, 'a')[0]?.events ?? [];
  if (event === undefined) throw new Error('no event');
  const parts: number[] = [];
  let state = bound();
  const attempts = createAttempts('a', {
    selects: () => true,
    clientState: () => ({ kind: 'ready', bound: state }),
    stopped: () => undefined,
    destination: {
      send({ part }) {
        parts.push(part);
        return Promise.resolve(answers[parts.length - 1] ?? DONE);
      },
    },
    withinLimit: (attempt) => attempt(),
    now: () => 0,
    random: () => 0,
    retry: { attempts: 3, baseDelayMs: 1000, maxDelayMs: 1000, budgetMs: 1000 },
    notice: () => undefined,
  });
  const tries = { made: 0, failed: 0 };
  const make = () =>
    attempts.make(
      { events: [event], bound: state, remaining: 0, previousId: undefined, replay: false },
      tries,
    );
  const change = (): void => void (state = bound());
  return { attempts, event, parts, tries, make, change };
}

describe('an event of several parts', () => {
  it('goes on with the next one when one is accepted, and with the same one when it is not', async () => {
    const { make, parts } = playing([MORE, LATER, MORE, DONE, DONE]);
    expect(await make()).toBeUndefined();
    expect(await make()).toMatchObject({ answer: LATER });
    expect(await make()).toBeUndefined();
    expect(await make()).toMatchObject({ answer: DONE });
    expect(await make()).toMatchObject({ answer: DONE });
    expect(parts).toEqual([0, 1, 1, 2, 0]);
  });

  it('begins anew when the entry of the client has changed', async () => {
    const { make, parts, change } = playing([MORE, MORE, DONE]);
    await make();
    change();
    await make();
    await make();
    expect(parts).toEqual([0, 0, 1]);
  });

  it('has tries and a budget of its own for each of them', async () => {
    const { attempts, event, tries, make } = playing([LATER, MORE, LATER]);
    const division = createDivision();
    const first = await make();
    if (first === undefined) throw new Error('not attempted');
    expect(attempts.retryIn(first, [event], tries, 900, division)).toMatchObject({ retry: true });
    await make();
    expect(tries).toEqual({ made: 0, failed: 0 });
    const second = await make();
    if (second === undefined) throw new Error('not attempted');
    // What was spent before the accepted part does not count.
    expect(attempts.retryIn(second, [event], tries, 2000, division)).toMatchObject({ retry: true });
    expect(attempts.retryIn(second, [event], tries, 3001, division)).toMatchObject({ retry: false });
  });
});

/** Receivers that take an event, or fail in one of the ways of receivers and networks. */
import type { Outcome } from '../../../src/adapters/destinations/webhook/answer.ts';
import type { WebhookRequest } from '../../../src/adapters/destinations/webhook/webhook-request.ts';
import { arrivalsOf } from '../arrivals.ts';
import type { Life } from './life.ts';
import { unlessStopped } from './virtual-time.ts';
import type { World } from './world.ts';

const ALWAYS_RETRIED = [404, 408, 409, 425, 429, 500, 502, 503];
const REFUSALS = [400, 401, 302, 410, 413, 422];
const RESET: Outcome = { kind: 'unreachable', message: 'read ECONNRESET', reset: true };
const REFUSED: Outcome = { kind: 'unreachable', message: 'connect ECONNREFUSED', reset: false };

/** One request through the network; what the receiver sees of it is in its log, whatever the sender learns. */
export async function receive(
  world: World,
  { url, headers, body, timeoutMs }: WebhookRequest,
  life: Life,
  cut: AbortSignal,
): Promise<Outcome> {
  const { random, time, trouble } = world;
  if (cut.aborted) return { kind: 'aborted' };
  const { hostname, pathname } = new URL(url);
  const client = hostname.split('.')[0] ?? '';
  const id = headers['webhook-id'] ?? '';
  const begun = world.count();
  const arrive = (answer: number | 'cut'): void => {
    const request = { client, path: pathname, id, body, begun, answer };
    world.arrivals.push(...arrivalsOf(request, () => world.tick()));
  };
  const travel = async (mostMs: number): Promise<void> => {
    await life.through(unlessStopped(time.sleep(random.int(1, mostMs)), cut));
  };
  const answered = (status: number, retryAfter?: string): Outcome => {
    return { kind: 'answered', status, retryAfter, body: '' };
  };

  await travel(random.chance(trouble * 0.1) ? timeoutMs - 1 : 50);
  if (cut.aborted) return { kind: 'aborted' };
  const goes = random.chance(trouble * 0.4) ? random.int(1, 10) : 0;
  switch (goes) {
    case 1:
      return REFUSED;
    case 2:
      return RESET;
    case 3:
      arrive('cut'); // it has acted on it, or not: nobody knows
      return RESET;
    case 4: {
      arrive('cut');
      await life.through(unlessStopped(time.sleep(timeoutMs), cut));
      return cut.aborted ? { kind: 'aborted' } : { kind: 'timeout', timeoutMs };
    }
    case 5: {
      // It is read only after the sender has given up, and after whatever came then.
      arrive('cut');
      await life.through(unlessStopped(time.sleep(timeoutMs), cut));
      void time.sleep(random.int(0, 60_000)).then(() => {
        const end = world.lastingFault('late arrival', client);
        arrive(204);
        end();
      });
      return cut.aborted ? { kind: 'aborted' } : { kind: 'timeout', timeoutMs };
    }
    case 6: {
      const status = random.pick(REFUSALS);
      arrive(status);
      await travel(50);
      return answered(status);
    }
    case 7:
    case 8: {
      const status = random.pick(ALWAYS_RETRIED);
      arrive(status);
      await travel(50);
      return answered(status, random.chance(0.3) ? String(random.int(0, 40)) : undefined);
    }
    case 9:
      // Its name hangs in the resolver: nothing ever leaves.
      await life.through(unlessStopped(time.sleep(timeoutMs), cut));
      return cut.aborted ? { kind: 'aborted' } : { kind: 'timeout', timeoutMs };
    case 10:
      arrive(101); // it switches protocols, and answers no more
      return answered(101);
    default: {
      const free = world.paced.get(client);
      if (free !== undefined && time.now() < free) {
        arrive(429);
        await travel(50);
        return answered(429, '1');
      }
      if (free !== undefined) world.paced.set(client, time.now() + 1000);
      arrive(random.pick([200, 201, 202, 204]));
      await travel(50);
      if (!cut.aborted) return answered(200);
      world.fault('cut off', client);
      return { kind: 'aborted' };
    }
  }
}

/** A request -> the events in it, as its receiver counts them: one, or the list of a batch. */
import type { Arrival } from './checker.ts';

type Request = Pick<Arrival, 'client' | 'path' | 'id' | 'body' | 'answer' | 'begun'>;

const MOST = 100;

/** `tick` is called once for each event. A list that is no sound batch is an event that no log has. */
export function arrivalsOf(request: Request, tick: () => number): readonly Arrival[] {
  if (!request.body.startsWith('[')) return [{ ...request, at: tick() }];
  const events = JSON.parse(request.body) as readonly { readonly id: string; readonly sequence: string }[];
  const texts = events.map((event) => JSON.stringify(event));
  const steps = new Set(events.map(({ sequence }) => sequence.split('.')[0]));
  const isSound =
    events.length > 0 &&
    events.length <= MOST &&
    steps.size === 1 &&
    events.at(-1)?.id === request.id &&
    request.body === `[${texts.join(',')}]`;
  if (!isSound) return [{ ...request, id: `${request.id} (of no sound batch: ${request.body})`, at: tick() }];
  const first = tick();
  return events.map(({ id }, index) => ({
    ...request,
    id,
    body: texts[index] ?? '',
    at: index === 0 ? first : tick(),
    batch: first,
  }));
}

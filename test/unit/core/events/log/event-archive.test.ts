/** Events whose texts are packed say the same as before, in whatever order they are asked. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPacker } from '../../../../../src/adapters/process/packed-text.ts';
import { DEFAULT_CONFIGURATION } from '../../../../../src/core/catalogue/configuration/configuration.ts';
import { eventsOfStep } from '../../../../../src/core/events/cloud-event.ts';
import { createArchive } from '../../../../../src/core/events/log/event-archive.ts';
import type { LoggedEvent } from '../../../../../src/core/events/team-event.ts';
import { arbitraryChange } from '../../../../support/arbitrary-teams.ts';
import { plainEvent, sampleStep, SOURCE, team, teams } from '../../../../support/sample-teams.ts';

/** What decides who gets an event; of its team's states the id and the tags. */
function facts(event: LoggedEvent): unknown {
  const { states, ...others } = plainEvent(event);
  const found = states.map(({ id, tags }) => ({ id, tags: JSON.parse(tags) as unknown }));
  // That nothing changed may be said by one state.
  return { ...others, states: found.length === 1 ? [found[0], found[0]] : found };
}

it('holds for the events of any steps, whatever is packed together and whoever asks first', () => {
  let packed = 0;
  const configuration = DEFAULT_CONFIGURATION;
  fc.assert(
    fc.property(
      fc.array(arbitraryChange, { maxLength: 5 }),
      fc.nat(3000),
      fc.nat(2000),
      fc.infiniteStream(fc.nat()),
      (changes, asTheyAre, blockSize, order) => {
        const steps = changes.map(({ before, after }, index) => {
          const step = sampleStep({ commit: { id: `${index}`.repeat(40) }, reachable: index + 1 });
          return eventsOfStep({ step, configuration, before, after }, SOURCE);
        });
        const events = steps.flat();
        const facing = events.map(facts);
        const pack = createPacker();
        const archive = createArchive(
          (text) => {
            packed++;
            return pack(text);
          },
          asTheyAre,
          blockSize,
        );
        for (const step of steps) archive.keep(step);
        const asked = events.map((_, index) => index).sort(() => (order.next().value % 3) - 1);
        for (const index of asked) expect(facts(events[index]!)).toEqual(facing[index]);
      },
    ),
  );
  expect(packed).toBeGreaterThan(100);
});

it('holds for more events than are kept unpacked', () => {
  const all = teams(
    ...Array.from({ length: 3000 }, (_, index) =>
      team(`team-${index}`, { members: Array.from({ length: 30 }, (__, member) => `é-${index}-${member}`) }),
    ),
  );
  const configuration = DEFAULT_CONFIGURATION;
  const made = () => eventsOfStep({ step: sampleStep(), configuration, before: teams(), after: all }, SOURCE);
  const pack = createPacker();
  let blocks = 0;
  const archive = createArchive((text) => {
    blocks++;
    return pack(text);
  }, 100);
  const events = made();
  archive.keep(events);
  expect(blocks).toBeGreaterThan(70);
  const texts = made().map(({ text }) => text);
  expect(events.map(({ text }) => text)).toEqual(texts);
  expect(events.toReversed().map(({ text }) => text)).toEqual(texts.toReversed());
});

it('takes about seventy bytes of the heap for each event of a long log', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const configuration = DEFAULT_CONFIGURATION;
  const [one, other] = [
    ['a', 'b'],
    ['b', 'c'],
  ].map((members) => teams(...Array.from({ length: 100 }, (_, index) => team(`team-${index}`, { members }))));
  const archive = createArchive(createPacker(), 0);
  const log: (readonly LoggedEvent[])[] = [];
  const keep = (steps: number): void => {
    for (let step = 0; step < steps; step++) {
      const [before, after] = step % 2 === 0 ? [one!, other!] : [other!, one!];
      const events = eventsOfStep({ step: sampleStep(), configuration, before, after }, SOURCE);
      archive.keep(events);
      log.push(events);
    }
  };
  keep(200);
  const before = used();
  keep(500);
  expect(log.flat()).toHaveLength(700 * 200);
  const bytes = (used() - before) / (500 * 200);
  expect(bytes).toBeLessThan(86);
});

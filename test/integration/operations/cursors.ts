/** States of cursors and their store, and runs that end early. */
import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { clientOf, startReceiver, type Receiver } from '../../support/receiver.ts';
import { createPipeline } from '../../support/sample-pipeline.ts';
import type { StoreKind } from '../../support/sample-pipeline.ts';
import { team } from '../../support/sample-repo.ts';
import { createSite, type SampleSite } from '../../support/sample-site.ts';
import {
  commandIn,
  FROM_ROOT,
  notifyOf,
  paste,
  pasteBoth,
  type RedState,
  type Scenarios,
  told,
} from './scenario.ts';

const RUN = 'https://ci.example.com/7';
const inFiveMinutes = (): string => new Date(Date.now() + 300_000).toISOString();

/** A client that has got all so far, and then one more commit. */
async function begun(kind: StoreKind): Promise<{ readonly site: SampleSite; readonly receiver: Receiver }> {
  const receiver = await startReceiver();
  const site = createSite(kind, clientOf('one', receiver.url, FROM_ROOT));
  await site.notify();
  site.remote.advance();
  return { site, receiver };
}

async function claimed(): Promise<{ readonly site: SampleSite; readonly red: Awaited<RedState['red']> }> {
  const { site } = await begun('tag');
  const cursor = await site.cursor('one');
  if (cursor === undefined) throw new Error('it has not begun');
  await site.put('one', { ...cursor, claim: { run: RUN, until: inFiveMinutes() } });
  return { site, red: await site.notify() };
}

export const CURSORS: Scenarios = {
  'another run serves the client': async () => {
    const { site, red } = await claimed();
    const cursor = await site.cursor('one');
    const { claim: _, ...released } = cursor ?? { commit: '' };
    return { red, mend: () => site.put('one', released), again: notifyOf(site) };
  },

  'a run died': async () => {
    const { site, red } = await claimed();
    return { red, mend: () => paste(commandIn(red, 'cursor unlock one')), again: notifyOf(site) };
  },

  'another run holds the cursor file': async () => {
    const { site } = await begun('file');
    const path = site.store.slice('file:'.length);
    // As a run on another machine leaves it, whose life cannot be seen from here.
    symlinkSync('unreadable', `${path}.lock`);
    const red = await site.notify();
    return { red, mend: () => paste(commandIn(red, 'rm ')), again: notifyOf(site) };
  },

  'the store is empty': async () => {
    const receiver = await startReceiver();
    const site = createSite('tag', clientOf('one', receiver.url, FROM_ROOT));
    const run = () => site.run('notify', '--allow-host', '127.0.0.1');
    const red = await run();
    return { red, mend: () => paste(commandIn(red, '--init')), again: run };
  },

  'a cursor is gone': async () => {
    const { site } = await begun('tag');
    site.remote.git('tag', '--delete', 'team-events/one');
    const red = await site.notify();
    return { red, mend: () => pasteBoth(commandIn(red, 'cursor set one')), again: notifyOf(site) };
  },

  'a tag is corrupt': async () => {
    const { site } = await begun('tag');
    const blob = site.remote.author.git('hash-object', '-w', 'teams/a.yml').trim();
    site.remote.author.git('push', '--quiet', '--force', 'origin', `${blob}:refs/tags/team-events/one`);
    const red = await site.notify();
    return { red, mend: () => pasteBoth(commandIn(red, 'cursor set one')), again: notifyOf(site) };
  },

  'the cursor file is corrupt': async () => {
    const { site } = await begun('file');
    const path = site.store.slice('file:'.length);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
    const red = await site.notify();
    return { red, mend: () => pasteBoth(commandIn(red, 'cursor set one')), again: notifyOf(site) };
  },

  'the store refuses a cursor': async () => {
    const { site } = await begun('tag');
    site.remote.hook('pre-receive', 'echo "Protected tags cannot be updated." >&2; exit 1');
    const red = await site.notify();
    return {
      red,
      async mend() {
        if (!told(red).includes('Its tag is protected.')) throw new Error(told(red));
        site.remote.hook('pre-receive', 'exit 0');
        await paste(commandIn(red, '--client one'));
      },
      again: notifyOf(site),
    };
  },

  'the store cannot be reached': async () => {
    const { site } = await begun('tag');
    const { directory } = site.remote;
    renameSync(directory, `${directory}-away`);
    const red = await site.notify();
    return {
      red,
      mend: () => Promise.resolve(renameSync(`${directory}-away`, directory)),
      again: notifyOf(site),
    };
  },

  'the time limit': async () => {
    const { pipeline, answer } = await waiting();
    const red = await pipeline.run(...PATIENT, '--max-duration', '2s');
    answer.status = 204;
    return { red, mend: () => paste(commandIn(red, 'team-events ')), again: () => pipeline.run() };
  },

  'a run is told to end': async () => {
    const { pipeline, answer } = await waiting();
    const options = { onStart: (kill: Kill) => (answer.asked = () => kill('SIGTERM')) };
    const red = await pipeline.startWith(options, ...PATIENT);
    answer.status = 204;
    return { red, mend: () => paste(commandIn(red, 'team-events ')), again: () => pipeline.run() };
  },
};

type Kill = (signal: NodeJS.Signals) => void;

/** Waits are random, from none on: so many are needed that their sum is long. */
const PATIENT = ['--retry-delay', '10m', '--attempts', '100', '--give-up-after', '1h'];

/** A receiver that is down, so that a run that is {@link PATIENT} waits until it is ended. */
async function waiting() {
  const answer = { status: 204, asked: (): void => undefined };
  const receiver = await startReceiver(() => {
    answer.asked();
    return answer.status;
  });
  const pipeline = createPipeline('tag');
  pipeline.push({ 'teams/a.yml': team('a', []) });
  pipeline.clients(clientOf('one', receiver.url, FROM_ROOT));
  await pipeline.run('--init');
  pipeline.push({ 'teams/b.yml': team('b', []) });
  answer.status = 503;
  return { pipeline, answer };
}

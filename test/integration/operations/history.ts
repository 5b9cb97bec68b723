/** States that the teams repo and its history cause. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copied, teamEvents, type Result } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { team } from '../../support/sample-repo.ts';
import { createPipeline, type SamplePipeline } from '../../support/sample-pipeline.ts';
import { LOCAL } from '../../support/sample-site.ts';
import { commandIn, paste, type Scenarios, told } from './scenario.ts';

const MANY = Array.from({ length: 20 }, (_, index) => `t${String(index).padStart(2, '0')}`);
const files = (content: (id: string) => string | null) =>
  Object.fromEntries(MANY.map((id) => [`teams/${id}.yml`, content(id)]));

/** A client that has got all so far. */
async function begun(): Promise<SamplePipeline> {
  const receiver = await startReceiver();
  const pipeline = createPipeline('tag');
  pipeline.push(files((id) => team(id, ['alice'])));
  pipeline.clients(clientOf('one', receiver.url));
  await pipeline.run('--init');
  return pipeline;
}

async function guarded(): Promise<{ readonly pipeline: SamplePipeline }> {
  const pipeline = await begun();
  pipeline.push(files(() => null));
  return { pipeline };
}

/** Pastes the printed command that only shows what these options would send, then the one that sends it. */
async function lookThenSend(red: Result, options: string, shown: string): Promise<void> {
  const look = commandIn(red, `${options} --print-events`);
  const { stdout } = await paste(look);
  if (!stdout.includes(shown)) throw new Error(`no ${shown} in:\n${stdout}`);
  const send = look.replace(' --print-events', '');
  if (!told(red).includes(`  ${send}\n`)) throw new Error(`not printed: ${send}`);
  await paste(send);
}

export const HISTORY: Scenarios = {
  'a team file is broken': async () => {
    const pipeline = await begun();
    pipeline.push({ 'teams/t00.yml': 'id: t00\nid: twice\n' });
    const red = await pipeline.run();
    return {
      red,
      async mend() {
        const [, path = ''] = /^(teams\/t00\.yml):\d+:\d+: /m.exec(told(red)) ?? [];
        pipeline.push({ [path]: team('t00', ['bob']) });
      },
      again: () => pipeline.run(),
    };
  },

  'the removal guard stops a client': async () => {
    const { pipeline } = await guarded();
    const red = await pipeline.run();
    return { red, mend: () => paste(commandIn(red, '--allow-removals')), again: () => pipeline.run() };
  },

  'the removal guard stops what was reverted since': async () => {
    const { pipeline } = await guarded();
    pipeline.push(files((id) => team(id, ['alice'])));
    const red = await pipeline.run();
    return { red, mend: () => paste(commandIn(red, '--squash')), again: () => pipeline.run() };
  },

  'the removal guard stops what was reverted in part': async () => {
    const { pipeline } = await guarded();
    pipeline.push({ 'teams/t00.yml': team('t00', ['alice']) });
    const red = await pipeline.run();
    if (!told(red).includes('Of the deleted teams 1 is there again')) throw new Error(told(red));
    const mend = async (): Promise<void> => {
      const net = await copied(commandIn(red, '--squash'));
      await paste(commandIn(net, '--allow-removals'));
    };
    return { red, mend, again: () => pipeline.run() };
  },

  'history was rewritten': async () => {
    const pipeline = await begun();
    pipeline.push({ 'teams/t00.yml': team('t00', ['bob']) });
    await pipeline.run();
    pipeline.git('reset', '--quiet', '--hard', 'HEAD~1');
    pipeline.push({ 'teams/t01.yml': team('t01', ['carol']) });
    const red = await pipeline.run();
    const mend = (): Promise<void> => lookThenSend(red, '--on-rewrite squash', 't01 members added');
    return { red, mend, again: () => pipeline.run() };
  },

  'the clone is shallow': async () => {
    const pipeline = await begun();
    pipeline.push({ 'teams/t00.yml': team('t00', ['bob']) });
    const shallow = `${pipeline.clone}-shallow`;
    pipeline.git('clone', '--quiet', '--depth', '1', `file://${pipeline.remote}`, shallow);
    const run = (): Promise<Result> =>
      teamEvents(['-C', shallow, '--cursor', pipeline.store, '--clients', pipeline.clientsPath, ...LOCAL]);
    const red = await run();
    return { red, mend: () => paste(commandIn(red, 'fetch --unshallow')), again: run };
  },

  'a commit is missing': async () => {
    const pipeline = await begun();
    const known = pipeline.git('rev-parse', 'HEAD').trim();
    pipeline.git('checkout', '--quiet', '--detach');
    writeFileSync(
      join(pipeline.git('rev-parse', '--show-toplevel').trim(), 'teams/t00.yml'),
      team('t00', []),
    );
    pipeline.git('commit', '--quiet', '--all', '--message', 'Elsewhere');
    const unknown = pipeline.git('rev-parse', 'HEAD').trim();
    pipeline.git('push', '--quiet', 'origin', `${unknown}:refs/heads/other`);
    const args = ['-C', pipeline.clone, '--from', known, '--to', unknown];
    const run = (): Promise<Result> =>
      teamEvents([...args, '--clients', pipeline.clientsPath, '--allow-host', '127.0.0.1']);
    const red = await run();
    return { red, mend: () => paste(commandIn(red, ' fetch origin')), again: run };
  },

  'the commit is not on the branch': async () => {
    const pipeline = await begun();
    const directory = pipeline.clone;
    pipeline.git('-C', directory, 'remote', 'set-head', 'origin', 'main');
    writeFileSync(join(directory, 'teams/t00.yml'), team('t00', ['bob']));
    pipeline.git('-C', directory, 'commit', '--quiet', '--all', '--message', 'Local only');
    const red = await pipeline.run();
    return { red, mend: () => paste(commandIn(red, ' push ')), again: () => pipeline.run() };
  },
};

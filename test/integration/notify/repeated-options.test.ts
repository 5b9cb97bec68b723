/** A command that is printed to be run again does what the run did: it has every option that stood on the command line. */
import { describe, expect, it } from 'vitest';
import { declareProgram } from '../../../src/cli/declared-program.ts';
import { copied } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createPipeline, type SamplePipeline } from '../../support/sample-pipeline.ts';
import { team } from '../../support/sample-repo.ts';
import { commandIn } from '../operations/scenario.ts';

/** Options of a run whose values no printed command makes up by itself. `pipeline.run` gives more of them. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  '--timeout': ['9s'],
  '--concurrency': ['7'],
  '--give-up-after': ['3m'],
  '--max-duration': ['20m'],
  '--claim-for': ['90s'],
  '--allow-removals': ['HEAD'],
  '--format': ['text'],
  '--all': [],
};
const ONLY_NOTIFY = { '--late-after': ['1h'] };
const BY_PIPELINE = ['--cursor', '--clients', '--allow-host', '--retry-delay', '--attempts'];
/** They say which history, files and clients are meant; or `--comment`, which needs a forge. */
const ELSEWHERE =
  '--from --to --since --until --remote --branch --config --policy --client ' +
  '--type --team --squash --on-rewrite --comment --report --journal';
/** They are no part of the run that is repeated. */
const DROPPED = ['--init', '--print-events', '--execute'];

const words = (options: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(options).flatMap(([name, values]) => [name, ...values]);

/** A client that has got all so far, whose receiver is down now, and one more commit. */
async function behind(kind: 'tag' | 'file' = 'file') {
  let status = 204;
  const receiver = await startReceiver(() => status);
  const pipeline = createPipeline(kind);
  pipeline.push({ 'teams/a.yml': team('a', []) });
  pipeline.clients(clientOf('one', receiver.url));
  await pipeline.run('--init');
  pipeline.push({ 'teams/b.yml': team('b', []) });
  status = 503;
  return { pipeline, repair: () => (status = 204) };
}

const files = (pipeline: SamplePipeline) => ({
  '--report': [`${pipeline.storePath}.report`],
  '--journal': [`${pipeline.storePath}.journal`],
});

function expectAll(command: string, options: Readonly<Record<string, readonly string[]>>): void {
  for (const option of Object.entries(options))
    expect(` ${command} `).toContain(` ${option.flat().join(' ')} `);
}

describe('the command that is printed', () => {
  it.each(['notify', 'replay'])('is tried with each option of %s', (name) => {
    const declared = declareProgram().commands.find((command) => command.name() === name)?.options ?? [];
    const known = [
      ...Object.keys({ ...GIVEN, ...ONLY_NOTIFY }),
      ...BY_PIPELINE,
      ...ELSEWHERE.split(' '),
      ...DROPPED,
    ];
    expect(declared.map(({ long }) => long ?? '').filter((long) => !known.includes(long))).toEqual([]);
  });

  it('for a client that is blocked has the options of the run, and does what it did', async () => {
    const { pipeline, repair } = await behind();
    const options = { ...GIVEN, ...ONLY_NOTIFY, ...files(pipeline) };
    const red = await pipeline.run(...words(options));
    const command = commandIn(red, '--client one');
    expectAll(command, { ...options, '--attempts': ['3'], '--retry-delay': ['1ms'] });
    repair();
    expect((await copied(command)).code).toBe(0);
  });

  it('of a range has them, and not its dry run', async () => {
    const { pipeline } = await behind();
    const args = ['-C', pipeline.clone, '--clients', pipeline.clientsPath, '--from', 'HEAD~1'];
    const options = { ...GIVEN, ...ONLY_NOTIFY, ...files(pipeline) };
    const red = await copied(
      ['team-events', ...args, '--allow-host', '127.0.0.1', '--attempts', '1', ...words(options)].join(' '),
    );
    const command = commandIn(red, '--client one');
    expectAll(command, { ...options, '--attempts': ['1'] });
    expect(command).not.toContain('--print-events');
  });

  it.each([[[]], [['--print-events']]])('for the first run has them, and --init once: %j', async (more) => {
    const pipeline = createPipeline('file');
    pipeline.push({ 'teams/a.yml': team('a', []) });
    pipeline.clients(clientOf('one', 'https://a.example'));
    const options = { ...GIVEN, ...ONLY_NOTIFY, ...files(pipeline) };
    const command = commandIn(await pipeline.run(...words(options), ...more), '--init');
    expectAll(command, options);
    expect(command.match(/--init|--print-events/g)).toEqual(['--init']);
  });

  it('of a replay has them, and --execute', async () => {
    const { pipeline } = await behind();
    const options = { ...GIVEN, ...files(pipeline), '--retry-delay': ['2ms'], '--attempts': ['2'] };
    const red = await pipeline.command('replay', 'HEAD~1..HEAD', ...words(options));
    const command = commandIn(red, 'replay');
    expectAll(command, options);
    expect(command).toMatch(/ --execute$/);
  });

  it('leaves to the environment what comes from there', async () => {
    const { pipeline } = await behind();
    const env = { TEAM_EVENTS_TIMEOUT: '9s', TEAM_EVENTS_REPORT: `${pipeline.storePath}.report` };
    const command = commandIn(await pipeline.runWith({ env }), '--client one');
    expect(command).not.toMatch(/--timeout|--report/);
  });

  it('by status has what a run and its cursors need: --claim-for and --late-after', async () => {
    const { pipeline } = await behind('tag');
    pipeline.git('reset', '--quiet', '--hard', 'HEAD~1');
    pipeline.git('commit', '--quiet', '--amend', '--message', 'Rewritten');
    pipeline.push({ 'teams/c.yml': team('c', []) });
    const options = { '--claim-for': ['90s'], '--late-after': ['1h'] };
    const red = await pipeline.command('status', '--check', '--events', ...words(options));
    const run = commandIn(red, '--on-rewrite squash --print-events');
    expectAll(run, options);
    const set = commandIn(red, 'cursor set one');
    expectAll(set, { '--claim-for': ['90s'] });
    expect(run + set).not.toMatch(/--check|--events |cursor set.*--late-after/);
    const { code, stderr } = await copied(set);
    expect([code, stderr]).toEqual([0, expect.stringContaining('--claim-for 90s --execute')]);
  });
});

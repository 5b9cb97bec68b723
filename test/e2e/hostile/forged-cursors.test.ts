/** Cursors that somebody else has written: whatever they say touches their own client only. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMPTY_TREE } from '../../../src/core/events/log/step-event.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createPipeline } from '../../support/sample-pipeline.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

/** The step that is pending, as a trailer names it. */
type Step = readonly [from: string, to: string];

const half = ([from, to]: Step, more: string, sequence = '000000000002.000000'): string =>
  `Step: ${from}..${to}\nSequence: ${sequence}\nSent: team.created\n${more}`;

/** By client: the trailers of its tag. Their numbers are few bytes, and would be gigabytes if each were counted. */
const FORGED: Readonly<Record<string, (step: Step) => string>> = {
  'span-of-all': (step) => half(step, 'Unsent: 0-4294967296\n'),
  'span-of-many': (step) => half(step, 'Unsent: 0-90000000\n'),
  'span-beyond-numbers': (step) => half(step, `Unsent: 0-${'9'.repeat(300)}\n`),
  'span-backwards': (step) => half(step, 'Unsent: 9007199254740991-0\n'),
  'spans-by-thousands': (step) => half(step, `Unsent: ${Array(20_000).fill('0-4294967296').join(', ')}\n`),
  'spans-that-are-none': (step) => half(step, `Unsent: ${Array(20_000).fill('x').join(', ')}\n`),
  'types-by-thousands': ([from, to]) =>
    half([from, to], '').replace(/Sent: .*/, `Sent: ${Array(20_000).fill('team.deleted').join(', ')}`),
  'sequence-of-the-last-day': (step) => half(step, '', '999999999999.999999'),
  'step-to-itself': ([, to]) => half([to, to], ''),
  'step-from-nowhere': ([, to]) => half(['f'.repeat(40), to], ''),
  'root-that-has-a-parent': ([, to]) => half([EMPTY_TREE, to], 'Root: true\n'),
  'root-from-a-commit': (step) => half(step, 'Root: true\n'),
  'claim-of-year-9999': () => 'Claim: 9999-12-31T23:59:59Z nobody\n',
  'event-before-in-colour': () => 'Last-Event: \x1b[31mé\n',
  'blocked-in-colour': () => 'Blocked: evt_\x1b[31m 9999-12-31T23:59:59Z \x1b]8;;x\x07\n',
  'run-without-end': () => `Run: ${'x'.repeat(900_000)}\n`,
  'words-without-end': () => `Run: 1\n${'y'.repeat(900_000)}\n`,
};
const VICTIMS = Object.keys(FORGED);

describe('tags that somebody forged', () => {
  it('touch their own clients only, whatever numbers they name', async () => {
    const pipeline = createPipeline('tag');
    const receiver = await startReceiver();
    const entry = (name: string): string => clientOf(name, `${receiver.url}/${name}`);
    pipeline.clients(['good', ...VICTIMS].map(entry).join(''));
    const from = pipeline.push({ 'teams/core.yml': team('core', []) });
    expect((await pipeline.run('--init')).code).toBe(0);
    const to = pipeline.push({ 'teams/two.yml': team('two', []) });
    const message = join(tempFolder(), 'message');
    for (const [name, trailers] of Object.entries(FORGED)) {
      writeFileSync(message, `x\n\n${trailers([from, to])}`);
      pipeline.git('tag', '--force', '--cleanup=verbatim', '-F', message, `team-events/${name}`, from);
    }
    pipeline.git('push', '--quiet', '--force', 'origin', 'refs/tags/team-events/*');

    const looks = [
      await pipeline.command('status'),
      await pipeline.command('status', '--format', 'json'),
      await pipeline.command('cursor', 'show'),
      await pipeline.command('notify', '--print-events'),
    ];
    // In less memory than any of these numbers would take.
    const run = await pipeline.startWith({ nodeArgs: ['--max-old-space-size=256'] });
    expect([...looks, run].map(({ code }) => code)).not.toContain(1);
    for (const { stdout, stderr } of [...looks, run]) expect(stdout + stderr).not.toMatch(/[\x1b\x07]/);
    expect(run.stdout.length + run.stderr.length).toBeLessThan(20_000);
    const got = (name: string): number => receiver.accepted.filter(({ path }) => path === `/${name}`).length;
    expect(got('good')).toBe(1);
    const end = Object.fromEntries(VICTIMS.map((name) => [name, [statusOf(run.stdout, name), got(name)]]));
    expect(end).toEqual({
      'span-of-all': ['done', 0],
      'span-of-many': ['done', 0],
      'span-beyond-numbers': ['done', 0],
      'span-backwards': ['done', 0],
      'spans-by-thousands': ['done', 0],
      'spans-that-are-none': ['corrupt', 0],
      'types-by-thousands': ['corrupt', 0],
      'sequence-of-the-last-day': ['done', 0],
      'step-to-itself': ['done', 0],
      'step-from-nowhere': ['history', 0],
      'root-that-has-a-parent': ['done', 2], // a snapshot, as it is no first commit
      'root-from-a-commit': ['corrupt', 0],
      'claim-of-year-9999': ['done', 1],
      'event-before-in-colour': ['corrupt', 0],
      'blocked-in-colour': ['corrupt', 0],
      'run-without-end': ['done', 1],
      'words-without-end': ['corrupt', 0],
    });
  });

  it('on a commit that is on no branch, ahead of all, are never told as nothing pending', async () => {
    const pipeline = createPipeline('tag');
    const receiver = await startReceiver();
    pipeline.clients(['good', 'victim'].map((name) => clientOf(name, `${receiver.url}/${name}`)).join(''));
    pipeline.push({ 'teams/core.yml': team('core', []) });
    expect((await pipeline.run('--init')).code).toBe(0);
    const tip = pipeline.push({ 'teams/two.yml': team('two', []) });
    const ahead = pipeline.remoteGit('commit-tree', '-p', tip, '-m', 'x', `${tip}^{tree}`);
    pipeline.remoteGit('update-ref', 'refs/tags/team-events/victim', ahead);
    const run = await pipeline.run();
    expect(run.code).toBe(6);
    expect(run.stdout).toContain(`its cursor is on ${ahead}, which is not on HEAD of origin`);
    expect(receiver.accepted.map(({ path }) => path)).toEqual(['/good']);
  });
});

/** `✓ name  1 delivered`, or `✗ name … the cursor of name is corrupt …` */
function statusOf(stdout: string, name: string): string {
  const line = stdout.split('\n').find((one) => one.slice(2).startsWith(`${name} `)) ?? '';
  if (line.startsWith('✓')) return 'done';
  return /is corrupt/.test(line) ? 'corrupt' : /is not in/.test(line) ? 'history' : line;
}

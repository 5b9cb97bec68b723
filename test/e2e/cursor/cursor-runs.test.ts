/** Two runs at once, and runs that are stopped or killed. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brief } from '../../support/program.ts';
import { clientOf, startReceiver, type Answer, type Receiver } from '../../support/receiver.ts';
import {
  createPipeline,
  STORES,
  type SamplePipeline,
  type StoreKind,
} from '../../support/sample-pipeline.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

/** Everything that arrived. */
const told = ({ requests }: Receiver): string[] => brief(requests.map(({ event }) => event));
const of = (...ids: string[]) => Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, team(id, [])]));

/** A client `all` that has begun; four events are pending for it, in two steps. */
async function pendingFour(
  kind: StoreKind,
  answer?: Answer,
): Promise<{ pipeline: SamplePipeline; receiver: Receiver }> {
  const pipeline = createPipeline(kind);
  const receiver = await startReceiver(answer);
  pipeline.clients(clientOf('all', receiver.url));
  pipeline.push(of('z'));
  await pipeline.run('--init');
  pipeline.push(of('a', 'b', 'c'));
  pipeline.push(of('d'));
  return { pipeline, receiver };
}

const ALL_FOUR = ['team.created a', 'team.created b', 'team.created c', 'team.created d'];

/** Answers the second request only when told; tells when it has come. */
function heldAtSecond() {
  let arrived = (): void => undefined;
  let release = (): void => undefined;
  const second = new Promise<void>((resolve) => (arrived = resolve));
  const answer: Answer = (_, response, count) => {
    if (count !== 2) return 204;
    release = () => response.writeHead(204).end();
    arrived();
    return undefined;
  };
  return { answer, second, release: () => release() };
}

/** A PATH whose git tells which commands of it have ended. */
function watchGit() {
  const folder = tempFolder();
  const log = join(folder, 'commands');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh
"${real}" "$@"
code=$?
for word; do case $word in push | ls-remote) echo "$word" >>"${log}" ;; esac done
exit $code
`;
  writeFileSync(join(folder, 'git'), script, { mode: 0o755 });
  const forget = (): void => writeFileSync(log, '');
  forget();
  return {
    path: `${folder}:${process.env['PATH']}`,
    commands: () => readFileSync(log, 'utf8'),
    forget,
  };
}

describe('two runs at once', () => {
  it('with tags: the second leaves the lane alone, says who serves it, and serves the others', async () => {
    const { answer, second, release } = heldAtSecond();
    const { pipeline, receiver } = await pendingFour('tag', answer);
    const first = pipeline.runWith({ env: { TEAM_EVENTS_RUN: 'https://ci.example.com/runs/1' } });
    await second;
    const other = await startReceiver();
    pipeline.clients(clientOf('all', receiver.url) + clientOf('other', other.url, '    start: snapshot\n'));
    const { code, stdout } = await pipeline.run();
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /all +0 delivered, [34] pending +another run serves it: https:\/\/ci\.example\.com\/runs\/1, until /,
    );
    expect(other.accepted).toHaveLength(5);
    release();
    expect((await first).code).toBe(0);
    expect(told(receiver)).toEqual(ALL_FOUR);
    expect((await pipeline.run()).code).toBe(0);
    expect(receiver.requests).toHaveLength(4);
  });

  it('with a file: the second does not begin', async () => {
    const { answer, second, release } = heldAtSecond();
    const { pipeline, receiver } = await pendingFour('file', answer);
    const first = pipeline.run();
    await second;
    const { code, stderr } = await pipeline.run();
    expect(code).toBe(5);
    expect(stderr).toContain(pipeline.storePath);
    release();
    expect((await first).code).toBe(0);
    expect(told(receiver)).toEqual(ALL_FOUR);
  });

  it('the claim of a run that died lapses, and what it had sent is at most sent again', async () => {
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const { pipeline, receiver } = await pendingFour('tag', (_, __, count) => {
      if (count === 3) kill('SIGKILL');
      return 204;
    });
    await pipeline.startWith({ onStart: (killIt) => (kill = killIt) });
    expect((await pipeline.run()).code).toBe(5);
    // By a clock that is three minutes on, in place of waiting for it.
    const later = await pipeline.startWith({ nodeArgs: ['--import', LATER] });
    expect(later.code).toBe(0);
    const firsts = [...new Set(told(receiver))];
    expect(firsts).toEqual(ALL_FOUR);
    expect(new Set(receiver.accepted.map(({ body }) => body)).size).toBe(4);
  });

  it('a run whose cursor was moved meanwhile stops at its next write', async () => {
    const { answer, second, release } = heldAtSecond();
    const { pipeline, receiver } = await pendingFour('tag', answer);
    // Far more than can be sent while the run learns what has become of its write.
    const many = Array.from({ length: 400 }, (_, index) => `many-${index}`);
    pipeline.push(of(...many));
    const watched = watchGit();
    const first = pipeline.runWith({ env: { PATH: watched.path } });
    await second;
    pipeline.remoteGit('update-ref', 'refs/tags/team-events/all', 'main');
    watched.forget();
    // The second request is answered only after a write was refused, and the tags were read again.
    await expect.poll(watched.commands, { timeout: 30_000 }).toMatch(/push\n(.*\n)*ls-remote\n/);
    release();
    const { code, stdout } = await first;
    expect(code).toBe(5);
    expect(stdout).toContain('another run has moved its cursor');
    expect(pipeline.remoteGit('rev-parse', 'refs/tags/team-events/all')).toBe(
      pipeline.remoteGit('rev-parse', 'main'),
    );
    expect(receiver.requests.length).toBeLessThan(ALL_FOUR.length + many.length);
  });
});

const LATER = `data:text/javascript,${encodeURIComponent('const now = Date.now; Date.now = () => now() + 180_000;')}`;

describe.each(STORES)('with cursors in a %s, a run that is told to end', (kind) => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('by %s keeps what was accepted, and the next goes on there', async (signal, expected) => {
    const { pipeline, receiver } = await pendingFour(kind, (_, __, count) => (count === 3 ? 503 : 204));
    const { code, stdout } = await pipeline.startWith(
      { onStderr: (text, kill) => text.includes('next try in') && kill(signal) },
      '--retry-delay',
      '10m',
      '--give-up-after',
      '1h',
    );
    expect(code).toBe(expected);
    expect(stdout).toMatch(/2 delivered, 2 pending +stopped/);
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual([...ALL_FOUR.slice(0, 3), ...ALL_FOUR.slice(2)]);
    expect(receiver.accepted).toHaveLength(4);
  });

  it('forgets neither what blocks a lane nor since when', async () => {
    const { pipeline } = await pendingFour(kind, () => 503);
    const since = async (): Promise<unknown> => {
      const { stdout } = await pipeline.command('status', '--format', 'json');
      return (JSON.parse(stdout) as { clients: { blocked: unknown }[] }).clients[0]?.blocked;
    };
    expect((await pipeline.run()).code).toBe(3);
    const before = await since();
    expect(before).toMatchObject({ team: 'a' });
    await pipeline.startWith(
      { onStderr: (text, kill) => text.includes('next try in') && kill('SIGTERM') },
      '--retry-delay',
      '10m',
      '--give-up-after',
      '1h',
    );
    expect(await since()).toEqual(before);
  });

  it('by a clients file that cannot be read any more keeps what was accepted', async () => {
    let spoil = (): void => undefined;
    const { pipeline, receiver } = await pendingFour(kind, (_, __, count) => {
      if (count === 1) spoil();
      return 204;
    });
    spoil = () => {
      rmSync(pipeline.clientsPath);
      symlinkSync(pipeline.clientsPath, pipeline.clientsPath); // to itself
    };
    const { code, stderr } = await pipeline.run();
    expect(code).toBe(2);
    expect(stderr).toContain('The run was stopped; nothing more was sent.');
    expect(receiver.requests).toHaveLength(1);
    rmSync(pipeline.clientsPath);
    pipeline.clients(clientOf('all', receiver.url));
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual(ALL_FOUR);
  });

  it('cuts off an attempt that hangs, and counts it as not accepted', async () => {
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const { pipeline, receiver } = await pendingFour(kind, (_, __, count) => {
      if (count !== 2) return 204;
      kill('SIGTERM');
      return undefined;
    });
    const { code, stdout } = await pipeline.startWith({ onStart: (killIt) => (kill = killIt) });
    expect(code).toBe(143);
    expect(stdout).toMatch(/^✗ all {2}1 delivered, 3 pending {2}stopped$/m);
    expect(stdout).toMatch(
      /^exit code 143: terminated; cursors are saved, and the next run goes on there\n$/m,
    );
    expect((await pipeline.run()).code).toBe(0);
    expect(told(receiver)).toEqual(['team.created a', 'team.created b', ...ALL_FOUR.slice(1)]);
  });

  it('by --max-duration ends with 3, and the next goes on', async () => {
    let refuses = true;
    const { pipeline, receiver } = await pendingFour(kind, (_, __, count) =>
      refuses && count > 2 ? 503 : 204,
    );
    const { code } = await pipeline.run(
      '--attempts',
      '100',
      '--retry-delay',
      '10m',
      '--give-up-after',
      '1h',
      '--max-duration',
      '1500ms',
    );
    expect(code).toBe(3);
    refuses = false;
    expect((await pipeline.run()).code).toBe(0);
    expect(receiver.accepted).toHaveLength(4);
  });
});

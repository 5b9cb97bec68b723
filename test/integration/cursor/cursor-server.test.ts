/** What a run does when the git server that keeps the cursors refuses one, or is away for a moment. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerGit } from '../../support/git-http.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createSite, type SampleSite } from '../../support/sample-site.ts';

const FROM_FIRST = '    start: first\n';

/** The site's remote over HTTP. While it has `refusals` left, it takes the connection and closes it. */
async function serveRemote({ remote }: SampleSite) {
  const server = createServer((request, response) => {
    if (state.refusals > 0) {
      state.refusals--;
      state.refused++;
      request.socket.destroy();
      return;
    }
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://git');
    const service = searchParams.get('service'); // the first request of each exchange names it
    if (service !== null) state.trips.push(service.replace('git-', ''));
    answerGit(request, response, { root: dirname(remote.directory), path, user: 'ci' });
  });
  const state = { refusals: 0, refused: 0, trips: [] as string[] };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  remote.git('config', 'http.receivepack', 'true');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/${basename(remote.directory)}`;
  remote.author.git('remote', 'set-url', 'origin', url);
  return state;
}

describe('a cursor that the server refuses', () => {
  it('stops its own client, with its own reason line by line, and what mends it', async () => {
    const receiver = await startReceiver();
    const names = ['one', 'two', 'three', 'four'];
    const site = createSite('tag', names.map((name) => clientOf(name, receiver.url, FROM_FIRST)).join(''));
    // One protected tag, and nothing of the push is taken: as GitLab and Gitea do it.
    site.remote.hook(
      'pre-receive',
      `while read _ _ ref; do case "$ref" in */two) printf 'GitLab: Protected tags cannot be updated.\\nAsk a maintainer.\\n' >&2; exit 1;; esac; done`,
    );
    const { code, stdout } = await site.notify();
    expect(code).toBe(8);
    for (const name of ['one', 'three', 'four']) {
      expect(stdout).toMatch(new RegExp(`^✓ ${name} +4 delivered$`, 'm'));
    }
    expect(stdout).toMatch(
      /^✗ two .*its cursor cannot be used: the server refuses refs\/tags\/team-events\/two: pre-receive hook declined {2}\[operator\]\n {4}remote: GitLab: Protected tags cannot be updated\.\n {4}remote: Ask a maintainer\.\n {4}Its tag is protected\. /m,
    );
    expect(receiver.accepted.length).toBe(12);
    site.remote.hook('pre-receive', 'exit 0');
    expect((await site.notify()).stdout).toMatch(/^✓ two +4 delivered$/m);
    expect(receiver.accepted.length).toBe(16);
  });
});

describe('a server that is away for a moment', () => {
  it('is asked again at the start and for the claim, and the wait is told', async () => {
    const receiver = await startReceiver();
    const site = createSite('tag', clientOf('one', receiver.url, FROM_FIRST));
    const server = await serveRemote(site);
    server.refusals = 2;
    const { code, stdout, stderr } = await site.notify();
    expect([code, server.refused]).toEqual([0, 2]);
    expect(stderr).toMatch(/^warning: the remote origin cannot be reached: .*; retrying for a minute$/m);
    expect(stdout).toContain('✓ one  4 delivered');
  });

  it('at the end of a run loses nothing of what was accepted, and no claim is left', async () => {
    const receiver = await startReceiver((_, __, count) => {
      if (count === 4) server.refusals = 8; // the last event: then cursors are written for good
      return 204;
    });
    const site = createSite('tag', clientOf('one', receiver.url, FROM_FIRST));
    const server = await serveRemote(site);
    const { code, stdout } = await site.notify();
    expect([code, server.refused]).toEqual([0, 8]);
    expect(stdout).toContain('✓ one  4 delivered');
    expect(await site.cursor('one')).toMatchObject({ commit: site.remote.commits[2] });
    expect((await site.cursor('one'))?.claim).toBeUndefined();
  });
});

describe('round trips to the remote', () => {
  const READ = 'upload-pack';
  const WRITE = 'receive-pack';

  it.each([2, 50])(
    'of %i clients: one if nothing is new; to read, to claim and to move if something is',
    async (clients) => {
      const receiver = await startReceiver();
      const names = Array.from({ length: clients }, (_, index) => `client-${index}`);
      const site = createSite('tag', names.map((name) => clientOf(name, receiver.url)).join(''));
      const server = await serveRemote(site);
      const tripsOf = async (events: number): Promise<readonly string[]> => {
        const before = receiver.accepted.length;
        const begunMs = performance.now();
        const { code } = await site.notify();
        // On a busy machine the run lasts, and then writes every two seconds in between.
        const between = Math.floor((performance.now() - begunMs) / 2000);
        expect([code, receiver.accepted.length - before]).toEqual([0, events]);
        const trips = server.trips.splice(0);
        return trips.slice(0, Math.max(3, trips.length - between));
      };
      expect(await tripsOf(0)).toEqual([READ, WRITE, WRITE]); // cursors, and the marks of who has begun
      expect(await tripsOf(0)).toEqual([READ]);
      for (let run = 0; run < 2; run++) {
        site.remote.advance();
        expect(await tripsOf(2 * clients)).toEqual([READ, WRITE, WRITE]);
        expect(await tripsOf(0)).toEqual([READ]);
        site.remote.author.git(
          'fetch',
          '--quiet',
          '--force',
          site.remote.directory,
          'refs/tags/*:refs/tags/*',
        ); // as a CI cache does; old after the next run
        server.trips.length = 0;
      }
    },
  );

  it('bring what is left of a snapshot, whose tag is on the newest commit already', async () => {
    const receiver = await startReceiver((_, __, count) => (count === 1 ? 400 : 204));
    const site = createSite('tag', clientOf('one', receiver.url, '    start: snapshot\n'));
    const server = await serveRemote(site);
    expect((await site.notify()).code).toBe(3);
    const { commit } = (await site.cursor('one')) ?? {};
    expect(commit).toBe(site.remote.commits[2]);
    server.trips.length = 0;
    const { code, stdout } = await site.notify();
    expect([code, server.trips]).toEqual([0, [READ, WRITE, WRITE]]);
    expect(stdout).toMatch(/✓ one +1 delivered/);
  });

  it.each([
    ['a remote without the branch', ['--branch', 'none'], 'origin has no branch none'],
    ['a local commit', [], 'is not on the branch that is HEAD of origin'],
  ])('do not hide what is wrong with %s', async (_, options, message) => {
    const site = createSite('tag', clientOf('one', 'https://hooks.example.com'));
    await serveRemote(site);
    site.remote.author.commit({ 'teams/b.yml': 'id: b\n' });
    const { code, stderr } = await site.notify(...options);
    expect([code, stderr]).toEqual([6, expect.stringContaining(message)]);
  });
});

/** The dry run knows what the run knows: it ends with the same exit code, unless events merely wait to be sent. */
import { describe, expect, it } from 'vitest';
import { type Result } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { team } from '../../support/sample-repo.ts';
import { createSite, LOCAL, type SampleSite } from '../../support/sample-site.ts';
import type { StoreKind } from '../../support/sample-pipeline.ts';

const FROM_ROOT = '    start: root\n';
const MANY = Array.from({ length: 20 }, (_, index) => `t${index}`);
const all = (content: (id: string) => string | null) =>
  Object.fromEntries(MANY.map((id) => [`teams/${id}.yml`, content(id)]));

const commit = (site: SampleSite, files: Readonly<Record<string, string | null>>): void => {
  site.remote.author.commit(files);
  site.remote.author.git('push', '--quiet', 'origin', 'main');
};

/** What is done to a site whose client `one` has got all so far, its receiver's answer then, and the exit codes. */
interface Case {
  readonly act: (site: SampleSite, url: string) => unknown;
  readonly status?: number;
  readonly codes: readonly [dry: number, run: number];
  readonly kinds?: readonly StoreKind[];
}

const inFiveMinutes = (): string => new Date(Date.now() + 300_000).toISOString();

const CASES: Readonly<Record<string, Case>> = {
  'nothing is pending': { act: () => undefined, codes: [0, 0] },
  'events are pending': { act: (site) => site.remote.advance(), codes: [0, 0] },
  'the receiver will refuse, which only the run can know': {
    act: (site) => site.remote.advance(),
    status: 400,
    codes: [0, 3],
  },
  'paused knowingly': {
    act(site, url) {
      site.remote.advance();
      site.setClients(clientOf('one', url, '    paused: true\n'));
    },
    codes: [0, 0],
  },
  'an entry is wrong': {
    act: (site, url) => site.setClients(clientOf('one', url, '    x: 1\n')),
    codes: [2, 2],
  },
  'a team file is broken': {
    act: (site) => commit(site, { 'teams/a.yml': 'id: a\nid: b\n' }),
    codes: [4, 4],
  },
  'much is removed': {
    act(site) {
      commit(
        site,
        all((id) => team(id, [])),
      );
      commit(
        site,
        all(() => null),
      );
    },
    codes: [7, 7],
  },
  'another run serves it': {
    async act(site) {
      const cursor = await site.cursor('one');
      const claim = { run: 'https://ci.example.com/7', until: inFiveMinutes() };
      await site.put('one', { commit: cursor?.commit ?? '', claim });
    },
    codes: [5, 5],
    kinds: ['tag'],
  },
  'the commit is not on the branch': {
    act: (site) => site.remote.author.commit({ 'teams/b.yml': team('b', []) }),
    codes: [6, 6],
    kinds: ['tag'],
  },
  'its cursor is gone': {
    act: (site) => site.remote.git('tag', '--delete', 'team-events/one'),
    codes: [8, 8],
    kinds: ['tag'],
  },
};

const code = ({ code: found, stdout, stderr }: Result, expected: number): number | string | null =>
  found === expected ? found : `${found}\n${stdout}\n${stderr}`;

describe.each(Object.entries(CASES))(
  'where %s',
  (_, { act, status = 204, codes, kinds = ['tag', 'file'] }) => {
    it.each(kinds)('by cursors in a %s', async (kind) => {
      let answer = 204;
      const receiver = await startReceiver(() => answer);
      const site = createSite(kind, clientOf('one', receiver.url, FROM_ROOT));
      await site.notify();
      await act(site, receiver.url);
      answer = status;
      const before = receiver.requests.length;
      const raw = site.raw();
      const run = (...more: string[]) => site.run('notify', ...LOCAL, ...more);
      const dry = await run('--print-events');
      expect([receiver.requests.length, site.raw()]).toEqual([before, raw]);
      expect(dry.stdout).toMatch(
        codes[0] === 6 ? /^/ : new RegExp(`^exit code ${codes[0]}: nothing was sent; `, 'm'),
      );
      expect([code(dry, codes[0]), code(await run(), codes[1])]).toEqual(codes);
    });
  },
);

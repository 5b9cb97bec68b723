/** How many gits a run starts: each costs more than what most of them are asked. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createPipeline } from '../../support/sample-pipeline.ts';
import { team, tempFolder } from '../../support/sample-repo.ts';

/** A git in PATH that notes its command. `started` gives those since the last time, sorted. */
function notingGit(): { readonly PATH: string; started(): string[] } {
  const folder = tempFolder();
  const log = join(folder, 'log');
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho "$*" >> ${log}\nexec ${git} "$@"\n`, { mode: 0o755 });
  return {
    PATH: `${folder}:${process.env['PATH']}`,
    started() {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      rmSync(log, { force: true });
      return lines
        .map(
          (line) =>
            line
              .replace(/ -c \S+|(?:^|\s)-c \S+|--no-replace-objects|--literal-pathspecs/g, '')
              .trim()
              .split(' ')[0] ?? '',
        )
        .sort();
    },
  };
}

/** Opening the clone, and looking up commits. */
const LOOK = ['cat-file', 'config'];
/** The steps of a range (`rev-list`), and the files of the revision before it. */
const RANGE = ['cat-file', 'log', 'ls-tree', 'rev-list'];
/** The address of the remote, its tags, and what was fetched with them. */
const TAGS = ['cat-file', 'check-ref-format', 'config', 'fetch', 'for-each-ref'];

describe('a run starts git', () => {
  it('to print the events of one commit: six times, once more where no address names the repository', async () => {
    const pipeline = createPipeline('file');
    pipeline.push({ 'teams/a.yml': team('a', []) });
    pipeline.push({ 'teams/a.yml': team('a', ['alice']) });
    const git = notingGit();
    const run = () =>
      teamEvents(['-C', pipeline.clone, '--print-events', '--from', 'main~1'], { env: { PATH: git.PATH } });
    expect((await run()).code).toBe(0);
    expect(git.started()).toEqual([...LOOK, ...RANGE, 'rev-list'].sort());
    execFileSync('git', [
      '-C',
      pipeline.clone,
      'config',
      'remote.origin.url',
      'https://example.com/teams.git',
    ]);
    await run();
    expect(git.started()).toEqual([...LOOK, ...RANGE].sort());
  });

  it.each(['file', 'tag'] as const)(
    'as often for five clients as for one, and less where nothing is new, with cursors in a %s',
    async (kind) => {
      const receiver = await startReceiver();
      const pipeline = createPipeline(kind);
      const git = notingGit();
      const run = async (): Promise<string[]> => {
        const { code, stderr } = await pipeline.runWith({ env: { PATH: git.PATH } }, '--init');
        expect({ code, stderr }).toMatchObject({ code: 0 });
        return git.started().filter((command) => command !== 'push'); // how many depends on who ends when
      };
      const range = kind === 'file' ? RANGE : RANGE.slice(1); // the git that gave the tags gives the files too
      const shared = kind === 'file' ? LOOK : [...LOOK, ...TAGS];
      for (const clients of [1, 5]) {
        pipeline.clients(
          Array.from({ length: clients }, (_, index) =>
            clientOf(`c${index}`, receiver.url, '    start: now\n'),
          ).join(''),
        );
        pipeline.push({ 'teams/a.yml': team('a', [`m${clients}`]) });
        await run();
        pipeline.push({ 'teams/a.yml': team('a', [`n${clients}`]) });
        expect(await run()).toEqual([...shared, ...range, 'rev-list'].sort());
        expect(await run()).toEqual([...shared].sort());
      }
      expect(receiver.accepted).not.toEqual([]);
    },
  );
});

/** A command that lacks something is repeated as it was given, with what it lacks, whole; and that can be pasted. */
import { describe, expect, it } from 'vitest';
import { copied, teamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';
import { createSite, LOCAL } from '../../support/sample-site.ts';

/** The lines that can be pasted. */
const commandsIn = (told: string): readonly string[] =>
  told.split('\n').flatMap((line) => (/^ {2}team-events /.test(line) ? [line.trim()] : []));

describe('a command that lacks something', () => {
  it.each([
    [
      [],
      'nothing is sent without',
      ['--print-events', '--cursor tag:team-events', '--from HEAD~1 --to HEAD'],
    ],
    [['--to', 'HEAD~1'], '--to needs', ['--cursor tag:team-events', '--from HEAD~1~1']],
    [['status', '--client', 'a', '--events'], 'no cursor store', ['--cursor tag:team-events']],
    [['cursor', 'show', 'a'], 'no cursor store', ['--cursor tag:team-events']],
    [['cursor', 'set', 'a', 'snapshot'], 'no cursor store', ['--cursor tag:team-events']],
    [['cursor', 'unlock', 'a'], 'no cursor store', ['--cursor tag:team-events']],
    [['explain', 'a'], 'To see also which clients', ['--cursor tag:team-events']],
    [['replay', '--client', 'a'], 'no range or time', ['HEAD~1..HEAD']],
  ])('%j: %s', async (args, says, lacks) => {
    const { url } = await startReceiver();
    const site = createSite('tag', clientOf('a', url));
    expect((await site.notify()).code).toBe(0);
    const clients = args[1] === 'show' ? [] : ['--clients', site.clientsPath];
    const allowed = args[0] === undefined || args[0].startsWith('-') || args[0] === 'replay' ? LOCAL : [];
    const given = ['-C', site.directory, ...args, ...clients, ...allowed];
    const { stderr } = await teamEvents(given);
    expect(stderr).toContain(says);
    const commands = commandsIn(stderr);
    expect(commands).toEqual(lacks.map((more) => `team-events ${given.join(' ')} ${more}`));
    for (const command of commands) {
      const { code, stderr: said } = await copied(command);
      expect([command, code, code === 0 ? '' : said]).toEqual([command, 0, '']);
    }
  });

  it.each([
    [[], '--from root --to HEAD'],
    [['--to', 'HEAD'], '--from root'],
    [['replay'], 'root..HEAD'],
  ])('%j in a repository of one commit: the range begins before it', async (args, lacks) => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', []) });
    const { url } = await startReceiver();
    const given = ['-C', repo.directory, ...args, '--clients', clientsFile(clientOf('a', url)), ...LOCAL];
    const command = commandsIn((await teamEvents(given)).stderr).at(-1) ?? '';
    expect(command).toBe(`team-events ${given.join(' ')} ${lacks}`);
    expect((await copied(command)).code).toBe(0);
  });

  it('outside of a repository says which ranges there are all the same', async () => {
    const { stderr } = await teamEvents(['-C', tempFolder()]);
    expect(commandsIn(stderr)).toHaveLength(3);
  });

  it('shows no password of an address that was given', async () => {
    const { stderr } = await teamEvents(['status', '--remote', 'https://me:s3cr3t@git.example.com/x.git']);
    expect(commandsIn(stderr)).toEqual([
      'team-events status --remote https://git.example.com/x.git --cursor tag:team-events',
    ]);
    expect(stderr).not.toContain('s3cr3t');
  });
});

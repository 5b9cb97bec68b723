/** Beside each event stands who gets it, in a run and in its dry run: an arrow is no promise, and the guard is known to both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createPipeline } from '../../support/sample-pipeline.ts';
import { createRepo, team } from '../../support/sample-repo.ts';

const ids = Array.from({ length: 12 }, (_, index) => `t${String(index).padStart(2, '0')}`);
const files = (content: (id: string) => string | null) =>
  Object.fromEntries(ids.map((id) => [`teams/${id}.yml`, content(id)]));
const created = files((id) => team(id, []));
const deleted = files(() => null);

/** `client mark` pairs beside the events of one type, in order and each once. */
function besides(stdout: string, headline: string): string[] {
  const lines = stdout.split('\n');
  const found = lines.flatMap((line, index) =>
    /^ {2}\S/.test(line) && line.includes(headline)
      ? [
          lines
            .slice(index + 1)
            .find((one) => /^ {6}[→✗‖·]/.test(one))
            ?.trim() ?? '',
        ]
      : [],
  );
  return [...new Set(found)];
}

const only = (type: string, name: string, url: string, more = ''): string =>
  `  - name: ${name}\n${more}    subscriptions: [{ event: ${type}, url: '${url}' }]\n`;

describe('who gets an event', () => {
  it('with cursors: the arrow stands at those who got it, and the others say why not; the dry run ends with 7 too', async () => {
    const [receiver, down] = [await startReceiver(), await startReceiver(() => 400)];
    const pipeline = createPipeline('tag');
    pipeline.push({ 'teams/a.yml': team('a', []) });
    pipeline.clients(['all', 'news', 'lists', 'held'].map((name) => clientOf(name, receiver.url)).join(''));
    await pipeline.run('--init');
    pipeline.clients(
      clientOf('all', receiver.url) +
        only('team.created', 'news', receiver.url) +
        clientOf('lists', down.url) +
        clientOf('held', receiver.url, '    paused: true\n'),
    );
    pipeline.push(created);
    pipeline.push(deleted);
    const dry = await pipeline.run('--print-events');
    expect(dry.code).toBe(7);
    expect(dry.stdout).toMatch(
      /^✗ all +would get 12 events, 12 pending {2}stopped by the removal guard: before commit \w{12}/m,
    );
    expect(besides(dry.stdout, ' created ')).toEqual(['→ all, news, lists  ‖ held paused']);
    expect(besides(dry.stdout, ' deleted ')).toEqual(['· all guarded  · lists guarded  ‖ held paused']);

    const run = await pipeline.run();
    expect(run.code).toBe(7);
    expect(besides(run.stdout, ' created ')).toEqual(['→ all, news  ✗ lists blocked  ‖ held paused']);
    expect(besides(run.stdout, ' deleted ')).toEqual(['· all guarded  ✗ lists blocked  ‖ held paused']);
    expect(run.stdout).toMatch(/✓ news {3}12 delivered/);
    const json = JSON.parse((await pipeline.run('--format', 'json', '--print-events')).stdout) as {
      readonly receivers: Record<string, string[]>;
    };
    expect(new Set(Object.values(json.receivers).flat())).toEqual(new Set(['lists']));
  });

  it('in a range: as with cursors, and the clients file of the work tree is read though nobody names it', async () => {
    const receiver = await startReceiver();
    const repo = createRepo();
    repo.commit(created);
    repo.commit({ 'teams/x.yml': team('x', []), ...deleted });
    writeFileSync(
      join(repo.directory, 'clients.yml'),
      `clients:\n${clientOf('all', receiver.url)}${only('team.created', 'news', receiver.url)}`,
    );
    const range = ['-C', repo.directory, '--from', 'HEAD~1', '--allow-host', '127.0.0.1'];
    const dry = await teamEvents([...range, '--print-events']);
    const run = await teamEvents(range);
    for (const { code, stdout } of [dry, run]) {
      expect(code).toBe(7);
      expect(stdout).toMatch(/^✗ all .* stopped by the removal guard: before commit \w{12}/m);
      expect(besides(stdout, ' created ')).toEqual(['→ news  · all guarded']);
      expect(besides(stdout, ' deleted ')).toEqual(['· all guarded']);
    }
    expect(receiver.accepted).toHaveLength(1);
    const allowed = [...range, '--print-events', '--allow-removals', 'HEAD'];
    expect(await teamEvents(allowed)).toMatchObject({ code: 0, stdout: expect.stringContaining('→ all\n') });
  });

  it('in a range with a paused client: exit 3, in the dry run too', async () => {
    const repo = createRepo();
    repo.commit(created);
    const clients = `clients:\n${clientOf('held', 'http://127.0.0.1:1', '    paused: true\n')}`;
    writeFileSync(join(repo.directory, 'clients.yml'), clients);
    for (const dry of [['--print-events'], []]) {
      const { code, stdout } = await teamEvents(['-C', repo.directory, '--from', 'root', ...dry]);
      expect([code, besides(stdout, ' created ')]).toEqual([3, ['‖ held paused']]);
    }
  });
});

describe('an implied event that no client is sent', () => {
  const told = async (type: string, format: string): Promise<string> => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['ann']) });
    writeFileSync(
      join(repo.directory, 'clients.yml'),
      `clients:\n${only(type, 'one', 'https://example.com')}`,
    );
    const range = ['-C', repo.directory, '--from', 'root', '--print-events', '--format', format];
    return (await teamEvents(range)).stdout;
  };

  it.each(['text', 'markdown', 'html'])('says which event tells it, as %s', async (format) => {
    expect(await told('team.created', format)).toContain('→ told by team.created');
  });

  it('says nobody where nobody is sent that one either', async () => {
    expect(besides(await told('team.deleted', 'text'), 'members added')).toEqual(['→ nobody']);
  });
});

describe('what the removal guard counts over several commits', () => {
  it('may be more than there is at any one time, and says so', async () => {
    const repo = createRepo();
    const members = (prefix: string): string[] =>
      Array.from({ length: 60 }, (_, index) => `${prefix}${index}`);
    for (const prefix of ['a', 'b', 'c', 'd']) repo.commit({ 'teams/a.yml': team('a', members(prefix)) });
    writeFileSync(join(repo.directory, 'clients.yml'), `clients:\n${clientOf('all', 'http://127.0.0.1:1')}`);
    const { stdout } = await teamEvents(['-C', repo.directory, '--from', 'root', '--print-events']);
    expect(stdout).toContain('take away 180 memberships in all, of at most 60 at a time\n');
  });
});

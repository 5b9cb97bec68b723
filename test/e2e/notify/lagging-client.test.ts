/** A client that is far behind holds up nobody, and does not fill everybody's log. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importHistory } from '../../support/long-history.ts';
import {
  brief,
  startTeamEvents,
  teamEvents,
  type ProcessOptions,
  type Result,
} from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver, type Answer, type Receiver } from '../../support/receiver.ts';
import { gitEnvironment, tempFolder } from '../../support/sample-repo.ts';

const COMMITS = 300; // each changes one of 50 teams
/** After the first commit: 49 teams created, and a member replaced in all further ones. */
const EVENTS = 49 + 2 * (COMMITS - 50);

interface Sample {
  readonly directory: string;
  readonly git: (...args: string[]) => string;
  readonly near: Receiver;
  readonly far: Receiver;
  /** With `near` two commits behind and `far` at the first one. */
  readonly run: (...more: string[]) => Promise<Result>;
  /** The same as a process. */
  readonly start: (options: ProcessOptions) => Promise<Result>;
  readonly cursorOf: (client: string) => string | undefined;
}

async function sample(farAnswer?: Answer, whenNearIsServed = (): void => undefined): Promise<Sample> {
  const directory = tempFolder();
  importHistory(directory, COMMITS);
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: directory, env: gitEnvironment(), encoding: 'utf8' }).trim();
  const near = await startReceiver(() => {
    whenNearIsServed();
    return 204;
  });
  const far = await startReceiver(farAnswer);
  const store = join(tempFolder(), 'cursors.json');
  const at = (revision: string) => ({ commit: git('rev-parse', revision) });
  const cursors = { near: at('main~2'), far: at(`main~${COMMITS - 1}`) };
  writeFileSync(store, JSON.stringify({ version: 1, clients: cursors }));
  const clients = clientsFile(clientOf('far', far.url) + clientOf('near', near.url));
  const args = ['-C', directory, '--cursor', `file:${store}`, '--clients', clients];
  args.push('--allow-host', '127.0.0.1', '--allow-removals', 'main');
  return {
    directory,
    git,
    near,
    far,
    run: (...more) => teamEvents([...args, ...more]),
    start: (options) => startTeamEvents(args, options),
    cursorOf: (client) =>
      (JSON.parse(readFileSync(store, 'utf8')) as { clients: Record<string, { commit: string }> }).clients[
        client
      ]?.commit,
  };
}

const teamsOf = ({ requests }: Receiver): readonly string[] => brief(requests.map(({ event }) => event));
const LAST_TWO = ['t48', 't49'].flatMap((id) => [`team.members.removed ${id}`, `team.members.added ${id}`]);

it('gets all that is pending for it, in order, and so does who is near', async () => {
  const { near, far, run, cursorOf, git } = await sample();
  const { code, stdout } = await run('--format', 'json');
  expect(code).toBe(0);
  expect(teamsOf(near)).toEqual(LAST_TWO);
  const printed = (JSON.parse(stdout) as { events: { id: string; sequence: string }[] }).events;
  const sequences = printed.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted());
  expect(far.requests.map(({ event }) => event.id)).toEqual(printed.map(({ id }) => id));
  expect([cursorOf('near'), cursorOf('far')]).toEqual([git('rev-parse', 'main'), git('rev-parse', 'main')]);
});

it('where what it needs cannot be read, the others are served all the same, and it is told', async () => {
  const { directory, git, near, run, cursorOf } = await sample();
  const start = cursorOf('far');
  const pack = join(directory, 'objects/pack');
  const packs = readdirSync(pack).filter((file) => file.endsWith('.pack'));
  const contents = packs.map((file) => readFileSync(join(pack, file)));
  rmSync(pack, { recursive: true });
  for (const input of contents) {
    execFileSync('git', ['unpack-objects', '-q'], { cwd: directory, env: gitEnvironment(), input });
  }
  const lost = git('rev-parse', `main~${COMMITS - 80}:teams/t29.yml`);
  rmSync(join(directory, 'objects', lost.slice(0, 2), lost.slice(2)));

  const { code, stdout, stderr } = await run();
  expect(stdout).toMatch(/✓ near +4 delivered/);
  expect(stdout).toMatch(
    /✗ far +0 delivered {2}stopped: the run ended before what is pending for it was read/,
  );
  expect(stderr).toContain(lost);
  expect(code).not.toBe(0);
  expect(teamsOf(near)).toEqual(LAST_TWO);
  expect([cursorOf('near'), cursorOf('far')]).toEqual([git('rev-parse', 'main'), start]);
});

it('what it is not sent is counted where it is much, and listed whole in JSON and in the dry run', async () => {
  const { run, far } = await sample(() => 400);
  const { code, stdout } = await run();
  expect(code).toBe(3);
  expect(far.requests).toHaveLength(1);
  const pending = Number(/✗ far +0 delivered, (\d+) pending/.exec(stdout)?.[1]);
  expect(pending).toBe(EVENTS);
  // What was sent is listed first, in its place; the totals name both once more.
  expect(stdout).toMatch(new RegExp(`^… and ${pending - 200} more events: .* \\(--all lists them\\)$`, 'm'));
  expect(stdout.match(/✗ far blocked/g)).toHaveLength(200 + 1);
  expect(stdout.match(/→ near/g)).toHaveLength(4 + 1);
  const dry = await run('--print-events', '--format', 'ndjson');
  expect(dry.stdout.trim().split('\n')).toHaveLength(pending);
  const json = await run('--format', 'json');
  expect((JSON.parse(json.stdout) as { events: unknown[] }).events).toHaveLength(pending);
});

it('told to end while its history is read, a run says how far it came, and the next one goes on there', async () => {
  let kill = (): void => undefined;
  const { near, far, run, start } = await sample(undefined, () => kill());
  const first = await start({ onStart: (send) => (kill = () => send('SIGTERM')) });
  expect(first.code).toBe(143);
  expect(first.stdout).toMatch(/ near +\d delivered/);
  expect(first.stdout).toMatch(/✗ far +\d+ delivered.* stopped/);
  kill = () => undefined;
  const second = await run('--format', 'json');
  expect(second.code).toBe(0);
  expect(new Set(teamsOf(near))).toEqual(new Set(LAST_TWO));
  const ids = new Set(far.requests.map(({ event }) => event.id));
  expect(ids.size).toBe(EVENTS);
});

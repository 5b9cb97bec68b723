/** The tasks of concourse/, run as Concourse runs them: a folder for each input, params as variables, no terminal. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/yaml/yaml-text.ts';
import { PROGRAM } from '../support/program.ts';
import { clientOf, startReceiver } from '../support/receiver.ts';
import { createRemote, openTags } from '../support/sample-remote.ts';
import { tempFolder } from '../support/sample-repo.ts';

interface Task {
  readonly params: Readonly<Record<string, string>>;
  readonly inputs: readonly { readonly name: string }[];
  readonly run: { readonly path: string; readonly args: readonly string[] };
}

const CONCOURSE = fileURLToPath(new URL('../../concourse', import.meta.url));

function parsed(path: string): unknown {
  const yaml = parseYaml(readFileSync(join(CONCOURSE, path), 'utf8'));
  if (!yaml.ok) throw new Error(yaml.message);
  return yaml.documents[0];
}
const taskOf = (name: string): Task => parsed(`tasks/${name}/task.yml`) as Task;

/** Runs a task in a build of its own: the remote cloned at `main` with a detached HEAD, and the clients file. */
function build(name: string, remote: string, clients: string, params: Readonly<Record<string, string>>) {
  const { run, params: defaults } = taskOf(name);
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(PROGRAM, join(bin, 'team-events'));
  spawnSync('git', ['clone', '--quiet', remote, join(folder, 'teams')]);
  spawnSync('git', ['-C', join(folder, 'teams'), 'checkout', '--quiet', '--detach', 'origin/main']);
  mkdirSync(join(folder, 'clients'));
  writeFileSync(join(folder, 'clients/clients.yml'), `clients:\n${clients}`);
  const child = spawn(run.path, run.args, {
    cwd: folder,
    env: { PATH: `${bin}:${process.env['PATH']}`, HOME: folder, ...defaults, ...params },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe('the tasks', () => {
  it('show what is pending, send it, and remember what each client was told', async () => {
    const remote = createRemote(2);
    const receiver = await startReceiver();
    const clients = clientOf('all', receiver.url, '    start: snapshot\n');
    const policy = '{"network": {"allow": ["127.0.0.1"]}}';
    const notify = (params = {}) => build('notify', remote.directory, clients, { POLICY: policy, ...params });

    const first = await notify();
    expect(first).toMatchObject({ code: 8, output: expect.stringContaining('--init') });
    const preview = (params = {}) => build('preview', remote.directory, clients, params);
    const shown = { output: expect.stringContaining('→ all') };
    expect(await preview()).toMatchObject({ code: 8, ...shown });
    expect(await preview({ TEAM_EVENTS_INIT: 'true' })).toMatchObject({ code: 0, ...shown });
    expect(receiver.requests).toHaveLength(0);

    expect(await notify({ TEAM_EVENTS_INIT: 'true' })).toMatchObject({ code: 0 });
    remote.advance();
    expect(await notify()).toMatchObject({ code: 0, output: expect.stringContaining('✓ all  2 delivered') });
    expect(await notify()).toMatchObject({ code: 0, output: expect.stringContaining('✓ all  0 delivered') });
    expect(remote.git('rev-parse', 'team-events/all^{commit}')).toBe(remote.git('rev-parse', 'main'));

    // A preview beside a notify that is under way is no failure.
    const store = await openTags(remote.author.directory);
    const expected = (await store.read()).cursors.get('all')?.version;
    const claim = { run: 'https://ci.example.com/7', until: '2999-01-01T00:00:00Z' };
    const cursor = { commit: remote.commits[0] ?? '', claim };
    await store.write(new Map([['all', { expected, cursor }]]));
    const beside = await preview();
    expect(beside).toMatchObject({
      code: 0,
      output: expect.stringContaining('all: is served by https://ci.'),
    });
  });
});

describe('the pipeline', () => {
  const pipeline = parsed('pipeline.yml') as {
    readonly jobs: readonly { readonly plan: readonly Readonly<Record<string, unknown>>[] }[];
  };
  const steps = pipeline.jobs.flatMap(({ plan }) => plan).filter((step) => 'task' in step);

  it('gives each task its inputs, and no param that it does not have', () => {
    expect(steps.length).toBeGreaterThan(1);
    for (const { task, params } of steps) {
      const known = taskOf(String(task));
      expect(Object.keys(known.params)).toEqual(expect.arrayContaining(Object.keys(params as object)));
      expect(known.inputs.map(({ name }) => name)).toEqual(['teams', 'clients']);
    }
  });

  it('uses no variable that the example does not explain', () => {
    const text = readFileSync(join(CONCOURSE, 'pipeline.yml'), 'utf8');
    const used = [...text.matchAll(/\(\((?!var\))([a-z-]+)\)\)/g)].map(([, name]) => name ?? '');
    const example = readFileSync(join(CONCOURSE, 'vars.example.yml'), 'utf8');
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !new RegExp(`^(#  *)?${name}\\b`, 'm').test(example))).toEqual([]);
  });
});

/** The image, without an engine to build it: its file tree in a folder, run with nothing else but node and git. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleImage, inContext, parseDockerfile, type Image } from '../../support/dockerfile.ts';
import { brief, eventsOf, type Result } from '../../support/program.ts';
import { createRemote } from '../../support/sample-remote.ts';
import { JOB_TOKEN, startGitLab } from '../../gitlab/gitlab.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOCKERFILE = read('concourse/Dockerfile');
const manifest = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** A user without name and home; only root can become one. */
const NOBODY = process.geteuid?.() === 0 ? { uid: 54_321, gid: 0 } : {};

/** Lets any user look into a temp folder, which is its maker's alone. */
function open(folder: string): string {
  chmodSync(folder, 0o755);
  return folder;
}

const work = open(mkdtempSync(join(tmpdir(), 'team-events-image-')));
let image: Image;
beforeAll(() => void (image = assembleImage(ROOT, DOCKERFILE, work)), 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs a program of the image with no variables but PATH, where its own folder and those tools are, and its own. */
function run(program: string, args: readonly string[], input = ''): Promise<Result> {
  const tools = open(tempFolder());
  symlinkSync(process.execPath, join(tools, 'node'));
  for (const tool of ['git', 'dirname']) {
    symlinkSync(
      execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(),
      join(tools, tool),
    );
  }
  const own = image.instructions
    .filter(({ name }) => name === 'ENV')
    .map(({ value }) => /^(\w+)=(\S+)$/.exec(value)?.slice(1) as [string, string]);
  const child = spawn(program, args, {
    cwd: image.root,
    env: { ...Object.fromEntries(own), PATH: [join(image.root, 'usr/local/bin'), tools].join(delimiter) },
    ...NOBODY,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function sampleRepo(): string {
  const repo = createRepo(open(tempFolder()));
  repo.commit({ 'teams/payments.yml': team('payments', ['alice']) });
  repo.commit({ 'teams/payments.yml': team('payments', ['alice', 'bob']) });
  return repo.directory;
}

describe('the image', () => {
  it('holds all that the program needs, for any user', async () => {
    expect(await run('team-events', ['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${manifest.version}\nnode \\d.*\ngit \\d.*\n$`)),
      stderr: '',
    });
    const dry = ['-C', sampleRepo(), '--print-events', '--format', 'ndjson', 'root..main'];
    const { code, stdout, stderr } = await run('team-events', dry);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(brief(eventsOf(stdout))).toEqual([
      'team.created payments',
      'team.members.added payments',
      'team.members.added payments',
    ]);
  });

  it('is a resource type of Concourse', async () => {
    const remote = createRemote(2);
    const { url } = await startGitLab(remote.directory);
    const source = {
      uri: `${url}/platform/teams.git`,
      branch: 'main',
      username: 'gitlab-ci-token',
      password: JOB_TOKEN,
    };
    const step = (name: string, more: object, ...args: string[]): Promise<Result> =>
      run(join(image.root, 'opt/resource', name), args, JSON.stringify({ source, ...more }));
    const checked = await step('check', {});
    expect(checked).toMatchObject({ code: 0 });
    const [version] = JSON.parse(checked.stdout) as readonly { commit: string }[];
    expect(version?.commit).toBe(remote.commits.at(-1));

    const target = tempFolder();
    chmodSync(target, 0o777);
    const got = await step('in', { version }, target);
    expect(got).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(target, 'event.json'), 'utf8'))).toMatchObject({
      specversion: '1.0',
    });

    const put = await step('out', { params: { clients: 'none.yml' } }, target);
    expect(put).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('none.yml') });
  });

  it('holds no packages beside the bundle, and lists those inside it with their licences', () => {
    const paths = readdirSync(image.root, { recursive: true, encoding: 'utf8' });
    expect(paths.filter((path) => /node_modules|\.ts$/.test(path))).toEqual([]);
    const { components } = JSON.parse(
      readFileSync(join(image.root, 'opt/team-events/sbom.cdx.json'), 'utf8'),
    ) as { components: readonly { name: string; group?: string; version: string }[] };
    const listed = components.map(
      ({ group, name, version }) => `${group ? `${group}/` : ''}${name}@${version}`,
    );
    const wanted = Object.entries(manifest.dependencies).map(([name, version]) => `${name}@${version}`);
    expect(listed).toEqual(expect.arrayContaining(wanted));
    const notices = readFileSync(join(image.root, 'opt/team-events/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const noticed = [...notices.matchAll(/^=+\n(\S+) (\S+) \(.+\)\n=+$/gm)].map(
      (found) => `${found[1]}@${found[2]}`,
    );
    expect(noticed.length).toBeGreaterThan(15);
    expect(listed.sort()).toEqual(noticed);
  });

  it('has git, ssh and certificates, an init process, and a user who is not root', () => {
    expect(image.packages).toEqual(['ca-certificates', 'git', 'openssh-client', 'tini']);
    const last = (name: string) =>
      image.instructions.findLast((instruction) => instruction.name === name)?.value;
    expect(last('ENTRYPOINT')).toBe('["tini", "--"]');
    expect(last('USER')).toBe('${USER}');
    expect(image.instructions).toContainEqual({ name: 'ARG', value: 'USER=node' });
    // What a label is made of is an argument with a default.
    for (const [, name] of (last('LABEL') ?? '').matchAll(/\$\{(\w+)\}/g)) {
      expect(image.instructions).toContainEqual({ name: 'ARG', value: expect.stringMatching(`^${name}=`) });
    }
  });

  it('is built from one pinned Node', () => {
    const bases = parseDockerfile(DOCKERFILE).filter(({ name }) => name === 'FROM');
    expect(bases.map(({ value }) => value)).toEqual(['node:${NODE} AS build', 'node:${NODE}']);
    expect(DOCKERFILE).toMatch(/^ARG NODE=\d+\.\d+\.\d+-[a-z]+-slim$/m);
  });
});

describe('the context', () => {
  const ignore = read('.dockerignore');

  it('is what the Dockerfile copies, and nothing else', () => {
    const named = [...ignore.matchAll(/^!(.+)$/gm)].map(([, path]) => path ?? '');
    const copied = parseDockerfile(DOCKERFILE)
      .filter(({ name, value }) => name === 'COPY' && !value.startsWith('--from'))
      .flatMap(({ value }) => value.split(' ').slice(0, -1))
      .map((path) => path.replace(/\/$/, ''));
    expect(named.sort()).toEqual(copied.sort());
  });

  it.each([
    ['src/cli/main.ts', true],
    ['.npmrc', true],
    ['.git/config', false],
    ['node_modules/esbuild/package.json', false],
    ['dist/team-events.cjs', false],
    ['concourse/vars.yml', false],
  ])('%s: %s', (path, kept) => {
    expect(inContext(ignore)(path)).toBe(kept);
  });
});

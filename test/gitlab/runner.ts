/** Runs a job as the runner of GitLab does: a fresh clone, a detached HEAD, all lines in one shell. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM } from '../support/program.ts';
import { gitEnvironment, tempFolder } from '../support/sample-repo.ts';
import { jobsWith, type Variables } from './component.ts';
import { JOB_TOKEN, type GitLab } from './gitlab.ts';

export interface JobResult {
  readonly code: number | null;
  /** Whether GitLab lets the pipeline pass: green, or with a warning. */
  readonly passed: boolean;
  /** What the log shows. */
  readonly log: string;
  /** By path: what GitLab keeps of it. */
  readonly artifacts: Readonly<Record<string, string>>;
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Finished> {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** A clone with everything that belongs to the pipeline; of no depth, all branches and tags too. */
async function cloneFor(gitlab: GitLab, commit: string, depth: string): Promise<string> {
  const folder = join(tempFolder(), 'builds/platform/teams');
  mkdirSync(folder, { recursive: true });
  const git = async (...args: string[]): Promise<void> => {
    const { code, output } = await start('git', args, folder, gitEnvironment());
    if (code !== 0) throw new Error(output);
  };
  const url = new URL('/platform/teams.git', gitlab.url);
  [url.username, url.password] = ['gitlab-ci-token', JOB_TOKEN];
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', url.href);
  const all = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  const wanted = depth === '0' ? all : [`--depth=${depth}`];
  await git('fetch', '--quiet', 'origin', '+refs/pipelines/*:refs/pipelines/*', ...wanted);
  await git('checkout', '--quiet', '--force', '--detach', commit);
  return folder;
}

/** Variables of the pipeline win over those of the job, as they do in GitLab. */
export async function runJob(
  name: string,
  gitlab: GitLab,
  variables: Variables & { readonly CI_COMMIT_SHA: string },
  shell: 'sh' | 'bash' = 'sh',
): Promise<JobResult> {
  const job = jobsWith({ image: 'registry.example.com/team-events:1' })[name];
  if (job === undefined) throw new Error(`no job ${name}`);
  const depth = job.variables['GIT_DEPTH'] ?? '1'; // without it, the project's own setting
  const folder = await cloneFor(gitlab, variables.CI_COMMIT_SHA, depth);
  const bin = join(tempFolder(), 'bin');
  mkdirSync(bin);
  symlinkSync(PROGRAM, join(bin, 'team-events'));
  const { code, output } = await start(shell, ['-c', ['set -e', ...job.script].join('\n')], folder, {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: '/nonexistent',
    TMPDIR: tempFolder(),
    CI: 'true',
    GITLAB_CI: 'true',
    CI_PROJECT_DIR: folder,
    CI_DEFAULT_BRANCH: 'main',
    CI_JOB_TOKEN: JOB_TOKEN,
    CI_JOB_URL: 'https://gitlab.example.com/platform/teams/-/jobs/1001',
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    ...job.variables,
    ...variables,
  });
  const { paths, reports = {} } = job.artifacts;
  const kept = [...paths, ...Object.values(reports)].filter((path) => existsSync(join(folder, path)));
  return {
    code,
    passed: code === 0 || (job.allow_failure?.exit_codes.includes(code ?? -1) ?? false),
    log: output,
    artifacts: Object.fromEntries(kept.map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
  };
}

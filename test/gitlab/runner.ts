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

/**
 * The sources of a job, as gitlab-runner 19.4.0 gets them (`shells/abstract.go`), of the refs that GitLab tells it
 * (`app/presenters/ci/build_runner_presenter.rb`): that of the pipeline, and without a depth all branches and tags. The
 * address of `origin` holds no credentials: a file beside the project, which the clone's configuration includes, puts
 * those of the job into it.
 */
async function getSources(gitlab: GitLab, commit: string, depth: number): Promise<string> {
  const project = join(tempFolder(), 'builds/platform/teams');
  const [template, external] = [`${project}.tmp/git-template`, `${project}.tmp/.gitlab-runner.ext.conf`];
  for (const folder of [project, template]) mkdirSync(folder, { recursive: true });
  const git = async (...args: string[]): Promise<void> => {
    const { code, output } = await start('git', args, project, gitEnvironment());
    if (code !== 0) throw new Error(output);
  };
  const url = new URL('/platform/teams.git', gitlab.url).href;
  const withLogin = url.replace('://', `://gitlab-ci-token:${JOB_TOKEN}@`);
  await git('config', '-f', external, `url.${withLogin}.insteadOf`, url);
  const settings = {
    'init.defaultBranch': 'none',
    'credential.interactive': 'never',
    'include.path': external,
  };
  for (const [name, value] of Object.entries(settings))
    await git('config', '-f', `${template}/config`, name, value);
  await git('init', '--quiet', project, '--template', template);
  await git('remote', 'add', 'origin', url);
  const pipeline = `refs/pipelines/${commit.slice(0, 8)}`;
  const refspecs = [
    `+${pipeline}:${pipeline}`,
    ...(depth > 0 ? [] : ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']),
  ];
  const bound = depth > 0 ? ['--depth', String(depth)] : [];
  await git('fetch', 'origin', '--no-recurse-submodules', ...refspecs, ...bound, '--prune', '--quiet');
  await git('checkout', '-f', '-q', commit);
  await git('clean', '-ffdx', '--quiet');
  return project;
}

let pipelines = 0;

/** Variables of the pipeline win over those of the job, as they do in GitLab. */
export async function runJob(
  name: string,
  gitlab: GitLab,
  variables: Variables & { readonly CI_COMMIT_SHA: string },
  shell: 'sh' | 'bash' = 'sh',
): Promise<JobResult> {
  const job = jobsWith({ image: 'registry.example.com/team-events:1' })[name];
  if (job === undefined) throw new Error(`no job ${name}`);
  const depth = variables['GIT_DEPTH'] ?? job.variables['GIT_DEPTH'] ?? '20'; // without it, the project's own setting
  const folder = await getSources(gitlab, variables.CI_COMMIT_SHA, Number(depth));
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
    CI_PROJECT_ID: '42',
    CI_PIPELINE_ID: String(++pipelines),
    CI_JOB_ID: '1001',
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

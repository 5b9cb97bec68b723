/**
 * Stand-ins for the resource types that come with Concourse, each written from its own source: what a job is given by
 * them, and what they make of a put.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gitEnvironment, tempFolder } from '../support/sample-repo.ts';
import { copy, type Artifacts } from './containers.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** A resource of a pipeline. Versions are single texts here. */
export interface Resource {
  /** What check gives last; undefined as long as there is no version, and no build can begin. */
  latest(): string | undefined;
  get(version: string, folder: string): void | Promise<void>;
  /** The new version. */
  put?(params: Mapping, artifacts: Artifacts): string;
}

export const gitIn =
  (directory: string) =>
  (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: directory,
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();

/** The path that a param names among the artifacts of a build. */
export function artifactPath(artifacts: Artifacts, path: unknown): string {
  const [artifact = '', ...rest] = String(path).split('/');
  return join(artifacts.get(artifact) ?? '', ...rest);
}

/**
 * concourse/git-resource v1.22.2 (`assets/check`, `assets/in`), on a repository that lies in `directory`.
 *
 * check: the newest first parent of the branch that touches `paths`, and unless `disable_ci_skip` says neither
 * `[ci skip]` nor `[skip ci]`. in: a clone of that branch alone with the tags that lie on it, a detached HEAD, the
 * newest commit as `refs/remotes/origin/BRANCH`, `origin` as it is configured; the key stays in its own container.
 */
export function gitResource(
  { uri, branch, paths = [], disable_ci_skip: takesAll }: Mapping,
  directory: string,
): Resource {
  const [git, name] = [gitIn(directory), String(branch)];
  const skipped = ['--grep=\\[ci\\sskip\\]', '--grep=\\[skip\\sci\\]', '--invert-grep'];
  return {
    latest() {
      const filter = takesAll === true ? [] : skipped;
      const wanted = ['--first-parent', '--max-count=1', ...filter, `refs/heads/${name}`];
      return git('rev-list', ...wanted, '--', ...(paths as string[])) || undefined;
    },
    get(version, folder) {
      git('clone', '--quiet', '--single-branch', `file://${directory}`, '--branch', name, folder);
      const input = gitIn(folder);
      input('fetch', '--quiet', 'origin', 'refs/notes/*:refs/notes/*');
      input('checkout', '--force', '--quiet', version);
      input('remote', 'set-url', 'origin', String(uri));
      writeFileSync(join(folder, '.git/ref'), `${version}\n`);
    },
  };
}

/**
 * concourse/time-resource v1.11.4 (`check_command.go`, `lord/time_lord.go`), at a time of day at which a window from
 * `start` to `stop` is closed: without `initial_version` there is no version before the next one opens.
 */
export const timeResource = ({ start, initial_version: initial }: Mapping): Resource => ({
  latest: () => (start === undefined || initial === true ? '2026-11-23T07:00:00Z' : undefined),
  get: (version, folder) => writeFileSync(join(folder, 'timestamp'), version),
});

/** concourse/registry-image-resource v1.18.0: the task that runs in the image has its program on the PATH already. */
export const imageResource: Resource = {
  latest: () => 'sha256:0',
  get: (version, folder) => writeFileSync(join(folder, 'digest'), version),
};

/**
 * concourse/s3-resource v2.5.4 (`check`, `in` and `out` of a `versioned_file`): each put is a new version and the
 * newest, whatever it holds; the initial version is none of the bucket.
 */
export function s3Resource({
  versioned_file: file,
  initial_version: initial,
  initial_content_text: text,
}: Mapping): Resource {
  const bucket = tempFolder();
  const name = basename(String(file));
  const count = (): number => readdirSync(bucket).length;
  return {
    latest: () => (count() === 0 ? (initial as string | undefined) : `v${count()}`),
    get(version, folder) {
      if (version === initial) writeFileSync(join(folder, name), String(text));
      else copy(join(bucket, version), join(folder, name));
      writeFileSync(join(folder, 'version'), version);
    },
    put({ file: path }, artifacts) {
      const content = readFileSync(artifactPath(artifacts, path));
      writeFileSync(join(bucket, `v${count() + 1}`), content);
      return `v${count()}`;
    },
  };
}

export interface CommitStatus {
  readonly sha: string;
  readonly state: string;
}

/**
 * samcontesse/gitlab-merge-request-resource v0.1.5 (`pkg/{check,in,out}/command.go`), of one merge request: the branch
 * `proposal` of the repository in `directory`, or of a fork's in `source`, for the branch `target_branch`.
 *
 * check: the request as its newest commit is, but for one that says `[skip ci]`. in: a clone of the target whose remote
 * is called `target`, with the token in its address, and one more remote, `source`; into the branch that is checked out
 * there the newest commit of the proposal, whatever the version says, is merged *without a commit*: HEAD is the
 * target's, MERGE_HEAD the proposal's where there is anything to merge. out: a status of the commit that `in` wrote down.
 */
export function mergeRequestResource(
  { uri, private_token: token, target_branch: target }: Mapping,
  directory: string,
  statuses: CommitStatus[],
  source = directory,
): Resource {
  const withToken = String(uri).replace('://', `://gitlab-ci-token:${String(token)}@`);
  const newest = (): string => gitIn(source)('rev-parse', 'refs/heads/proposal');
  const noted = '.git/merge-request.json';
  let known: string | undefined;
  return {
    latest() {
      const [, updatedAt = '', ...message] = gitIn(source)(
        'log',
        '-1',
        '--format=%H%n%cI%n%B',
        newest(),
      ).split('\n');
      if (message.join('\n').includes('[skip ci]') || known?.endsWith(updatedAt) === true) return known;
      statuses.push({ sha: newest(), state: 'pending' });
      return (known = `7 ${updatedAt}`);
    },
    get(version, folder) {
      const sha = newest();
      gitIn(dirname(folder))('clone', '--quiet', '-o', 'target', '-b', String(target), directory, folder);
      const input = gitIn(folder);
      input('remote', 'add', 'source', source);
      input('remote', 'update');
      input('merge', '--no-ff', '--no-commit', sha);
      for (const remote of ['target', 'source']) input('remote', 'set-url', remote, withToken);
      writeFileSync(join(folder, noted), JSON.stringify({ sha, version }));
    },
    put({ repository, status }, artifacts) {
      const request = readFileSync(artifactPath(artifacts, `${String(repository)}/${noted}`), 'utf8');
      const { sha, version } = JSON.parse(request) as { sha: string; version: string };
      statuses.push({ sha, state: String(status) });
      return version;
    },
  };
}

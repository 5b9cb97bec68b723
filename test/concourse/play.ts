/** Plays the jobs of a pipeline file as Concourse would: gets, tasks and puts of real steps, on real repositories. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitEnvironment, tempFolder } from '../support/sample-repo.ts';
import { copy, runTask, taskAt, type Artifacts, type Task } from './containers.ts';
import { parsed, parsedText } from './yaml-file.ts';

type Mapping = Readonly<Record<string, unknown>>;
type Step = Mapping;

export interface Build {
  readonly status: 'succeeded' | 'failed' | 'errored' | 'aborted';
  readonly output: string;
  readonly artifacts: Artifacts;
  /** Of the resources that it got: what a rerun gets again. */
  readonly versions: ReadonlyMap<string, string>;
}

/** A resource of the pipeline, as far as jobs need it. Versions are single texts here. */
export interface Resource {
  latest(): string;
  get(version: string, folder: string): void | Promise<void>;
  /** The new version. */
  put?(params: Mapping, artifacts: Artifacts): string;
}

export interface BuildOptions {
  /** Versions to take instead of the newest: a rerun. */
  readonly rerun?: Pick<Build, 'versions'>;
  /** Given a way to abort each task of it. */
  readonly onTask?: (abort: () => void) => void;
}

export interface Pipeline {
  build(job: string, options?: BuildOptions): Promise<Build>;
  /** As `fly set-pipeline -l` with other vars. */
  set(vars: Mapping): void;
}

export interface PipelineOptions {
  /** Of a file below concourse/, or as text. */
  readonly file: string;
  readonly text?: string;
  readonly vars: Mapping;
  readonly bin: string;
  /** Where `ssh` and the like find what they need. */
  readonly resource: (type: string, source: Mapping) => Resource;
}

export function openPipeline({ file, text, vars, bin, resource }: PipelineOptions): Pipeline {
  let known: Mapping = vars;
  const pipeline = (text === undefined ? parsed(file) : parsedText(text, file)) as {
    readonly jobs: Step[];
    readonly resources: Step[];
  };
  const resources = new Map(
    pipeline.resources.map(({ name, type, source }) => [
      String(name),
      resource(String(type), filled(source, known) as Mapping),
    ]),
  );
  // One version is fetched once, as workers keep it: its tags are those of that time.
  const fetched = new Map<string, string>();

  async function build(jobName: string, { rerun, onTask }: BuildOptions = {}): Promise<Build> {
    const job = pipeline.jobs.find(({ name }) => name === jobName);
    if (job === undefined) throw new Error(`no job ${jobName}`);
    const artifacts: Artifacts = new Map();
    const versions = new Map<string, string>();
    let output = '';
    let aborted = false;

    function find(name: string): Resource {
      const found = resources.get(name);
      if (found === undefined) throw new Error(`no resource ${name}`);
      return found;
    }

    async function get(step: Step): Promise<void> {
      const name = String(step['get']);
      const from = String('resource' in step ? step['resource'] : name);
      const version = rerun?.versions.get(from) ?? find(from).latest();
      const key = `${from} ${version}`;
      let folder = fetched.get(key);
      if (folder === undefined) {
        folder = tempFolder();
        await find(from).get(version, folder);
        fetched.set(key, folder);
      }
      versions.set(from, version);
      artifacts.set(name, folder);
    }

    async function task(step: Step, locals: Mapping): Promise<boolean> {
      const [artifact = '', ...rest] = String(step['file']).split('/');
      const ended = await runTask({
        task: (step['config'] as Task | undefined) ?? taskAt(join(artifacts.get(artifact) ?? '', ...rest)),
        artifacts,
        params: filled(step['params'] ?? {}, known, locals) as Mapping,
        inputMapping: (step['input_mapping'] ?? {}) as Readonly<Record<string, string>>,
        bin,
        onStart: (abort) =>
          onTask?.(() => {
            aborted = true;
            abort();
          }),
      });
      output += ended.output;
      for (const [name, folder] of ended.outputs) artifacts.set(name, folder);
      return ended.code === 0;
    }

    /** Whether it succeeded; with hooks after it. */
    async function run(step: Step, locals: Mapping): Promise<boolean> {
      const succeeded = await runBare(step, locals);
      const hooks = [succeeded ? 'on_success' : aborted ? 'on_abort' : 'on_failure', 'ensure'];
      for (const hook of hooks) if (step[hook] !== undefined) await run(step[hook] as Step, locals);
      return succeeded;
    }

    async function runBare(step: Step, locals: Mapping): Promise<boolean> {
      const { across, ...one } = step;
      if (across !== undefined) {
        const [{ var: name, values }] = across as [{ var: string; values: unknown }];
        const all = filled(values, known, locals) as unknown[];
        const results = await Promise.all(all.map((value) => runBare(one, { ...locals, [name]: value })));
        return results.every(Boolean);
      }
      for (let attempt = Number(step['attempts'] ?? 1); ; attempt--) {
        const succeeded = await runOnce(one, locals);
        if (succeeded || aborted || attempt <= 1) return succeeded;
      }
    }

    async function runOnce(step: Step, locals: Mapping): Promise<boolean> {
      if ('in_parallel' in step || 'do' in step) {
        for (const one of (step['in_parallel'] ?? step['do']) as Step[]) {
          if (!(await run(one, locals))) return false;
        }
        return true;
      }
      if ('get' in step) await get(step);
      else if ('put' in step) {
        const name = String(step['put']);
        const from = String('resource' in step ? step['resource'] : name);
        const params = filled(step['params'] ?? {}, known, locals) as Mapping;
        const version = find(from).put?.(params, artifacts) ?? '';
        await get({ get: name, resource: from, version });
      } else return task(step, locals);
      return true;
    }

    const before = (job['plan'] as Step[]).slice();
    for (const step of before) {
      if (await run(step, {})) continue;
      return { status: aborted ? 'aborted' : 'failed', output, artifacts, versions };
    }
    return { status: 'succeeded', output, artifacts, versions };
  }

  return { build, set: (changed) => (known = { ...known, ...changed }) };
}

/** With the values of ((vars)): whole where it is nothing else, as text inside of one. */
function filled(value: unknown, vars: Mapping, locals: Mapping = {}): unknown {
  const valueOf = (name: string): unknown => {
    const found = name.startsWith('.:') ? locals[name.slice(2)] : vars[name];
    if (found === undefined) throw new Error(`undefined vars: ${name}`);
    return found;
  };
  if (typeof value === 'string') {
    const [, whole] = /^\(\(([.:\w-]+)\)\)$/.exec(value) ?? [];
    if (whole !== undefined) return valueOf(whole);
    return value.replace(/\(\(([.:\w-]+)\)\)/g, (_, name: string) => String(valueOf(name)));
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, vars, locals));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, vars, locals)]));
}

/** As the git resource leaves it: a clone with its tags, at the version with a detached HEAD, and the origin as configured. */
export function gitResource({ uri, branch }: Mapping, directory: string): Resource {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { env: gitEnvironment(), encoding: 'utf8' }).trim();
  return {
    latest: () => git('-C', directory, 'rev-parse', `refs/heads/${String(branch)}`),
    get(version, folder) {
      git('clone', '--quiet', '--no-checkout', directory, folder);
      git('-C', folder, 'checkout', '--quiet', '--detach', version);
      git('-C', folder, 'remote', 'set-url', 'origin', String(uri));
    },
  };
}

/** A timer, an image: nothing of them matters but that there is one. */
export const CONSTANT: Resource = {
  latest: () => '1',
  get: (version, folder) => writeFileSync(join(folder, 'version'), version),
};

/** As the s3 resource keeps the versions of one file. */
export function s3Resource({ versioned_file: name, initial_content_text: initial }: Mapping): Resource {
  const bucket = tempFolder();
  writeFileSync(join(bucket, '0'), String(initial));
  const latest = (): string => String(readdirSync(bucket).length - 1);
  return {
    latest,
    get(version, folder) {
      copy(join(bucket, version), join(folder, String(name)));
    },
    put({ file }, artifacts) {
      const [artifact = '', ...rest] = String(file).split('/');
      const content = readFileSync(join(artifacts.get(artifact) ?? '', ...rest));
      writeFileSync(join(bucket, String(readdirSync(bucket).length)), content);
      return latest();
    },
  };
}

/** A merge request: the branch `proposal` of the repository, merged into the target. Its puts are the statuses. */
export function mergeRequest(directory: () => string, target: string, statuses: string[]): Resource {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  return {
    latest: () => git('-C', directory(), 'rev-parse', 'proposal').trim(),
    get(version, folder) {
      mkdirSync(folder, { recursive: true });
      git('clone', '--quiet', '--branch', target, directory(), folder);
      git('-C', folder, 'fetch', '--quiet', 'origin', 'proposal');
      git('-C', folder, 'merge', '--quiet', '--no-ff', '-m', 'Merge the proposal', version);
    },
    put({ status }) {
      statuses.push(String(status));
      return git('-C', directory(), 'rev-parse', 'proposal').trim();
    },
  };
}

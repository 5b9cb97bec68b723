/**
 * Plays the jobs of a pipeline file as Concourse would (v8.2.4: `atc/exec`, `atc/scheduler`): gets, tasks and puts of
 * real steps, on real repositories.
 */
import { tempFolder } from '../support/sample-repo.ts';
import { runTask, taskAt, type Artifacts, type Task } from './containers.ts';
import { artifactPath, type Mapping, type Resource } from './resources.ts';
import { parsed, parsedText } from './yaml-file.ts';

type Step = Mapping;

/** From the best to the worst. */
const OUTCOMES = ['succeeded', 'failed', 'errored', 'aborted'] as const;
type Outcome = (typeof OUTCOMES)[number];
const worst = (...outcomes: readonly Outcome[]): Outcome =>
  OUTCOMES.findLast((one) => outcomes.includes(one)) ?? 'succeeded';
const HOOK = {
  succeeded: 'on_success',
  failed: 'on_failure',
  errored: 'on_error',
  aborted: 'on_abort',
} as const satisfies Record<Outcome, string>;

export interface Build {
  readonly status: Outcome;
  readonly output: string;
  readonly artifacts: Artifacts;
  /** Of the resources that it got, and not of those that it put: what a rerun gets again. */
  readonly versions: ReadonlyMap<string, string>;
}

/** What steps see: local vars, and the folders of those before them. */
interface Scope {
  readonly locals: Mapping;
  readonly artifacts: Artifacts;
}

/** Of one value of `across`: what its steps put out, nobody outside of it sees, its hooks included. */
const within = ({ locals, artifacts }: Scope, more: Mapping): Scope => ({
  locals: { ...locals, ...more },
  artifacts: new Map(artifacts),
});

export interface BuildOptions {
  /** An older build, whose versions it takes. */
  readonly rerun?: Pick<Build, 'versions'> | undefined;
  /** Versions to take instead of the newest, by resource. */
  readonly versions?: ReadonlyMap<string, string>;
  /** Given a way to abort each task of it. */
  readonly onTask?: (abort: () => void) => void;
  /** Given what its tasks say, as they say it. */
  readonly onOutput?: (text: string) => void;
}

export interface Pipeline {
  build(job: string, options?: BuildOptions): Promise<Build>;
  /** What a check of the resource gives last. */
  latest(resource: string): string | undefined;
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
  readonly resource: (type: string, source: Mapping, name: string) => Resource;
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
      resource(String(type), filled(source, known) as Mapping, String(name)),
    ]),
  );
  // One version is fetched once, as workers keep it: its tags are those of that time.
  const fetched = new Map<string, string>();

  async function build(jobName: string, options: BuildOptions = {}): Promise<Build> {
    const { rerun, versions: given = rerun?.versions, onTask, onOutput } = options;
    const job = pipeline.jobs.find(({ name }) => name === jobName);
    if (job === undefined) throw new Error(`no job ${jobName}`);
    if (rerun !== undefined && job['disable_reruns'] === true) throw new Error('409 Conflict');
    const outermost: Scope = { locals: {}, artifacts: new Map() };
    const versions = new Map<string, string>();
    let output = '';
    let aborted = false;

    function find(name: string): Resource {
      const found = resources.get(name);
      if (found === undefined) throw new Error(`no resource ${name}`);
      return found;
    }

    function inputVersion(name: string): string {
      const version = given?.get(name) ?? find(name).latest();
      if (version === undefined) throw new Error(`pending: no versions available of ${name}`);
      versions.set(name, version);
      return version;
    }

    async function fetch(
      name: string,
      resourceName: string,
      version: string,
      { artifacts }: Scope,
    ): Promise<void> {
      const key = `${resourceName} ${version}`;
      let folder = fetched.get(key);
      if (folder === undefined) {
        folder = tempFolder();
        await find(resourceName).get(version, folder);
        fetched.set(key, folder);
      }
      artifacts.set(name, folder);
    }

    async function put(step: Step, scope: Scope): Promise<Outcome> {
      const inputs = Array.isArray(step['inputs']) ? (step['inputs'] as string[]) : [];
      for (const name of inputs.filter((one) => !scope.artifacts.has(one))) {
        output += `input not found: ${name}\n`;
        return 'errored';
      }
      const from = resourceOf(step);
      const params = filled(step['params'] ?? {}, known, scope.locals) as Mapping;
      const version = find(from).put?.(params, scope.artifacts) ?? '';
      if (step['no_get'] !== true) await fetch(String(step['put']), from, version, scope); // no input of the build: a rerun does not take it
      return 'succeeded';
    }

    async function task(step: Step, scope: Scope): Promise<Outcome> {
      const ended = await runTask({
        task: (step['config'] as Task | undefined) ?? taskAt(artifactPath(scope.artifacts, step['file'])),
        artifacts: scope.artifacts,
        params: filled(step['params'] ?? {}, known, scope.locals) as Mapping,
        inputMapping: (step['input_mapping'] ?? {}) as Readonly<Record<string, string>>,
        bin,
        onOutput,
        onStart: (abort) =>
          onTask?.(() => {
            aborted = true;
            abort();
          }),
      });
      output += ended.output;
      for (const [name, folder] of ended.outputs) scope.artifacts.set(name, folder);
      return aborted ? 'aborted' : ended.code === 0 ? 'succeeded' : 'failed';
    }

    /** With the hooks after it. */
    async function run(step: Step, scope: Scope): Promise<Outcome> {
      let outcome = await runBare(step, scope);
      for (const hook of [HOOK[outcome], 'ensure']) {
        if (step[hook] !== undefined) outcome = worst(outcome, await run(step[hook] as Step, scope));
      }
      return outcome;
    }

    async function runBare(step: Step, scope: Scope): Promise<Outcome> {
      const { across, ...one } = step;
      if (across !== undefined) {
        const [{ var: name, values }] = across as [{ var: string; values: unknown }];
        const all = filled(values, known, scope.locals) as unknown[];
        const outcomes = await Promise.all(
          all.map((value) => runBare(one, within(scope, { [name]: value }))),
        );
        return worst(...outcomes);
      }
      for (let attempt = Number(step['attempts'] ?? 1); ; attempt--) {
        const outcome = await runOnce(one, scope);
        if (outcome === 'succeeded' || aborted || attempt <= 1) return outcome;
      }
    }

    async function runOnce(step: Step, scope: Scope): Promise<Outcome> {
      if ('in_parallel' in step || 'do' in step)
        return runAll((step['in_parallel'] ?? step['do']) as Step[], scope);
      if ('get' in step) {
        const from = resourceOf(step);
        await fetch(String(step['get']), from, inputVersion(from), scope);
        return 'succeeded';
      }
      return 'put' in step ? put(step, scope) : task(step, scope);
    }

    async function runAll(steps: readonly Step[], scope: Scope): Promise<Outcome> {
      for (const step of steps) {
        const outcome = await run(step, scope);
        if (outcome !== 'succeeded') return outcome;
      }
      return 'succeeded';
    }

    const { name: _, plan, ...hooks } = job;
    const status = await run({ ...hooks, do: plan }, outermost);
    return { status, output, artifacts: outermost.artifacts, versions };
  }

  return {
    build,
    latest: (name) => resources.get(name)?.latest(),
    set: (changed) => (known = { ...known, ...changed }),
  };
}

/** The name of the resource that a get or a put is of. */
const resourceOf = (step: Step): string =>
  String('resource' in step ? step['resource'] : (step['get'] ?? step['put']));

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

/**
 * What Concourse would refuse of a pipeline or a task, and what it would only find out in a build: unknown keys, what
 * no step has produced, what is used and not declared. Gives problems; none is right.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { taskAt, type Task } from './containers.ts';
import { CONCOURSE, parsed, parsedText, textOf } from './yaml-file.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** The keys that Concourse knows (its configuration is read strictly), and which of them are required. */
const KEYS = {
  pipeline: 'groups var_sources resources resource_types prototypes jobs display user_data',
  resource:
    '!name old_name public webhook_token !type !source check_every check_timeout tags version icon expose_build_created_by',
  type: '!name !type source defaults privileged check_every tags params',
  job:
    '!name old_name public disable_manual_trigger disable_reruns serial interruptible serial_groups max_in_flight tags ' +
    'build_logs_to_retain build_log_retention on_success on_failure on_abort on_error ensure !plan',
  hooks: 'ensure on_error on_abort on_failure on_success timeout attempts across fail_fast',
  get: 'get resource version params passed trigger tags',
  put: 'put resource params inputs tags get_params no_get',
  task: 'task privileged hermetic file config params vars tags container_limits input_mapping output_mapping image',
  in_parallel: 'in_parallel tags',
  do: 'do tags',
  try: 'try tags',
  across: '!var !values max_in_flight',
  taskFile: '!platform rootfs_uri image_resource container_limits params !run inputs outputs caches',
  run: '!path args dir user',
  input: '!name path optional',
  output: '!name path',
} as const;

const HOOKS = ['ensure', 'on_error', 'on_abort', 'on_failure', 'on_success'] as const;

function keyProblems(what: string, value: unknown, kinds: readonly (keyof typeof KEYS)[]): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${what} is no mapping`];
  const known = kinds.flatMap((kind) => KEYS[kind].split(' '));
  const names = new Set(known.map((key) => key.replace('!', '')));
  return [
    ...Object.keys(value).flatMap((key) => (names.has(key) ? [] : [`${what}: unknown key ${key}`])),
    ...known.flatMap((key) =>
      key.startsWith('!') && !(key.slice(1) in value) ? [`${what}: no ${key.slice(1)}`] : [],
    ),
  ];
}

const listOf = (value: unknown): readonly Mapping[] => (Array.isArray(value) ? (value as Mapping[]) : []);
const named = (value: unknown): string[] => listOf(value).map(({ name }) => String(name));

/** Of a task file: its keys, and that each input, output and param is explained where it stands. */
export function taskProblems(path: string, text = textOf(path)): string[] {
  const task = parsed(path) as Mapping & Task;
  const lines = text.split('\n');
  const commentAbove = (name: string): string => {
    const at = lines.findIndex((line) => line.startsWith(`  ${name}:`));
    let first = at;
    while (lines[first - 1]?.startsWith('  # ') === true) first--;
    return lines.slice(first, at).join(' ');
  };
  return [
    ...keyProblems(path, task, ['taskFile']),
    ...keyProblems(`${path}: run`, task.run, ['run']),
    ...listOf(task.inputs).flatMap((one) => keyProblems(`${path}: input`, one, ['input'])),
    ...listOf(task.outputs).flatMap((one) => keyProblems(`${path}: output`, one, ['output'])),
    ...[...named(task.inputs), ...named(task.outputs)].flatMap((name) =>
      lines.some((line) => line.startsWith(`  - name: ${name} # `))
        ? []
        : [`${path}: ${name} is not explained`],
    ),
    ...Object.entries(task.params ?? {}).flatMap(([name, value]) => [
      ...(/Default(?:, empty)?: /.test(commentAbove(name))
        ? []
        : [`${path}: ${name} is not explained with its default`]),
      ...(typeof value === 'string' ? [] : [`${path}: ${name} has a default that is no text`]),
    ]),
    ...(text.includes('depth:') ? [`${path}: depth`] : []),
  ];
}

/** `text` is that of a pipeline which is shown elsewhere: its vars are explained there. */
export function pipelineProblems(path: string, text?: string): string[] {
  const pipeline = (text === undefined ? parsed(path) : parsedText(text, path)) as Mapping;
  const resources = named(pipeline['resources']);
  const types = new Set([...named(pipeline['resource_types']), 'git', 'time', 'registry-image', 's3']);
  const jobs = named(pipeline['jobs']);
  const used = new Set<string>();
  const problems = [
    ...keyProblems(path, pipeline, ['pipeline']),
    ...listOf(pipeline['resource_types']).flatMap((one) => keyProblems(`${path}: type`, one, ['type'])),
    ...listOf(pipeline['resources']).flatMap((one) => [
      ...keyProblems(`${path}: resource ${String(one['name'])}`, one, ['resource']),
      ...(types.has(String(one['type'])) ? [] : [`${path}: no resource type ${String(one['type'])}`]),
    ]),
    ...new Set([...resources, ...jobs].filter((name, at, all) => all.indexOf(name) !== at)),
  ];
  for (const job of listOf(pipeline['jobs'])) {
    const place = `${path}: job ${String(job['name'])}`;
    problems.push(...keyProblems(place, job, ['job']));
    const artifacts = new Set<string>();
    for (const step of listOf(job['plan'])) walk(step, artifacts, place, []);
    for (const hook of HOOKS)
      if (job[hook] !== undefined) walk(job[hook] as Mapping, new Set(artifacts), place, []);
  }
  for (const name of resources)
    if (!used.has(name)) problems.push(`${path}: resource ${name} is used nowhere`);
  return [...problems, ...(text === undefined ? variableProblems(path) : [])];

  /** Goes through a step, with what the steps before it have produced; adds what it produces. */
  function walk(step: Mapping, artifacts: Set<string>, place: string, locals: readonly string[]): void {
    const kind = (['in_parallel', 'do', 'try', 'get', 'put', 'task'] as const).find((one) => one in step);
    if (kind === undefined)
      return void problems.push(`${place}: a step that is none: ${Object.keys(step).join(', ')}`);
    const where = `${place}: ${kind} ${typeof step[kind] === 'string' ? step[kind] : ''}`;
    problems.push(...keyProblems(where, step, [kind, 'hooks']));
    const across = listOf(step['across']);
    for (const one of across) problems.push(...keyProblems(`${where}: across`, one, ['across']));
    const known = [...locals, ...across.map((one) => String(one['var']))];
    const own = JSON.stringify({ ...step, ...Object.fromEntries(HOOKS.map((hook) => [hook, undefined])) });
    for (const [, name] of own.matchAll(/\(\(\.:([\w-]+)\)\)/g)) {
      if (!known.includes(name ?? '')) problems.push(`${where}: no local var ${name}`);
    }
    const need = (name: string, why: string): void => {
      if (!artifacts.has(name)) problems.push(`${where}: ${why} ${name} is produced by no step before it`);
    };
    if (kind === 'in_parallel' || kind === 'do') {
      const value = step[kind];
      const steps = Array.isArray(value) ? value : (value as Mapping)['steps'];
      for (const one of listOf(steps)) walk(one, artifacts, place, known);
    } else if (kind === 'try') walk(step['try'] as Mapping, artifacts, place, known);
    else if (kind === 'get' || kind === 'put') {
      const resource = String(step['resource'] ?? step[kind]);
      used.add(resource);
      if (!resources.includes(resource)) problems.push(`${where}: no such resource`);
      for (const job of (step['passed'] as string[] | undefined) ?? []) {
        if (!jobs.includes(job)) problems.push(`${where}: passed no job ${job}`);
      }
      if (Array.isArray(step['inputs'])) for (const name of step['inputs']) need(String(name), 'input');
      artifacts.add(String(step[kind]));
    } else walkTask(step, where, need, across.length > 0 ? new Set() : artifacts);
    for (const hook of HOOKS)
      if (step[hook] !== undefined) walk(step[hook] as Mapping, artifacts, place, known);
  }

  function walkTask(
    step: Mapping,
    where: string,
    need: (name: string, why: string) => void,
    artifacts: Set<string>,
  ): void {
    if ('config' in step) {
      const config = step['config'] as Mapping & Task;
      problems.push(...keyProblems(where, config, ['taskFile']), ...keyProblems(where, config.run, ['run']));
      for (const { name } of config.inputs ?? []) need(name, 'input');
      return;
    }
    const [artifact = '', ...rest] = String(step['file']).split('/');
    need(artifact, 'file');
    need(String(step['image']), 'image');
    const file = join(CONCOURSE, '..', ...rest);
    if (!existsSync(file)) return void problems.push(`${where}: no file ${rest.join('/')}`);
    const task = taskAt(file);
    const mapping = (step['input_mapping'] ?? {}) as Readonly<Record<string, string>>;
    for (const { name, optional } of task.inputs ?? [])
      if (optional !== true) need(mapping[name] ?? name, 'input');
    for (const name of Object.keys(mapping)) {
      if (!named(task.inputs).includes(name)) problems.push(`${where}: the task has no input ${name}`);
    }
    for (const name of Object.keys(step['params'] ?? {})) {
      if (!(name in (task.params ?? {}))) problems.push(`${where}: the task has no param ${name}`);
    }
    for (const { name } of task.outputs ?? []) artifacts.add(name);
  }
}

/** The example's own vars, and those that it says are secrets. */
export function exampleVariables(): ReadonlySet<string> {
  const text = textOf('vars.example.yml');
  const secrets = [...text.matchAll(/^#   ([a-z-]+)(?: {2,}|$)/gm)].map(([, name]) => name ?? '');
  return new Set([...Object.keys(parsed('vars.example.yml') as Mapping), ...secrets]);
}

export const usedVariables = (path: string): ReadonlySet<string> =>
  new Set(
    [
      ...textOf(path)
        .replace(/^ *#.*$/gm, '')
        .matchAll(/\(\(([\w-]+)\)\)/g),
    ].map(([, name]) => name ?? ''),
  );

const variableProblems = (path: string): string[] =>
  [...usedVariables(path)].flatMap((name) =>
    exampleVariables().has(name) ? [] : [`${path}: ((${name})) is not in vars.example.yml`],
  );

/** The jobs that docs/consumers.md shows: each file is checked strictly, and its commands are run as its product would. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { parseYaml } from '../../../src/core/yaml/yaml-text.ts';
import { pipelineProblems } from '../../concourse/pipeline-check.ts';
import { CONSUMERS } from '../../support/consumer.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

const read = (name: string): string => readFileSync(join(CONSUMERS, name), 'utf8');

/** The only document of a file, which may hold nothing but what the schema knows. */
function strictly<Schema extends v.GenericSchema>(schema: Schema, name: string): v.InferOutput<Schema> {
  const yaml = parseYaml(read(name));
  if (!yaml.ok) throw new Error(yaml.wrong.message);
  expect(yaml.value.documents).toHaveLength(1);
  return v.parse(schema, yaml.value.documents[0]);
}

const texts = v.array(v.string());

const GITLAB = v.strictObject({
  workflow: v.strictObject({
    auto_cancel: v.strictObject({ on_new_commit: v.literal('none') }),
    rules: v.array(v.strictObject({ if: v.string() })),
  }),
  follow: v.strictObject({
    image: v.string(),
    resource_group: v.string(),
    interruptible: v.literal(false),
    retry: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2)),
    variables: v.record(v.string(), v.number()),
    script: texts,
  }),
});

const GITHUB = v.strictObject({
  name: v.string(),
  on: v.strictObject({ repository_dispatch: v.strictObject({ types: texts }) }),
  permissions: v.strictObject({ contents: v.literal('read') }),
  concurrency: v.strictObject({ group: v.string(), queue: v.literal('max') }),
  jobs: v.strictObject({
    follow: v.strictObject({
      'runs-on': v.string(),
      'timeout-minutes': v.number(),
      steps: v.array(v.union([v.strictObject({ uses: v.string() }), v.strictObject({ run: v.string() })])),
    }),
  }),
});

const image = v.strictObject({
  type: v.literal('registry-image'),
  source: v.strictObject({ repository: v.string() }),
});
const CONCOURSE = v.strictObject({
  resource_types: v.array(v.strictObject({ name: v.string(), ...image.entries })),
  resources: v.array(
    v.strictObject({
      name: v.string(),
      type: v.string(),
      icon: v.string(),
      check_every: v.optional(v.string()),
      source: v.strictObject({ uri: v.string(), branch: v.string(), private_key: v.string() }),
    }),
  ),
  jobs: v.array(
    v.strictObject({
      name: v.string(),
      serial: v.literal(true),
      plan: v.tuple([
        v.strictObject({ get: v.string(), trigger: v.literal(true), version: v.literal('every') }),
        v.strictObject({ get: v.string() }),
        v.strictObject({
          task: v.string(),
          attempts: v.number(),
          config: v.strictObject({
            platform: v.literal('linux'),
            image_resource: image,
            inputs: v.array(v.strictObject({ name: v.string() })),
            run: v.strictObject({ path: v.string(), args: texts }),
          }),
        }),
      ]),
    }),
  ),
});

const JENKINS = read('Jenkinsfile');

describe('each file is one that its product takes, and asks it to keep order', () => {
  it('gitlab-ci.yml: a group of one at a time, and how to make it the oldest first', () => {
    const { follow, workflow } = strictly(GITLAB, 'gitlab-ci.yml');
    expect(read('gitlab-ci.yml')).toContain(`/resource_groups/${follow.resource_group}\n`);
    expect(read('gitlab-ci.yml')).toContain('process_mode=oldest_first');
    expect(workflow.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "trigger" && $TEAM_EVENT_TYPE' }]);
  });

  it('github-workflow.yml: every type, a queue, and nothing of an event in a script', () => {
    const { on, jobs } = strictly(GITHUB, 'github-workflow.yml');
    expect(on.repository_dispatch.types).toEqual(EVENT_TYPES);
    expect(jobs.follow.steps.filter((step) => 'run' in step && step.run.includes('${{'))).toEqual([]);
  });

  it('Jenkinsfile: no two builds at once, one for each event', () => {
    expect(JENKINS).toMatch(/^ {4}disableConcurrentBuilds\(\)/m);
    expect(JENKINS).toMatch(/^ {6}allowSeveralTriggersPerBuild: false/m);
    const code = JENKINS.replace(/'[^'\n]*'|\/\/.*/g, '');
    for (const [open = '', close = ''] of ['()', '[]', '{}']) {
      expect(code.split(open).length).toBe(code.split(close).length);
    }
    expect(JENKINS).not.toContain('"'); // a text in which Groovy would fill in what an event says
  });

  it('concourse-pipeline.yml: every version, one at a time, of what is declared', () => {
    expect(pipelineProblems('concourse-pipeline.yml', read('concourse-pipeline.yml'))).toEqual([]);
    const { resources, resource_types: types, jobs } = strictly(CONCOURSE, 'concourse-pipeline.yml');
    const [job] = jobs;
    const [event, work, task] = job?.plan ?? [];
    expect(resources.map(({ name }) => name)).toEqual([event?.get, work?.get]);
    expect(resources[0]?.type).toBe(types[0]?.name);
    expect(task?.config.inputs.map(({ name }) => name)).toEqual([event?.get, work?.get]);
  });
});

/** One event as the program sends it in each format: the bodies of real requests. */
type Bodies = Readonly<Record<(typeof FORMATS)[number], string>>;
const FORMATS = ['json', 'gitlab-pipeline', 'github-dispatch'] as const;

/** Runs the commands of a job, each in a shell that ends at the first failure, in a workspace with the event's payload. */
type Play = (bodies: Bodies, workspace: string, target: string) => void;

function shell(script: string, workspace: string, env: Readonly<Record<string, string>>): void {
  const run = spawnSync('sh', ['-ec', script], {
    cwd: workspace,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`${script}: ${run.stdout}${run.stderr}`);
}

const save = (folder: string, name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
};

const PLAYS: Readonly<Record<string, Play>> = {
  // https://docs.gitlab.com/ci/triggers/: the body as a file, `$$` filled in as `$`, with GitLab's own id and ref; of its
  // params only the token is left out (`app/services/ci/pipeline_trigger_service.rb`)
  'gitlab-ci.yml': (bodies, workspace, TARGET) => {
    const body = JSON.parse(bodies['gitlab-pipeline'].replaceAll('$$', () => '$')) as {
      readonly variables: Readonly<Record<string, string>>;
    };
    const TRIGGER_PAYLOAD = save(workspace, 'payload', { ...body, id: '42', ref: 'main' });
    const { follow } = strictly(GITLAB, 'gitlab-ci.yml');
    expect(Object.keys(body.variables)).toContain('TEAM_EVENT_TYPE');
    shell(follow.script.join('\n'), workspace, { ...body.variables, TRIGGER_PAYLOAD, TARGET });
  },
  // https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#repository_dispatch
  'github-workflow.yml': (bodies, workspace, TARGET) => {
    const { event_type: action, client_payload } = JSON.parse(bodies['github-dispatch']) as {
      readonly event_type: string;
      readonly client_payload: unknown;
    };
    const GITHUB_EVENT_PATH = save(workspace, 'payload', { action, branch: 'main', client_payload });
    const { on, jobs } = strictly(GITHUB, 'github-workflow.yml');
    expect(on.repository_dispatch.types).toContain(action);
    for (const step of jobs.follow.steps)
      if ('run' in step) shell(step.run, workspace, { GITHUB_EVENT_PATH, TARGET });
  },
  // https://plugins.jenkins.io/generic-webhook-trigger/: the value of `$` is the body, in a variable that every process
  // gets; but where withEnv sets it to nothing, it is taken away (Jenkins core, EnvVars.override)
  Jenkinsfile: ({ json }, workspace, TARGET) => {
    const [, file = '', variable = ''] = /writeFile file: '([^']+)', text: env\.(\w+)/.exec(JENKINS) ?? [];
    expect(JENKINS).toContain(`[key: '${variable}', value: '$']`);
    save(workspace, file, json);
    const steps = [
      ...JENKINS.matchAll(/^ +(withEnv\(\['TEAM_EVENT='\]\) \{ )?(?:checkout scm|sh '([^']+)')(?: \})?$/gm),
    ];
    expect(steps).toHaveLength(2);
    for (const [, without, script = 'true'] of steps)
      shell(script, workspace, { TARGET, ...(without === undefined && { [variable]: json }) });
  },
  // concourse/resource-type: the event as a file, in a folder of the input's name
  'concourse-pipeline.yml': ({ json }, workspace, TARGET) => {
    const [job] = strictly(CONCOURSE, 'concourse-pipeline.yml').jobs;
    const { inputs, run } = job?.plan[2].config ?? { inputs: [], run: { path: '', args: [] } };
    for (const { name } of inputs) mkdirSync(join(workspace, name));
    save(join(workspace, 'event'), 'event.json', json);
    copyFileSync(join(CONSUMERS, 'follow.sh'), join(workspace, 'work/follow.sh'));
    execFileSync(run.path, run.args, { cwd: workspace, env: { PATH: process.env['PATH'], TARGET } });
  },
};

/** The life of some teams, with names that shells and paths could stumble over; and what they are in the end. */
interface Life {
  readonly sent: readonly Bodies[];
  readonly end: Record<string, string[]>;
}
let known: Promise<Life> | undefined;
const life = (): Promise<Life> => (known ??= live());

async function live(): Promise<Life> {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('$HOME/../a', ['alice']), 'teams/b.yml': team('équipe b', ['bob']) });
  repo.commit({ 'teams/a.yml': team('$HOME/../a', ['alice', '"$(exit 1)"']), 'teams/c.yml': team('c', []) });
  repo.commit({ 'teams/b.yml': team('b', ['bob'], 'previously: équipe b\n'), 'teams/c.yml': null });
  repo.commit({ 'teams/a.yml': team('$HOME/../a', ["o'hara"], 'tags: [core]\n') });
  const receiver = await startReceiver();
  const clients = clientsFile(
    FORMATS.map((format) => clientOf(format, `${receiver.url}/${format}`, `    format: ${format}\n`)).join(
      '',
    ),
  );
  const range = ['-C', repo.directory, '--from', 'root', '--clients', clients];
  expect(await teamEvents([...range, '--allow-host', '127.0.0.1'])).toMatchObject({ code: 0 });
  const [json = [], gitlab = [], github = []] = FORMATS.map((format) =>
    receiver.accepted.filter(({ path }) => path === `/${format}`).map(({ body }) => body),
  );
  const sent = json.map((body, at) => ({
    json: body,
    'gitlab-pipeline': gitlab[at] ?? '',
    'github-dispatch': github[at] ?? '',
  }));
  return { sent, end: { '$HOME/../a': ["o'hara"], b: ['bob'] } };
}

it('the Jenkinsfile takes an event that is too large for the environment of a process', () => {
  const large = { id: 'a', members: Array.from({ length: 9000 }, (_, at) => ({ id: `m${at}` })) };
  const data = { team: large };
  const event = { type: 'team.created', subject: 'a', sequence: '000000000001.000000', data };
  const json = JSON.stringify(event);
  expect(json.length).toBeGreaterThan(128 * 1024);
  const [workspace, target] = [tempFolder(), join(tempFolder(), 'target')];
  copyFileSync(join(CONSUMERS, 'follow.sh'), join(workspace, 'follow.sh'));
  PLAYS['Jenkinsfile']?.({ json, 'gitlab-pipeline': '', 'github-dispatch': '' }, workspace, target);
  expect(JSON.parse(readFileSync(join(target, 'team-a.json'), 'utf8'))).toEqual(large);
});

const hasJq = spawnSync('jq', ['--version']).status === 0;

describe.skipIf(!hasJq).each(Object.entries(PLAYS))('the commands of %s', (_, play) => {
  it('follow the teams, started for each event the newest first', async () => {
    const { sent, end } = await life();
    const subjects = sent.map(({ json }) => (JSON.parse(json) as TeamEvent).subject);
    // The newest of each team, and the first of all: `follow.sh` itself is given every one, below.
    const chosen = sent.filter((_bodies, at) => at === 0 || subjects.lastIndexOf(subjects[at] ?? '') === at);
    expect(chosen.length).toBeGreaterThan(3);
    const target = join(tempFolder(), 'target');
    for (const bodies of chosen.reverse()) {
      const workspace = tempFolder();
      copyFileSync(join(CONSUMERS, 'follow.sh'), join(workspace, 'follow.sh'));
      play(bodies, workspace, target);
    }
    expect(teamsIn(target)).toEqual(end);
  });
});

describe.skipIf(!hasJq)('follow.sh', () => {
  /** Runs it for each event, one after the other; the teams that there are then. */
  function follow(target: string, ...events: readonly object[]): Record<string, string[]> {
    for (const event of events) {
      const file = save(tempFolder(), 'event.json', event);
      execFileSync('sh', [join(CONSUMERS, 'follow.sh'), file], {
        env: { PATH: process.env['PATH'], TARGET: target },
      });
    }
    return teamsIn(target);
  }
  const eventOf = (subject: string, step: number, members: readonly string[], more: object = {}): object => ({
    type: 'team.modified',
    subject,
    sequence: `${String(step).padStart(12, '0')}.000003`,
    data: { team: { id: subject, members: members.map((id) => ({ id })) }, ...more },
  });
  const rewritten = { rewritten: true, commit: { id: 'c'.repeat(40) } };

  it('follows the teams in order, and again the newest first', async () => {
    const { sent, end } = await life();
    const events = sent.map(({ json }) => JSON.parse(json) as TeamEvent);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
    const target = join(tempFolder(), 'target');
    expect(follow(target, ...events)).toEqual(end);
    expect(follow(target, ...events.reverse())).toEqual(end);
  });

  it('takes what it has lost from a replay', () => {
    const target = join(tempFolder(), 'target');
    const events = [eventOf('a', 1, ['alice']), eventOf('a', 2, ['bob'])];
    follow(target, ...events);
    writeFileSync(join(target, 'team-a.json'), '{"id":"a","members":[]}');
    expect(follow(target, ...events)).toEqual({ a: ['bob'] });
  });

  it('goes on from the net change over a rewritten history, and what comes of it twice or late does no harm', () => {
    const target = join(tempFolder(), 'target');
    const net = eventOf('a', 5, ['alice'], rewritten);
    const before = follow(target, eventOf('a', 9, ['bob']), eventOf('b', 8, ['bob']), net);
    expect(before).toEqual({ a: ['alice'], b: ['bob'] });
    const after = follow(target, eventOf('b', 6, ['zoe']), eventOf('a', 7, ['zoe']), net);
    expect(after).toEqual({ a: ['zoe'], b: ['zoe'] });
  });
});

/** The teams that `follow.sh` has kept, with the ids of their members. */
function teamsIn(target: string): Record<string, string[]> {
  const files = readdirSync(target).filter((name) => name.endsWith('.json'));
  const teams = files.map(
    (name) => JSON.parse(readFileSync(join(target, name), 'utf8')) as TeamEvent['data']['team'],
  );
  return Object.fromEntries(teams.map(({ id, members }) => [id, members.map((one) => one.id)]));
}

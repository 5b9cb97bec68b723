/** Every pipeline and task is what Concourse accepts, and each thing in it is explained. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../support/program.ts';
import { tempFolder } from '../support/sample-repo.ts';
import { taskAt } from './containers.ts';
import { exampleVariables, pipelineProblems, taskProblems, usedVariables } from './pipeline-check.ts';
import { CONCOURSE, PIPELINES, textOf } from './yaml-file.ts';

const TASKS = readdirSync(join(CONCOURSE, 'tasks')).map((name) => `tasks/${name}/task.yml`);

describe('each pipeline', () => {
  it.each(PIPELINES)('%s is right', (path) => expect(pipelineProblems(path)).toEqual([]));

  it('is one of three', () => {
    expect([...PIPELINES].sort()).toEqual([
      'pipeline-file-cursor.yml',
      'pipeline-scale-out.yml',
      'pipeline.yml',
    ]);
  });

  it('leaves no var of the example unused', () => {
    const used = new Set(PIPELINES.flatMap((path) => [...usedVariables(path)]));
    expect([...exampleVariables()].filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('each task', () => {
  it.each(TASKS)('%s is right', (path) => expect(taskProblems(path)).toEqual([]));

  it('is one of four', () => {
    expect(TASKS.sort()).toEqual(
      ['check', 'notify', 'replay', 'status'].map((name) => `tasks/${name}/task.yml`),
    );
  });

  it.each(TASKS)('%s has params that its command or its script knows', async (path) => {
    const [, command = ''] = path.split('/');
    const { stdout } = await teamEvents([command, '--help']);
    const help = stdout.replace(/\s+/g, ' ');
    const ofGit = ['SSH_KEY', 'KNOWN_HOSTS', 'TOKEN', 'USERNAME'].map((name) => `TEAM_EVENTS_GIT_${name}`);
    const others = new Set([...ofGit, 'TEAM_EVENTS_RUN', 'TEAM_EVENTS_SECRETS']);
    const task = taskAt(path);
    const unknown = Object.keys(task.params ?? {}).filter((name) => {
      if (!name.startsWith('TEAM_EVENTS_')) return !task.run.args.join(' ').includes(`$${name}`);
      return !others.has(name) && !new RegExp(`env: ${name}[,)]`).test(help);
    });
    expect(unknown).toEqual([]);
  });
});

describe('the check itself', () => {
  const broken = (from: string, to: string, path = 'pipeline.yml'): string => {
    const text = textOf(path);
    expect(text).toContain(from);
    const file = join(tempFolder(), 'broken.yml');
    writeFileSync(file, text.replace(from, to));
    return file;
  };

  it.each([
    ['serial: true', 'serail: true', 'unknown key serail'],
    ['trigger: true', 'triger: true', 'unknown key triger'],
    [
      'check_every: ((check-every))',
      'check_every: ((chek-every))',
      '((chek-every)) is not in vars.example.yml',
    ],
    ['- get: image\n', '- get: team-events\n', 'image image is produced by no step before it'],
    ['type: time', 'type: tiem', 'no resource type tiem'],
    ['tasks/notify/task.yml', 'tasks/notfy/task.yml', 'no file concourse/tasks/notfy/task.yml'],
    ['TEAM_EVENTS_INIT: ', 'TEAM_EVENTS_INNIT: ', 'the task has no param TEAM_EVENTS_INNIT'],
    [
      'input_mapping: { teams: merge-request }',
      'input_mapping: {}',
      'input teams is produced by no step before it',
    ],
    ['inputs: [merge-request]', 'inputs: [merge-requests]', 'input merge-requests is produced by no step'],
    ['- put: merge-request', '- put: merge', 'no such resource'],
  ])('finds %j made %j in a pipeline', (from, to, problem) => {
    expect(pipelineProblems(broken(from, to)).join('\n')).toContain(problem);
  });

  it('finds a hook that takes what only a step of across puts out', () => {
    const hook = 'on_failure: { put: image, inputs: [report] }';
    const file = broken(
      '        fail_fast: false',
      `        ${hook}\n        fail_fast: false`,
      'pipeline-scale-out.yml',
    );
    expect(pipelineProblems(file).join('\n')).toContain('input report is produced by no step before it');
  });

  it.each([
    ['platform: linux', 'platfrom: linux', 'unknown key platfrom'],
    [
      '  # input and output `cursor`. Default: tag:team-events.\n',
      '\n',
      'TEAM_EVENTS_CURSOR is not explained',
    ],
    ['- name: report # report', '- name: report\n    #', 'report is not explained'],
  ])('finds %j made %j in a task', (from, to, problem) => {
    const path = 'tasks/notify/task.yml';
    const file = broken(from, to, path);
    expect(taskProblems(file, textOf(path).replace(from, to)).join('\n')).toContain(problem);
  });
});

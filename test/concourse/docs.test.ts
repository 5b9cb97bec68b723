/** What the READMEs of concourse/ say is so. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors.ts';
import { eventFiles } from '../../src/resource/event-files.ts';
import { OUT_PARAMS, SOURCE_KEYS } from '../../src/resource/request.ts';
import { teamEvents } from '../support/program.ts';
import { team, tempFolder } from '../support/sample-repo.ts';
import { imageBin, runResource } from './containers.ts';
import { host } from './git-servers.ts';
import { exampleVariables, pipelineProblems } from './pipeline-check.ts';
import { openPipeline } from './play.ts';
import { CONCOURSE, parsedText, textOf } from './yaml-file.ts';

const README = textOf('README.md');
const RESOURCE = textOf('resource-type/README.md');

const section = (text: string, title: string): string =>
  text.split(/^#{2,3} /m).find((part) => part.startsWith(title)) ?? '';
const firstCells = (text: string): string[] =>
  [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '');
const blocks = (text: string): string[] =>
  [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, block]) => block ?? '');

describe('the README of the resource type', () => {
  it('lists the keys of source, the params of out and the files of in', () => {
    expect(firstCells(section(RESOURCE, 'Source Configuration'))).toEqual(SOURCE_KEYS);
    expect(firstCells(section(RESOURCE, '`out`'))).toEqual(OUT_PARAMS);
    const text = '{"data":{"team":{"members":[],"tags":[],"perimeter":null},"commit":{"author":{}}}}';
    expect(firstCells(section(RESOURCE, '`in`'))).toEqual(Object.keys(eventFiles(text)));
  });

  it('shows a pipeline that has one build for each of ten events, in order', async () => {
    const [text = ''] = blocks(RESOURCE);
    expect(pipelineProblems('the example', text)).toEqual([]);
    const root = tempFolder();
    const teams = host(root, 'teams');
    const more = 'tags: [kubernetes]\n';
    const members = ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay'];
    for (const name of members)
      teams.push({ 'teams/a.yml': team('a', [name], more), 'teams/b.yml': team('b', [name]) });
    const bin = imageBin();
    const temp = tempFolder();
    const ask = async (source: object, version?: object) => {
      const ended = await runResource('check', { source, version }, { bin, temp });
      return (JSON.parse(ended.stdout) as object[]).map((one) => JSON.stringify(one));
    };
    let source = {};
    const pipeline = openPipeline({
      file: 'the example',
      text,
      bin,
      vars: { 'webhook-token': 'w', 'teams-read-key': '' },
      resource(_, configured) {
        source = { ...configured, uri: teams.directory };
        return {
          latest: () => '',
          async get(version, folder) {
            const ended = await runResource(
              'in',
              { source, version: JSON.parse(version) as object },
              { bin, folder },
            );
            if (ended.code !== 0) throw new Error(ended.output);
          },
        };
      },
    });
    const versions = (await ask(source, { commit: 'root' })).slice(1); // without the first member of all
    expect(versions).toHaveLength(10);
    let output = '';
    for (const version of versions) {
      const build = await pipeline.build('follow', {
        rerun: { versions: new Map([['membership', version]]) },
      });
      expect(build.status).toBe('succeeded');
      output += build.output;
    }
    const expected = members
      .slice(1)
      .flatMap((name, at) => [`${members[at]} left a\n`, `${name} joined a\n`]);
    expect(output).toBe(expected.join(''));
  });

  it('shows a put of params that are there', () => {
    const [, text = ''] = blocks(RESOURCE);
    const [step] = parsedText(text, 'the example') as [{ params: object }];
    expect(OUT_PARAMS).toEqual(expect.arrayContaining(Object.keys(step.params)));
  });
});

describe('the README', () => {
  it('says of every exit code when it is and what to do', () => {
    const table = section(README, 'What happens when');
    const told = [...table.matchAll(/exit (\d+)(?: \((\d+)\))?/g)].flatMap(([, ...codes]) =>
      codes.filter(Boolean),
    );
    expect([...new Set(told.map(Number))].sort((a, b) => a - b)).toEqual(
      Object.values(EXIT)
        .filter((code) => code !== EXIT.done)
        .sort((a, b) => a - b),
    );
  });

  it('names vars, params and options that are there', async () => {
    const vars = [
      ...README.matchAll(
        /`(team-events-[a-z]+(?:-[a-z]+)*|init|late-after|allow-removals|check-every|retry-interval)`/g,
      ),
    ];
    expect(vars.length).toBeGreaterThan(5);
    const known = exampleVariables();
    for (const [, name] of vars) expect([...known, 'team-events-e2e']).toContain(name);
    const tasks = ['notify', 'check', 'status', 'replay']
      .map((name) => textOf(`tasks/${name}/task.yml`))
      .join('');
    for (const [name] of README.matchAll(/TEAM_EVENTS_[A-Z_]+|RANGE(?==)|EXECUTE(?==)/g)) {
      expect(tasks).toContain(`  ${name}: `);
    }
    const { stdout: help } = await teamEvents(['notify', '--help']);
    for (const option of ['--cursor', '--on-rewrite']) {
      expect(README).toContain(option);
      expect(help).toContain(option);
    }
  });

  it('shows a hook that a pipeline may have', () => {
    const [text = ''] = blocks(README);
    const alert = '  - { name: alert, type: git, source: {} }\n';
    const pipeline = textOf('pipeline.yml').replace('resources:\n', `resources:\n${alert}`);
    const hook = text.replace(/^/gm, '        ').trimEnd();
    const hooked = pipeline.replace('        timeout: 1h', `${hook}\n        timeout: 1h`);
    expect(hooked).not.toBe(pipeline);
    expect(pipelineProblems('the example', hooked)).toEqual([]);
  });

  it('is about a quick start whose files are there', () => {
    const files = section(README, 'Quick start').match(/[\w.-]+\.ya?ml/g) ?? [];
    const known = new Set(['pipeline.yml', 'vars.example.yml', 'vars.yml', 'clients.yml']);
    expect(files.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('e2e/run.sh', () => {
  const script = `${CONCOURSE}/e2e/run.sh`;

  it('says so and skips where there is no Concourse', () => {
    const env = { PATH: process.env['PATH'] };
    execFileSync('sh', ['-n', script]);
    const said = execFileSync('sh', ['-c', `sh '${script}' 2>&1`], { env, encoding: 'utf8' });
    expect(said).toBe('skipped: FLY_TARGET names no Concourse\n');
  });

  it('sets every var of the pipeline that the example leaves to the credential manager', () => {
    const text = readFileSync(script, 'utf8');
    const secrets = ['team-events-git-key', 'team-events-secrets', 'webhook-token', 'gitlab-token'];
    for (const name of secrets) expect(text).toContain(`\n${name}: `);
  });
});

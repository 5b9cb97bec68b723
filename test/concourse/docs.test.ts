/** What the READMEs of concourse/ say is so. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors.ts';
import { eventFiles } from '../../src/concourse/event-files.ts';
import { OUT_PARAMS, SOURCE_KEYS } from '../../src/concourse/request.ts';
import { createRepo, team, tempFolder } from '../support/sample-repo.ts';
import { imageBin, runResource } from './containers.ts';
import { host } from './git-servers.ts';
import { exampleVariables, pipelineProblems } from './pipeline-check.ts';
import { openPipeline } from './play.ts';
import { artifactPath, type Resource } from './resources.ts';
import { createSite, fromRoot } from './sample-site.ts';
import { parsedText, PIPELINES, textOf } from './yaml-file.ts';

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
      const build = await pipeline.build('follow', { versions: new Map([['membership', version]]) });
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
  it('links to the page that says of every exit code when it is and what to do', () => {
    expect(section(README, 'What happens when')).toContain('](../docs/operations.md)');
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const codes = page
      .split('\n')
      .flatMap((line) => /^\| +(\d+)(?: \/ (\d+))? +\|/.exec(line)?.slice(1) ?? []);
    expect(codes.filter(Boolean).map(Number)).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });

  it('names vars and params that are there', () => {
    const vars = [
      ...README.matchAll(
        /`(team-events-[a-z]+(?:-[a-z]+)*|init|late-after|allow-removals|on-rewrite|known-hosts|check-every|retry-interval)`/g,
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
  });

  it('shows a hook that the jobs notify and status may have, and what it sends', async () => {
    const [text = ''] = blocks(README);
    const hook = text.replace(/^/gm, '    ').trimEnd();
    const hooked = (path: string): string =>
      textOf(path)
        .replace('resources:\n', 'resources:\n  - { name: alert, type: git, source: {} }\n')
        .replaceAll(/^  - name: (notify|status)$/gm, (line, job) =>
          job === 'notify' && path === 'pipeline-scale-out.yml' ? line : `${line}\n${hook}`,
        );
    for (const path of PIPELINES) expect(pipelineProblems('the example', hooked(path))).toEqual([]);

    const site = createSite();
    site.clients(fromRoot('all', 'http://127.0.0.1:9'));
    const sent: string[] = [];
    const alert: Resource = {
      latest: () => undefined,
      get: () => undefined,
      put({ text_file: path }, artifacts) {
        sent.push(readFileSync(artifactPath(artifacts, path), 'utf8'));
        return String(sent.length);
      },
    };
    const pipeline = site.pipeline('pipeline.yml', { init: true }, hooked('pipeline.yml'), { alert });
    for (const job of ['notify', 'status']) {
      expect(await pipeline.build(job)).toMatchObject({ status: 'failed' });
    }
    for (const report of sent) {
      const { exitCode, clients } = JSON.parse(report) as { exitCode: number; clients: object[] };
      expect(exitCode).toBe(3);
      expect(clients).toMatchObject([{ client: 'all' }]);
    }
    expect(sent).toHaveLength(2);
  });

  it('is about a quick start whose files are there', () => {
    const files = section(README, 'Quick start').match(/[\w.-]+\.ya?ml/g) ?? [];
    const known = new Set(['pipeline.yml', 'vars.example.yml', 'vars.yml', 'clients.yml']);
    expect(files.filter((name) => !known.has(name))).toEqual([]);
  });

  it('keeps the key and the vars of the quick start out of the repo, and nothing else', () => {
    const start = section(README, 'Quick start');
    const [, key = ''] = /ssh-keygen .* -f ([\w-]+)`/.exec(start) ?? [];
    const [, vars = ''] = /`cp vars\.example\.yml ([\w.]+)`/.exec(start) ?? [];
    const repo = createRepo();
    const made = [key, `${key}.pub`, vars].map((name) => `concourse/${name}`);
    repo.write({ 'concourse/.gitignore': textOf('.gitignore') });
    repo.write(Object.fromEntries([...made, 'concourse/vars.example.yml'].map((path) => [path, ''])));
    expect(repo.git('check-ignore', ...made).split('\n')).toEqual(made);
    repo.git('add', '--all');
    expect(repo.git('ls-files').split('\n')).toEqual(['concourse/.gitignore', 'concourse/vars.example.yml']);
  });
});
